// Schema of the compressed attention weights, with what a reader needs to decode them.
// Called by: traceSchema.

let attentionDefinitions = [
    closedObject(
        "attention",
        "Attention weights (after softmax) of every layer, head and query, as integers in zlib streams in base64. weight = scale / 65535 · (code / (2^bits − 1)) ^ power, with each row's own scale. A row has the keys 0…query; later keys are 0 in a causal model. To read a part: decode base64, inflate (Python: zlib.decompress; browsers: DecompressionStream('deflate')).",
        #"""
        "layers": {"$ref": "#/$defs/size"}
        "heads": {"$ref": "#/$defs/size"}
        "keyValueHeads": {"$ref": "#/$defs/size"}
        "positions": {"type": "integer", "minimum": 0, "maximum": \#(AttentionRecord.positionLimit), "description": "Query positions recorded; the last generated token was not fed back, so it has none."}
        "encoding": {"enum": ["dense", "strongest"], "description": "dense: every key of every row. strongest: of each row the min(query + 1, keysPerRow) strongest keys."}
        "bits": {"enum": [8, 16], "description": "Bits of a code. 16-bit codes lie as all high bytes, then all low bytes."}
        "power": {"enum": [1, 1.5], "description": "1 with 16 bits, 1.5 with 8."}
        "maximumError": {"type": "number", "description": "The largest difference between a weight and what is read back."}
        "parts": {"type": "array", "items": {"$ref": "#/$defs/attentionPart"}, "description": "One for each layer, in order."}
        """#,
        optional: #"""
            "keysPerRow": {"$ref": "#/$defs/size", "description": "Only with the encoding strongest."}
            """#),
    closedObject(
        "attentionPart", "One layer. n = positions.",
        #"""
        "scales": {"$ref": "#/$defs/base64", "description": "(head, query), 16-bit little-endian: each row's largest weight · 65535."}
        "weights": {"$ref": "#/$defs/base64", "description": "(head, query, key): codes. Dense rows have query + 1 of them: head h, query q, key k is number h·n(n+1)/2 + q(q+1)/2 + k."}
        """#,
        optional: #"""
            "gaps": {"$ref": "#/$defs/base64", "description": "(head, query, key), 16 bits as all high bytes, then all low bytes: the distance from the row's key before, of the first key from 0. Only with the encoding strongest."}
            "tails": {"$ref": "#/$defs/base64", "description": "(head, query), 16-bit little-endian: the sum of the row's other weights · 65535. Only with the encoding strongest."}
            """#),
].joined(separator: ",\n")
