// Schema of steps, candidates and the beam tree.
// Called by: traceSchema.

let stepDefinitions = [
    closedObject(
        "step", "One generated token and everything that led to it.",
        #"""
        "index": {"$ref": "#/$defs/count", "description": "0 for the first generated token."}
        "position": {"$ref": "#/$defs/count", "description": "The place of the token in the context; prompt tokens come first."}
        "token": {"$ref": "#/$defs/token"}
        "stages": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/stage"}, "description": "In the order they ran; the first is named raw."}
        "candidates": {"type": "array", "items": {"$ref": "#/$defs/candidate"}, "description": "Best first by raw logit; the chosen token is always among them."}
        "tail": {"$ref": "#/$defs/tail"}
        "entropyBits": {"$ref": "#/$defs/entropyBits"}
        "logSumExp": {"type": "number", "description": "log Σ exp(raw logit) over the vocabulary: a raw probability is exp(logit − logSumExp)."}
        "draw": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/draw"}], "description": "null when nothing was drawn."}
        "finish": {"enum": [null, "eos", "stop", "length", "context"], "description": "Why generation ended with this step, null when it went on."}
        "seconds": {"$ref": "#/$defs/stepSeconds"}
        """#,
        optional: #"""
            "lens": {"type": "array", "items": {"$ref": "#/$defs/lensRow"}, "description": "What each layer would have said; only when hidden states were recorded."}
            """#),
    closedObject(
        "stage", "A stage of the way from logits to a token.",
        #"""
        "name": {"type": "string"}
        "parameters": {"type": "object", "additionalProperties": {"type": ["number", "null"]}, "description": "The stage's numbers by name."}
        "kept": {"$ref": "#/$defs/count", "description": "Tokens still in play after the stage."}
        "removed": {"$ref": "#/$defs/count", "description": "Tokens that this stage removed."}
        """#),
    closedObject(
        "candidate", "A token that could have been chosen, and its way through the stages.",
        #"""
        "id": {"$ref": "#/$defs/count"}
        "text": {"type": "string", "description": "The characters it would have completed here."}
        "bytes": {"$ref": "#/$defs/bytes"}
        "rank": {"$ref": "#/$defs/size", "description": "1 is the largest raw logit; of equal ones the lower id."}
        "logits": {"type": "array", "items": {"type": ["number", "null"]}, "description": "After each stage, as many as there are stages; null once removed."}
        "rawProbability": {"$ref": "#/$defs/probability", "description": "Softmax of the raw logits over the whole vocabulary."}
        "probability": {"$ref": "#/$defs/probability", "description": "In the distribution that was drawn from; 0 once removed."}
        "removedBy": {"type": ["string", "null"], "description": "The stage that removed it, null when it stayed to the end."}
        """#),
    closedObject(
        "tail", "All tokens that are not listed as candidates.",
        #"""
        "count": {"$ref": "#/$defs/count"}
        "rawProbability": {"$ref": "#/$defs/probability"}
        "probability": {"$ref": "#/$defs/probability"}
        """#),
    closedObject(
        "entropyBits", "−Σ p · log2 p in bits.",
        #"""
        "raw": {"type": "number", "description": "Of the distribution before every stage."}
        "final": {"type": "number", "description": "Of the distribution that was drawn from."}
        """#),
    closedObject(
        "draw",
        "The chosen token owns low ≤ u < high of the cumulative distribution, in order of descending probability.",
        #"""
        "uniform": {"type": "number", "minimum": 0, "exclusiveMaximum": 1, "description": "u, from PCG64."}
        "low": {"$ref": "#/$defs/probability"}
        "high": {"$ref": "#/$defs/probability"}
        """#,
        optional: #"""
            "generator": {"$ref": "#/$defs/generator", "description": "Just before the draw; absent when u was given by hand."}
            """#),
    closedObject(
        "generator", "A PCG64 generator as NumPy's bit_generator.state tells it: its state and inc, in decimal digits.",
        #"""
        "state": {"type": "string", "pattern": "^[0-9]{1,39}$"}
        "increment": {"type": "string", "pattern": "^[0-9]{1,39}$"}
        """#),
    closedObject(
        "stepSeconds", "Where the step's time went, in seconds.",
        #"""
        "forward": {"$ref": "#/$defs/seconds", "description": "The forward pass that gave the logits."}
        "choose": {"$ref": "#/$defs/seconds", "description": "The stages and the draw."}
        "record": {"$ref": "#/$defs/seconds", "description": "Keeping it."}
        """#),
    closedObject(
        "lensRow", "The distribution that a layer's hidden state would give.",
        #"""
        "layer": {"$ref": "#/$defs/count", "description": "0: the embedding; n: the output of layer n."}
        "top": {"type": "array", "items": {"$ref": "#/$defs/lensToken"}, "description": "Best first."}
        """#),
    closedObject(
        "lensToken", "A token of a layer's distribution.",
        #"""
        "id": {"$ref": "#/$defs/count"}
        "text": {"type": "string"}
        "probability": {"$ref": "#/$defs/probability"}
        """#),
].joined(separator: ",\n")

let beamDefinitions = [
    closedObject(
        "beam", "A beam search: every expanded node and the finished hypotheses.",
        #"""
        "beams": {"$ref": "#/$defs/size"}
        "lengthPenalty": {"type": "number"}
        "earlyStopping": {"enum": \#(wordList(EarlyStopping.self))}
        "nodes": {"type": "array", "items": {"$ref": "#/$defs/beamNode"}, "description": "Parents before their children."}
        "hypotheses": {"type": "array", "items": {"$ref": "#/$defs/hypothesis"}, "description": "Best first."}
        """#),
    closedObject(
        "beamNode", "One token appended to its parent's sequence.",
        #"""
        "id": {"$ref": "#/$defs/count"}
        "parent": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/count"}], "description": "null for the children of the prompt."}
        "depth": {"$ref": "#/$defs/count", "description": "0 for the first generated token."}
        "token": {"$ref": "#/$defs/token"}
        "logProbability": {"type": "number"}
        "sumLogProbability": {"type": "number"}
        "score": {"type": "number", "description": "sum / length ^ lengthPenalty."}
        "state": {"enum": \#(wordList(BeamNode.State.self))}
        "why": {"type": ["string", "null"], "description": "Why it was pruned or how it finished."}
        """#),
    closedObject(
        "hypothesis", "A whole sequence that the search ended with.",
        #"""
        "tokens": {"type": "array", "items": {"$ref": "#/$defs/count"}}
        "text": {"type": "string"}
        "sumLogProbability": {"type": "number"}
        "score": {"type": "number"}
        "finish": {"enum": \#(wordList(FinishReason.self))}
        """#),
].joined(separator: ",\n")
