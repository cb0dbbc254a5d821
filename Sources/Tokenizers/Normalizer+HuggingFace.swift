// The normalizer that a tokenizer.json describes.

internal import JSONText

extension Normalizer {
    /// The kinds that are read: what `type` says, and the step.
    private static let kinds: [(type: String, step: Step)] = [("NFC", .nfc)]

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
        guard let kind = kinds.first(where: { $0.type == type }) else {
            let supported = (["null (the text as it stands)"] + kinds.map { $0.type } + ["a Sequence of them"])
            throw .unsupported(what: "the normalizer", value: type, supported: supported.joined(separator: ", "))
        }
        return kind.step
    }
}
