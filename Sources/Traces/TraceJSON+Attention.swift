// The attention weights in trace.json: one compressed part for each layer.
// Called by: TraceWriter.
import JSONText

extension JSONWriter {
    /// `{"layers","heads","keyValueHeads","positions","encoding","bits","power","maximumError","keysPerRow","parts"}`.
    ///
    /// What the parts hold is said by ``AttentionPart``; `piece` gets the text so far after each of them.
    mutating func value(_ attention: AttentionRecord, compressed: Bool, piece: ([UInt8]) -> Void) throws(TraceError) {
        let encoding = attention.encoding
        openObject()
        member("layers", attention.layers)
        member("heads", attention.heads)
        member("keyValueHeads", attention.keyValueHeads)
        member("positions", attention.positions)
        member("encoding", encoding.keysPerRow == nil ? "dense" : "strongest")
        member("bits", encoding.precision.rawValue)
        member("power", encoding.precision.power)
        member("maximumError", encoding.precision.maximumError)
        if let keysPerRow = encoding.keysPerRow { member("keysPerRow", keysPerRow) }
        key("parts")
        openArray()
        var json = self
        try attention.parts(compressed: compressed) { part in
            json.newline()
            json.object { json in
                json.key("scales")
                json.value(plainASCII: part.scales)
                if let gaps = part.gaps {
                    json.key("gaps")
                    json.value(plainASCII: gaps)
                }
                json.key("weights")
                json.value(plainASCII: part.weights)
                if let tails = part.tails {
                    json.key("tails")
                    json.value(plainASCII: tails)
                }
            }
            piece(json.drain())
        }
        self = json
        closeArray()
        closeObject()
    }
}
