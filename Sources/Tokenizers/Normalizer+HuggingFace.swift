// The normalizer that a tokenizer.json describes.

internal import JSONText

extension Normalizer {
    /// Reads `normalizer`: null, one of the kinds, or a sequence of them.
    init(huggingFace json: JSONValue) throws(TokenizerError) {
        try read(json)
        try Growth.check(steps.reduce(1) { min($0 * $1.growth, 2 * Growth.most) }, "the normalizer")
    }

    /// Adds what one kind does, or a sequence of them.
    private mutating func read(_ json: JSONValue) throws(TokenizerError) {
        if json.isNull { return }
        if json["type"]?.string == "BertNormalizer" {
            steps += Self.bert(json)
        } else if json["type"]?.string == "Sequence", let parts = json["normalizers"]?.array {
            for part in parts { try read(part) }
        } else {
            steps.append(try Self.step(json))
        }
        try StepChain.check(steps.count, "the normalizer")
    }

    private static func step(_ json: JSONValue) throws(TokenizerError) -> Step {
        let type = json["type"]?.string ?? "without a type"
        let place = "tokenizer.json: normalizer \(type)"
        switch type {
        case "NFC": return .form(.c)
        case "NFD": return .form(.d)
        case "NFKC": return .form(try Self.compatible(.kc, type))
        case "NFKD": return .form(try Self.compatible(.kd, type))
        case "Lowercase": return .lowercase
        case "StripAccents": return .stripMarks
        case "Nmt": return .separators
        case "Strip":
            return .strip(left: json["strip_left"]?.bool ?? true, right: json["strip_right"]?.bool ?? true)
        case "Replace":
            guard let new = json["content"]?.string else { throw .malformed(place: place, expected: "with a content") }
            if let old = json["pattern"]?["String"]?.string {
                return .replace(TextSearch(Array(old.utf8)), Array(new.utf8))
            }
            guard let text = json["pattern"]?["Regex"]?.string else {
                throw .malformed(place: place, expected: "from a String or a Regex to a content")
            }
            return .replacePattern(try PatternProgram.read(text), Array(new.utf8))
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
                supported:
                    "null (the text as it stands), NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Nmt, Replace, "
                    + "Prepend, Precompiled, BertNormalizer, a Sequence of them")
        }
    }

    /// The forms KC and KD need tables that a page does not have.
    private static func compatible(
        _ form: NormalizationForm, _ type: String
    ) throws(TokenizerError) -> NormalizationForm {
        #if hasFeature(Embedded)
            throw .unsupported(what: "inside a page the normalizer", value: type, supported: "NFC, NFD")
        #else
            return form
        #endif
    }
}
