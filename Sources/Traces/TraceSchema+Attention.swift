// Schema of the compressed attention weights, with what a reader needs to decode them.

let attentionDefinitions = [
    closedObject(
        "attention",
        "Attention weights (after softmax) of every layer, head and query, as integers in zlib streams in base64. weight = scale / 65535 · (code / (2^bits − 1)) ^ power, with each row's own scale. Which keys a row has is said by the pattern; the others are 0. To read a part: decode base64, inflate (Python: zlib.decompress; browsers: DecompressionStream('deflate')).",
        #"""
        "layers": {"$ref": "#/$defs/size"}
        "heads": {"$ref": "#/$defs/size"}
        "keyValueHeads": {"$ref": "#/$defs/size"}
        "positions": {"type": "integer", "minimum": 0, "maximum": \#(AttentionRecord.positionLimit), "description": "Query positions recorded; the last generated token was not fed back, so it has none."}
        "encoding": {"enum": ["dense", "strongest"], "description": "dense: every key of every row. strongest: of each row at most keysPerRow keys, the strongest."}
        "bits": {"enum": [8, 16], "description": "Bits of a code. 16-bit codes lie as all high bytes, then all low bytes."}
        "power": {"enum": [1, 1.5], "description": "1 with 16 bits, 1.5 with 8."}
        "maximumError": {"type": "number", "description": "The largest difference between a weight and what is read back."}
        "parts": {"type": "array", "items": {"$ref": "#/$defs/attentionPart"}, "description": "One for each layer, in order."}
        """#,
        optional: #"""
            "keysPerRow": {"$ref": "#/$defs/size", "description": "Only with the encoding strongest."}
            "pattern": {"anyOf": [{"$ref": "#/$defs/attentionPattern"}, {"type": "array", "items": {"$ref": "#/$defs/attentionPattern"}}], "description": "Which keys a row has: one pattern for all layers, or a list by layer where they differ. causal in files from before it was written."}
            """#),
    #"""
    "attentionPattern": {"description": "causal: the keys 0…query. full: all keys, 0…positions − 1. window w: the last w keys up to the query's own, max(0, query − w + 1)…query.", "anyOf": [{"enum": ["causal", "full"]}, {"$ref": "#/$defs/attentionWindow"}]}
    """#,
    closedObject(
        "attentionWindow", "The keys of a row that looks back over so many positions, its own among them.",
        #"""
        "window": {"$ref": "#/$defs/size"}
        """#),
    closedObject(
        "attentionPart", "One layer. n = positions.",
        #"""
        "scales": {"$ref": "#/$defs/base64", "description": "(head, query), 16-bit little-endian: what the largest code of each row stands for, · 65535."}
        "weights": {"$ref": "#/$defs/base64", "description": "(head, query, key): codes. Dense rows have one for each key of the pattern; causal ones query + 1: head h, query q, key k is number h·n(n+1)/2 + q(q+1)/2 + k."}
        """#,
        optional: #"""
            "gaps": {"$ref": "#/$defs/base64", "description": "(head, query, key), 16 bits as all high bytes, then all low bytes: the distance from the row's key before, of the first key from 0. Only with the encoding strongest."}
            "tails": {"$ref": "#/$defs/base64", "description": "(head, query), 16-bit little-endian: the sum of the row's other weights · 65535. Only with the encoding strongest."}
            """#),
].joined(separator: ",\n")
