// The JSON Schema of trace.json: the contract that notebooks and other programs rely on, with units. Made of the tables of
// fields.
import JSONText

/// A JSON Schema (draft 2020-12) that describes every field of trace.json.
///
/// It is closed (`additionalProperties` is false wherever the names are known). Readers of other versions should ignore
/// fields they do not know.
public func traceSchema() -> [UInt8] {
    var definitions = Shape.shared.compactMap { $0.meaning }.map { member($0.name, $0.shape, $0.note) }
    definitions += [base64Definition] + traceDefinitions.map(schemaText) + [attentionDefinitions]
    let trace = Trace.table.definition
    return Array(
        """
        {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Stepglass trace",
        "description": \(quoted(trace.note)),
        "type": "object", "additionalProperties": false,
        \(schemaFields(trace)),
        "$defs": {
        \(definitions.joined(separator: ",\n"))
        }
        }

        """.utf8)
}

/// The objects inside a trace, in the order of the schema. What attention is made of describes itself.
let traceDefinitions = [
    EngineInfo.table.definition, ModelInfo.table.definition, Token.table.definition, Prompt.table.definition,
    Piece.table.definition, Merge.table.definition, LatticeEdge.table.definition, LongestMatch.table.definition,
    PromptScore.table.definition, Parent.table.definition,
    Metrics.table.definition, Settings.table.definition, SettingsChange.table.definition, Step.table.definition,
    StageRecord.table.definition, Step.masks.definition, Candidate.table.definition, Tail.table.definition,
    TailLogits.table.definition,
    Step.entropies.definition,
    Draw.table.definition, GeneratorState.table.definition, StepSeconds.table.definition, LensRow.table.definition,
    LensToken.table.definition, TokenStanding.table.definition, ResidualReading.table.definition,
    EmbeddingReading.table.definition, TokenNeighbour.table.definition, ResidualLayer.table.definition,
    ResidualPart.table.definition, BeamTree.table.definition, BeamNode.table.definition,
    BeamHypothesis.table.definition, ContextCosts.table.definition, WorkByPart.table.definition,
    StepWork.table.definition, MeasuredContext.table.definition,
]

private func schemaText(_ definition: Definition) -> String {
    """
    \(quoted(definition.name)): {
    "type": "object", "additionalProperties": false,
    "description": \(quoted(definition.note)),
    \(schemaFields(definition))
    }
    """
}

/// The lists `required` and `properties`: first the fields that every file has, then the others.
private func schemaFields(_ definition: Definition) -> String {
    let promised = definition.rows.filter { $0.isPromised }
    let rows = promised + definition.rows.filter { !$0.isPromised }
    let lines = rows.map { member($0.key, $0.shape, $0.note) }
    return """
        "required": \(arrayText(promised.map { quoted($0.key) })),
        "properties": {
        \(lines.joined(separator: ",\n"))
        }
        """
}

private func member(_ key: String, _ shape: Shape, _ note: String) -> String {
    "\(quoted(key)): {\(shape.schema)\(note.isEmpty ? "" : ", \"description\": \(quoted(note))")}"
}

/// A text as a JSON string.
private func quoted(_ text: String) -> String {
    var json = JSONWriter()
    json.value(text)
    return String(decoding: json.bytes, as: UTF8.self)
}

private func arrayText(_ words: [String]) -> String { "[\(words.joined(separator: ", "))]" }

extension Shape {
    /// What the schema says of it, without the braces.
    fileprivate var schema: String {
        switch self {
        case .count, .size, .probability, .seconds, .bytes: reference(meaning?.name ?? "")
        case .base64: reference("base64")
        case .object(let name): reference(name)
        case .anyObject: #""type": "object""#
        case .flag: #""type": "boolean""#
        case .integer(let minimum, let maximum):
            "\"type\": \"integer\", \"minimum\": \(minimum)" + (maximum.map { ", \"maximum\": \($0)" } ?? "")
        case .number: #""type": "number""#
        case .range(let range):
            "\"type\": \"number\", \"minimum\": \(Int(range.lowerBound)), \"maximum\": \(range.upperBound)"
        case .fraction: #""type": "number", "minimum": 0, "exclusiveMaximum": 1"#
        case .text: #""type": "string""#
        case .pattern(let pattern): "\"type\": \"string\", \"pattern\": \(quoted(pattern))"
        case .words(let words): "\"enum\": \(arrayText(words.map(quoted)))"
        case .constant(let json): "\"const\": \(json)"
        case .orNull(let shape): shape.schemaOrNull
        case .either(let a, let b): "\"anyOf\": [{\(a.schema)}, {\(b.schema)}]"
        case .list(let shape, let least):
            "\"type\": \"array\", \(least > 0 ? "\"minItems\": \(least), " : "")\"items\": {\(shape.schema)}"
        case .map(let shape, let keys):
            "\"type\": \"object\", \(keys.map { "\"propertyNames\": {\"pattern\": \(quoted($0))}, " } ?? "")"
                + "\"additionalProperties\": {\(shape.schema)}"
        case .drawable(let shape, _, _): shape.schema
        }
    }

    private func reference(_ name: String) -> String { "\"$ref\": \"#/$defs/\(name)\"" }

    private var schemaOrNull: String {
        switch self {
        case .number: #""type": ["number", "null"]"#
        case .text: #""type": ["string", "null"]"#
        case .words(let words): "\"enum\": \(arrayText(["null"] + words.map(quoted)))"
        case .drawable(let shape, _, _): shape.schemaOrNull
        default: "\"anyOf\": [{\"type\": \"null\"}, {\(schema)}]"
        }
    }
}

// MARK: The attention weights, which have no table of fields

let base64Pattern = "^[A-Za-z0-9+/]*={0,2}$"

private let base64Definition =
    "\"base64\": {\"type\": \"string\", \"contentEncoding\": \"base64\", \"pattern\": \"\(base64Pattern)\"}"

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
