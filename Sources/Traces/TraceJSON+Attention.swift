// The attention weights in trace.json: one compressed part for each layer.
public import JSONText

extension JSONWriter {
    /// `{"layers","heads","keyValueHeads","positions","pattern","encoding","bits","power","maximumError","keysPerRow",
    /// "parts"}`.
    ///
    /// What the parts hold is said by ``AttentionPart``; `piece` gets the text so far after each of them.
    mutating func value(_ attention: AttentionRecord, compressed: Bool, piece: ([UInt8]) -> Void) throws(TraceError) {
        let encoding = attention.encoding
        openObject()
        member("layers", attention.layers)
        member("heads", attention.heads)
        member("keyValueHeads", attention.keyValueHeads)
        member("positions", attention.positions)
        // Uncompressed is the text that names a run. A file from before patterns were written is causal: a run's name is
        // the same with and without that word.
        if compressed || attention.patterns.kinds != [.causal] {
            key("pattern")
            value(attention.patterns)
        }
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

    /// One pattern where all layers have the same, a list by layer otherwise.
    private mutating func value(_ patterns: AttentionPatterns) {
        if patterns.kinds.count == 1 { return value(patterns.kinds[0]) }
        array { json in for pattern in patterns.layers { json.value(pattern) } }
    }

    /// Which keys a layer's queries see: `"causal"`, `"full"` or `{"window":512}`.
    public mutating func value(_ pattern: AttentionPattern) {
        switch pattern {
        case .causal: value("causal")
        case .full: value("full")
        case .window(let width): object { json in json.member("window", width) }
        }
    }
}
