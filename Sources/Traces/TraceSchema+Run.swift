// Schema of what ran and on what: engine, model, prompt, metrics, parent.
// Called by: traceSchema.

let runDefinitions = [
    // Shared by all.
    #""count": {"type": "integer", "minimum": 0}"#,
    #""size": {"type": "integer", "minimum": 1}"#,
    #""probability": {"type": "number", "minimum": 0, "maximum": 1.000001}"#,
    #""seconds": {"type": "number", "description": "Seconds."}"#,
    #""bytes": {"type": "string", "pattern": "^([0-9a-f]{2})*$", "description": "Bytes in hexadecimal, two lower-case digits each."}"#,
    #""base64": {"type": "string", "contentEncoding": "base64", "pattern": "^[A-Za-z0-9+/]*={0,2}$"}"#,
    closedObject(
        "engine", "The program that made the run.",
        #"""
        "version": {"type": "string"}
        "kernels": {"type": "string", "description": "The kernel set in use, such as avx512, avx2, neon or plain."}
        "threads": {"type": "integer", "minimum": 0, "description": "Threads that computed; no result depends on it."}
        """#),
    closedObject(
        "model", "The model that ran.",
        #"""
        "name": {"type": "string"}
        "architecture": {"type": "string", "description": "llama, gpt2 and so on."}
        "file": {"type": "string", "description": "The name of the file or folder, without its path."}
        "sha256": {"type": "string", "description": "SHA-256 of the weights in hexadecimal."}
        "layers": {"$ref": "#/$defs/size"}
        "heads": {"$ref": "#/$defs/size", "description": "Query heads of each layer."}
        "keyValueHeads": {"$ref": "#/$defs/size", "description": "Key/value heads; query head h uses number h / (heads / keyValueHeads), rounded down."}
        "headSize": {"$ref": "#/$defs/size"}
        "hiddenSize": {"$ref": "#/$defs/size"}
        "vocabularySize": {"$ref": "#/$defs/size"}
        "contextLength": {"$ref": "#/$defs/size", "description": "Positions the model was trained for."}
        "parameters": {"$ref": "#/$defs/count"}
        "weightBytes": {"$ref": "#/$defs/count", "description": "Bytes of the weights in the file."}
        "tensorTypes": {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}, "description": "How many tensors have each type."}
        """#),
    closedObject(
        "token", "A token and the bytes it stands for.",
        #"""
        "id": {"$ref": "#/$defs/count"}
        "text": {"type": "string", "description": "The characters that the token's bytes complete; empty while a character is unfinished. The texts of consecutive tokens join to the whole."}
        "bytes": {"$ref": "#/$defs/bytes"}
        "start": {"$ref": "#/$defs/count", "description": "Byte offset in the rendered prompt or in the generated text."}
        "end": {"$ref": "#/$defs/count", "description": "Byte offset after the token."}
        "special": {"type": "boolean", "description": "A control token, never the result of plain text."}
        """#),
    closedObject(
        "prompt", "The prompt as typed, as the model read it, and how it was cut.",
        #"""
        "text": {"type": "string"}
        "rendered": {"type": "string", "description": "What the model read: the text itself, or the chat template filled with it."}
        "tokens": {"type": "array", "items": {"$ref": "#/$defs/token"}}
        "pieces": {"type": "array", "items": {"$ref": "#/$defs/piece"}, "description": "The stretches of text that became tokens on their own."}
        """#,
        optional: #"""
            "scores": {"type": "array", "items": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/promptScore"}]}, "description": "How well each prompt token was foreseen, null for the first. Only when recorded."}
            """#),
    closedObject(
        "piece",
        "A pre-token, and how it became its tokens: exactly one of merges, lattice and longestMatch says that.",
        #"""
        "start": {"$ref": "#/$defs/count", "description": "Byte offset in the text."}
        "end": {"$ref": "#/$defs/count"}
        "bytes": {"$ref": "#/$defs/bytes"}
        "symbols": {"type": "array", "items": {"$ref": "#/$defs/bytes"}, "description": "What the tokens were made of: bytes or characters, as they stood after the normalizer."}
        "ids": {"type": "array", "items": {"$ref": "#/$defs/count"}}
        """#,
        optional: #"""
            "merges": {"type": "array", "items": {"$ref": "#/$defs/merge"}, "description": "Byte-pair encoding: every merge, in the order taken."}
            "lattice": {"type": "array", "items": {"$ref": "#/$defs/latticeEdge"}, "description": "A unigram model: every token that could stand in the piece. The chosen ones follow each other from the first symbol to the last."}
            "longestMatch": {"type": "array", "items": {"$ref": "#/$defs/longestMatch"}, "description": "WordPiece: at each place the longest token of the vocabulary."}
            """#),
    closedObject(
        "merge", "The symbols at index and index + 1, as they stood, became one.",
        #"""
        "rank": {"$ref": "#/$defs/count", "description": "Place in the merge list; lower ranks merge first."}
        "index": {"$ref": "#/$defs/count"}
        "left": {"$ref": "#/$defs/bytes"}
        "right": {"$ref": "#/$defs/bytes"}
        """#),
    closedObject(
        "latticeEdge", "A token that could stand at a place of a piece.",
        #"""
        "id": {"$ref": "#/$defs/count"}
        "start": {"$ref": "#/$defs/count", "description": "The first symbol it covers."}
        "end": {"$ref": "#/$defs/size", "description": "After the last symbol it covers."}
        "score": {"type": "number", "description": "The token's score: natural logarithm of its probability in the unigram model."}
        "total": {"type": "number", "description": "The score plus the largest total of the edges that end where this one starts, 0 at the piece's beginning."}
        "chosen": {"type": "boolean", "description": "On the path with the largest total at the piece's end."}
        """#),
    closedObject(
        "longestMatch", "The longest token that begins where the one before it ended.",
        #"""
        "id": {"type": ["integer", "null"], "minimum": 0, "description": "Null where no token fits: the whole piece then became the token for the unknown."}
        "start": {"$ref": "#/$defs/count", "description": "The first symbol it covers."}
        "end": {"$ref": "#/$defs/size", "description": "After the last symbol it covers."}
        "spelled": {"$ref": "#/$defs/bytes", "description": "What was looked up, the mark of a word's continuation within."}
        "tried": {"$ref": "#/$defs/count", "description": "How many longer ones were looked up before and are no tokens."}
        """#),
    closedObject(
        "promptScore", "How well the model foresaw a prompt token from those before it.",
        #"""
        "probability": {"$ref": "#/$defs/probability", "description": "Softmax of the raw logits."}
        "rank": {"$ref": "#/$defs/size", "description": "1 is the most probable token."}
        "entropyBits": {"type": "number", "description": "Entropy of the raw distribution in bits."}
        """#),
    closedObject(
        "parent", "The run this one was forked from: the same up to a step, different from there on.",
        #"""
        "sha256": {"type": "string", "description": "SHA-256 of the parent's trace without times."}
        "step": {"$ref": "#/$defs/count", "description": "The first step that was not copied."}
        "change": {"type": "string", "description": "What was changed, in words."}
        """#),
    closedObject(
        "metrics", "What the run cost.",
        #"""
        "loadSeconds": {"$ref": "#/$defs/seconds"}
        "timeToFirstTokenSeconds": {"$ref": "#/$defs/seconds", "description": "From the request to the first token's choice; tokenization and prefill are within."}
        "timePerOutputTokenSeconds": {"type": ["number", "null"], "description": "Mean seconds between later tokens; null with fewer than two tokens."}
        "promptTokensPerSecond": {"type": "number"}
        "tokensPerSecond": {"type": "number", "description": "Generated tokens a second."}
        "weightBytes": {"$ref": "#/$defs/count", "description": "Bytes of the weights as mapped."}
        "keyValueCacheBytes": {"$ref": "#/$defs/count", "description": "2 · layers · keyValueHeads · headSize · positions · bytes each."}
        "recordBytes": {"$ref": "#/$defs/count", "description": "Bytes of the recorded tensors in memory."}
        "peakMemoryBytes": {"$ref": "#/$defs/count", "description": "The largest resident size of the process in bytes."}
        """#,
        optional: #"""
            "tokenizeSeconds": {"$ref": "#/$defs/seconds"}
            "prefillSeconds": {"$ref": "#/$defs/seconds"}
            """#),
].joined(separator: ",\n")
