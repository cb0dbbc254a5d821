// The tables of fields as the page's check reads them.
import JSONText

/// What may stand in each field, as one JSON object: `{"step": {"index": {"kind": "integer", "low": 0}, …}, …}`, and
/// `"trace"` for the whole.
///
/// A shape is `{"kind", …}`: "integer" and "number" with "low" and "high"; "text" with "high", its length, and "pattern";
/// "bytes", the same in hexadecimal; "words"; "constant"; "flag"; "object" with the "name" of its fields; "list" of a
/// shape, with "low" and "high", its length; "map" from texts that match "keys" to a shape; "either" of two; "null" or a
/// shape. A field that may be missing is "optional".
public func traceShapes() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
        for definition in [Trace.table.definition] + traceDefinitions {
            json.object(definition.name) { json in
                for row in definition.rows {
                    json.key(row.key)
                    json.object { json in
                        row.shape.write(to: &json)
                        if row.mayBeMissing { json.member("optional", true) }
                    }
                }
            }
        }
    }
    return json.bytes
}

extension Shape {
    /// The members of its object.
    fileprivate func write(to json: inout JSONWriter, from low: Double? = nil, to high: Double? = nil) {
        switch self {
        case .bytes:
            json.kind("bytes", low, high)
            if case .pattern(let pattern)? = meaning?.shape { json.member("pattern", pattern) }
        case .base64(let bytes):
            json.kind("text", nil, Double((bytes + 2) / 3 * 4)); json.member("pattern", base64Pattern)
        case .count, .size, .probability, .seconds:
            if let meaning { meaning.shape.write(to: &json, from: low, to: high) }
        case .object(let name): json.kind("object"); json.member("name", name)
        case .anyObject: json.kind("anyObject")
        case .flag: json.kind("flag")
        case .integer(let minimum, let maximum):
            json.kind("integer", low ?? Double(minimum), high ?? maximum.map { Double($0) })
        case .number: json.kind("number", low, high)
        case .range(let range): json.kind("number", low ?? range.lowerBound, high ?? range.upperBound)
        case .fraction: json.kind("number", 0, 1)
        case .text: json.kind("text", low, high)
        case .pattern(let pattern): json.kind("text", low, high); json.member("pattern", pattern)
        case .words(let words):
            json.kind("words"); json.array("words") { json in for word in words { json.value(word) } }
        case .constant(let text): json.kind("constant"); json.member("text", text)
        case .orNull(let shape): json.kind("null"); json.shape("of", shape)
        case .either(let a, let b): json.kind("either"); json.shape("of", a); json.shape("or", b)
        case .list(let shape, let least):
            json.kind("list", low ?? (least > 0 ? Double(least) : nil), high); json.shape("of", shape)
        case .map(let shape, let keys):
            json.kind("map")
            if let keys { json.member("keys", keys) }
            json.shape("of", shape)
        case .drawable(let shape, let from, let to): shape.write(to: &json, from: from ?? low, to: to ?? high)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func kind(_ name: String, _ low: Double? = nil, _ high: Double? = nil) {
        member("kind", name)
        if let low { member("low", low) }
        if let high { member("high", high) }
    }

    fileprivate mutating func shape(_ key: String, _ shape: Shape) {
        object(key) { json in shape.write(to: &json) }
    }
}
