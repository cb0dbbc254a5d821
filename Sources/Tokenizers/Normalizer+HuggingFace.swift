// The normalizer that a tokenizer.json describes.

internal import JSONText

extension Normalizer {
    /// Reads `normalizer`: null, one of the kinds, or a sequence of them.
    init(huggingFace json: JSONValue) throws(TokenizerError) {
        if json.isNull { return }
        guard json["type"]?.string == "Sequence", let parts = json["normalizers"]?.array else {
            steps = [try Self.step(json)]
            return
        }
        for part in parts { steps += try Normalizer(huggingFace: part).steps }
    }

    private static func step(_ json: JSONValue) throws(TokenizerError) -> Step {
        let type = json["type"]?.string ?? "without a type"
        let place = "tokenizer.json: normalizer \(type)"
        switch type {
        case "NFC": return .nfc
        case "Replace":
            guard let old = json["pattern"]?["String"]?.string, let new = json["content"]?.string else {
                throw .malformed(place: place, expected: "from a String to a content")
            }
            return .replace(Array(old.utf8), Array(new.utf8))
        case "Prepend":
            guard let front = json["prepend"]?.string else { throw .malformed(place: place, expected: "with a text") }
            return .prepend(Array(front.utf8))
        case "Precompiled":
            guard let bytes = json["precompiled_charsmap"]?.string.flatMap({ base64Decoded($0) }) else {
                throw .malformed(place: place, expected: "with a table in Base64")
            }
            return .charsmap(try Charsmap(bytes, byCharacter: true, place: place))
        default:
            throw .unsupported(
                what: "the normalizer", value: type,
                supported: "null (the text as it stands), NFC, Replace, Prepend, Precompiled, a Sequence of them")
        }
    }
}
