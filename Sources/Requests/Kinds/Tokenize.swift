// How a text becomes tokens.
internal import Generation
internal import JSONText
internal import Phrases
internal import Tokenizers
internal import Traces
internal import Transformers

extension Request {
    /// `model`, and `text` or `bytes` in hexadecimal; `special`: match control tokens that stand in the text.
    static let tokenize = Request("tokenize", "model text? bytes? special?") {
        (engine, arguments, answer) throws(RequestError) in
        let model = try engine.model(arguments)
        let tokenizer = model.tokenizer
        let special = try arguments.flag("special", or: false)
        let bytes: [UInt8]
        if let digits = arguments["bytes"] {
            do throws(TraceError) { bytes = try hexBytes(digits) } catch {
                throw .request(Phrase("\"bytes\" must be hexadecimal digits, two for each", "「bytes」必須是十六進位數字，每個位元組兩位"))
            }
        } else {
            bytes = Array(try arguments.text("text").utf8)
        }
        let encoding: Encoding
        do throws(TokenizerError) { encoding = try tokenizer.encoding(of: bytes, special: special) } catch {
            throw .run(GenerationError.tokenizer(error, file: model.configuration.name).phrase)
        }
        let notes = [
            special ? nil : TraceNotes.control(bytes, tokenizer), TraceNotes.begin(encoding.ids, tokenizer),
            TraceNotes.losses(encoding.losses),
        ]
        answer.json.value(encoding, notes: tokenizer.notes.map { TraceNotes.phrase($0) } + notes.compactMap { $0 })
    }
}

extension JSONWriter {
    /// `{"tokens","pieces","notes"}`, the parts as in trace.json.
    fileprivate mutating func value(_ encoding: Encoding, notes: [Phrase]) {
        object { json in
            json.array("tokens") { json in for token in encoding.tokens { json.value(token) } }
            json.array("pieces") { json in for piece in encoding.pieces { json.value(piece) } }
            json.array("notes") { json in for note in notes { json.value(note) } }
        }
    }
}
