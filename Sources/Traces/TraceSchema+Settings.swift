// Schema of the settings of a run.
// Called by: traceSchema.

let settingsDefinitions =
    closedObject(
        "settings",
        "Every option that shaped the run, defaults included. The run is a function of the model, the prompt and these.",
        #"""
        "chat": {"type": "boolean", "description": "The prompt was put into the model's chat template."}
        "system": {"type": ["string", "null"], "description": "The system message of a chat."}
        "maxTokens": {"$ref": "#/$defs/count"}
        "minTokens": {"$ref": "#/$defs/count", "description": "While fewer are out, end tokens have the logit −∞."}
        "stop": {"type": "array", "items": {"type": "string"}, "description": "Generation ends where one of these appears."}
        "temperature": {"type": "number", "description": "0: greedy, no draw."}
        "topK": {"$ref": "#/$defs/count", "description": "0: off."}
        "topP": {"type": "number", "description": "1: off."}
        "minP": {"type": "number", "description": "0: off."}
        "repetitionPenalty": {"type": "number", "description": "1: off."}
        "presencePenalty": {"type": "number", "description": "0: off."}
        "frequencyPenalty": {"type": "number", "description": "0: off."}
        "penaltyScope": {"enum": \#(wordList(PenaltyScope.self)), "description": "Which tokens the frequency and presence penalties count."}
        "order": {"type": "array", "items": {"type": "string"}, "description": "The stages in the order they run."}
        "extra": {"type": "object", "additionalProperties": {"type": "number"}, "description": "Numbers of further stages, by stage.parameter."}
        "logitBias": {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": {"type": ["number", "null"]}, "description": "By token id, added to its logit before all stages; null is −∞."}
        "bannedTokens": {"type": "array", "items": {"$ref": "#/$defs/count"}}
        "dryBreakers": {"type": "array", "items": {"type": "string"}}
        "seed": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9007199254740992}, {"type": "string", "pattern": "^[0-9]+$"}], "description": "Seed of PCG64 as NumPy takes it; above 2^53 as a string of digits, up to 128 bits."}
        "beams": {"$ref": "#/$defs/size", "description": "1: no beam search."}
        "beamGroups": {"$ref": "#/$defs/size"}
        "beamDiversity": {"type": "number"}
        "beamSample": {"type": "boolean"}
        "lengthPenalty": {"type": "number", "description": "A hypothesis scores its sum of log-probabilities / length ^ this."}
        "earlyStopping": {"enum": \#(wordList(EarlyStopping.self))}
        "candidates": {"$ref": "#/$defs/count", "description": "How many candidates a step lists."}
        "record": {"type": "array", "items": {"enum": \#(wordList(RecordKind.self))}, "description": "What was recorded beside the steps."}
        "context": {"$ref": "#/$defs/count", "description": "Positions the cache may hold; 0: the model's own context length."}
        "precision": {"type": "string", "description": "exact: 32-bit float activations; fast: 8-bit activations."}
        "ablated": {"type": "array", "items": {"type": "string", "pattern": "^[0-9]+\\.[0-9]+$"}, "description": "Attention heads set to zero, as layer.head."}
        "forced": {"type": "object", "propertyNames": {"pattern": "^[0-9]+$"}, "additionalProperties": {"$ref": "#/$defs/count"}, "description": "By step index, the token put in place of the choice."}
        """#,
        optional: #"""
            "messages": {"type": "array", "items": {"type": "object"}, "description": "The whole conversation of a chat, as it was given; absent where the prompt is the user's message."}
            "tools": {"type": "array", "items": {"type": "object"}, "description": "Definitions of the tools that the model may call; absent where there are none."}
            "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "The date that the chat template was told; absent where it did not ask."}
            "changes": {"type": "array", "items": {"$ref": "#/$defs/settingsChange"}, "description": "What was set anew while the run went on, by rising step; absent for most runs."}
            """#)
    + ",\n"
    + closedObject(
        "settingsChange", "Other settings from a step on: the stages, the seed and the ablated heads may differ.",
        #"""
        "step": {"$ref": "#/$defs/size", "description": "The first step made with them."}
        "settings": {"$ref": "#/$defs/settings"}
        """#)
