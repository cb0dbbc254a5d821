// The JSON Schema of trace.json: the contract that notebooks and other programs rely on, with units.
// Called by: `stepglass schema`, and a test that holds written traces against it.
internal import JSONText

/// A JSON Schema (draft 2020-12) that describes every field of trace.json.
///
/// It is closed (`additionalProperties` is false wherever the names are known), so a field that is written but not
/// described fails a test. Readers of other versions should ignore fields they do not know.
public func traceSchema() -> [UInt8] {
    var bytes = Array(schemaHead.utf8)
    let definitions = [runDefinitions, settingsDefinitions, stepDefinitions, beamDefinitions, attentionDefinitions]
    bytes += Array("\"$defs\": {\n".utf8)
    bytes += Array(definitions.joined(separator: ",\n").utf8)
    bytes += Array("\n}\n}\n".utf8)
    return bytes
}

/// The words of an enumeration as a JSON array, so that the schema cannot miss one.
func wordList<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> String where Word.RawValue == String {
    "[" + Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") + "]"
}

/// An object of the schema, closed: required and further properties, one `"name": schema` a line.
///
/// Only the names before the first colon of each line are read; the rest is copied.
func closedObject(_ name: String, _ description: String, _ required: String, optional: String = "") -> String {
    let lines = { (text: String) in text.split(separator: "\n").map(String.init) }
    let names = lines(required).map { $0.prefix { $0 != ":" } }
    let properties = (lines(required) + lines(optional)).joined(separator: ",\n")
    return """
        "\(name)": {
        "type": "object", "additionalProperties": false,
        "description": "\(description)",
        "required": [\(names.joined(separator: ", "))],
        "properties": {
        \(properties)
        }
        }
        """
}

private let schemaHead = #"""
    {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Stepglass trace",
    "description": "One run of a language model from prompt to text, with every number on the way. Times are seconds, sizes are bytes, entropies are bits, log-probabilities and logits use the natural logarithm. Numbers that are not finite are null. Two equal runs give the same file except for times, memory figures and the thread count.",
    "type": "object", "additionalProperties": false,
    "required": ["format", "version", "engine", "model", "settings", "prompt", "steps", "text", "beam", "attention", "metrics"],
    "properties": {
    "format": {"const": "stepglass-trace"},
    "version": {"const": 1, "description": "Raised when a field changes its meaning; added fields do not raise it."},
    "engine": {"$ref": "#/$defs/engine"},
    "model": {"$ref": "#/$defs/model"},
    "settings": {"$ref": "#/$defs/settings"},
    "prompt": {"$ref": "#/$defs/prompt"},
    "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "description": "One for each generated token, in order."},
    "text": {"type": "string", "description": "The generated text, without end tokens, cut before a stop string."},
    "beam": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/beam"}], "description": "The tree of a beam search, null otherwise."},
    "attention": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/attention"}], "description": "Attention weights, null when not recorded."},
    "metrics": {"$ref": "#/$defs/metrics"},
    "parent": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/parent"}], "description": "The run this one was forked from, null otherwise."},
    "notes": {"type": "array", "items": {"type": "string"}, "description": "Remarks for the reader, such as why something was recorded in less detail."}
    },

    """#
