// Where each row of the tables of fields first stands in a trace's JSON, and other values for it.
import JSONText
import TraceSamples

@testable import Traces

/// Every part of a trace in few lines: what is tried with each field is read hundreds of times.
func smallFullSample() -> Trace {
    var trace = fullSample {
        $0.steps = 3; $0.lens = true; $0.promptScores = true; $0.beams = 2; $0.candidates = 3
        $0.vocabularySize = 120; $0.layers = 1; $0.heads = 2; $0.inside = true; $0.tailLogits = true
    }
    trace.settings.messages = try? JSONValue(parsing: Array("[{\"role\":\"user\",\"content\":\"Hi\"}]".utf8))
    trace.settings.tools = try? JSONValue(parsing: Array("[{\"name\":\"clock\"}]".utf8))
    trace.settings.date = "2026-11-26"
    trace.origin = try? JSONValue(parsing: Array("{\"server\":\"another engine\"}".utf8))
    // Both only in records of scored texts.
    trace.run = .score
    for place in trace.prompt.scores.indices { trace.prompt.scores[place]?.logit = Float(place) / 4 }
    // Absent unless they are set, in the changes too, as they cannot change on the way.
    trace.settings.special = true
    trace.ended = .interrupted
    for place in trace.settings.changes.indices {
        trace.settings.changes[place].settings.special = true
        trace.settings.changes[place].settings.messages = trace.settings.messages
        trace.settings.changes[place].settings.tools = trace.settings.tools
        trace.settings.changes[place].settings.date = trace.settings.date
    }
    // Two pieces that came about in the other ways.
    let counts = trace.prompt.pieces.map(\.symbols.count)
    trace.prompt.pieces[0].explanation = .lattice([
        LatticeEdge(id: 3, start: 0, end: counts[0], score: -2.5, total: -2.5, chosen: true)
    ])
    trace.prompt.pieces[1].explanation = .longestMatch([
        LongestMatch(id: 4, start: 0, end: counts[1], spelled: [0x61], tried: 2)
    ])
    // A search has none; each field has a value here.
    trace.costs?.steps = StepWork(cached: [900, 30, 31], uncached: [900, 960, 1020], cacheBytes: [96, 112, 128])
    return trace
}

/// A run that fills, with what no other record has.
func smallFillSample() -> Trace {
    sampleFilling(
        SampleShape {
            $0.candidates = 3; $0.vocabularySize = 120; $0.layers = 1; $0.heads = 2
        })
}

/// The first place of each row, in the file of all other parts where it has it, else in that of masks.
func allFieldPlaces() throws -> [(root: JSONValue, places: [String: FieldPlace])] {
    let roots = try [smallFullSample(), smallFillSample()].map { try JSONValue(parsing: try traceJSON($0)) }
    let first = fieldPlaces(roots[0])
    return [(roots[0], first), (roots[1], fieldPlaces(roots[1]).filter { first[$0.key] == nil })]
}

/// A row of a table, and a value of it in a file.
struct FieldPlace {
    /// The names and indices from the root on.
    var way: [JSONValue]
    var row: Definition.Row
    var value: JSONValue

    /// As errors name it: "steps[0].token.id".
    var path: String {
        way.reduce("") { path, name in
            if case .number(let index) = name { return path + "[\(index)]" }
            return path + (path.isEmpty ? "" : ".") + (name.string ?? "")
        }
    }
}

let allDefinitions = [Trace.table.definition] + traceDefinitions

func definition(_ name: String) -> Definition? { allDefinitions.first { $0.name == name } }

/// The first value in the file for each row, by "type.key"; one that says something, if there is any.
func fieldPlaces(_ root: JSONValue) -> [String: FieldPlace] {
    var places: [String: FieldPlace] = [:]
    func look(_ value: JSONValue, _ shape: Shape, _ way: [JSONValue]) {
        switch shape {
        case .drawable(let inner, _, _), .orNull(let inner): look(value, inner, way)
        case .list(let inner, _):
            for (index, element) in (value.array ?? []).enumerated() {
                look(element, inner, way + [.number("\(index)")])
            }
        case .object(let name):
            for row in definition(name)?.rows ?? [] {
                guard let inner = value[row.key] else { continue }
                let place = FieldPlace(way: way + [.string(row.key)], row: row, value: inner)
                if places["\(name).\(row.key)"]?.value.isEmpty != false { places["\(name).\(row.key)"] = place }
                look(inner, row.shape, place.way)
            }
        default: break
        }
    }
    look(root, .object("trace"), [])
    return places
}

extension JSONValue {
    /// With the value at the end of the way replaced, or taken out.
    func replacing(_ way: some Collection<JSONValue>, with value: JSONValue?) -> JSONValue? {
        guard let first = way.first else { return value }
        switch self {
        case .array(var values):
            guard case .number(let text) = first, let index = Int(text) else { return self }
            values[index] = values[index].replacing(way.dropFirst(), with: value) ?? .null
            return .array(values)
        case .object(let object):
            var changed = JSONObject()
            for (key, member) in object.members {
                let new = key == first.string ? member.replacing(way.dropFirst(), with: value) : member
                if let new { _ = changed.append(key, new) }
            }
            return .object(changed)
        default: return self
        }
    }

    subscript(way: some Collection<JSONValue>) -> JSONValue? {
        guard let first = way.first else { return self }
        if case .number(let text) = first { return Int(text).flatMap { array?[$0] }?[way.dropFirst()] }
        return self[first.string ?? ""]?[way.dropFirst()]
    }

    /// Whether nothing can be told of it.
    var isEmpty: Bool { isNull || object?.count == 0 || array?.isEmpty == true }

    var text: [UInt8] {
        var json = JSONWriter()
        json.value(self)
        return json.bytes
    }
}

extension Shape {
    /// A value that no reader takes for it.
    var wrong: JSONValue {
        switch self {
        case .count, .size, .probability, .seconds, .flag, .integer, .number, .range, .fraction, .constant: .string("?")
        case .bytes, .base64, .object, .anyObject, .text, .pattern, .words, .list, .map: .number("7")
        case .either: .bool(true)
        case .orNull(let shape), .drawable(let shape, _, _): shape.wrong
        }
    }

    /// Other values of the same shape; which of them agree with the other fields is for the reader to say.
    func others(than value: JSONValue) -> [JSONValue] {
        switch self {
        case .count, .size, .integer:
            value.int.map { [1, 2, $0 - 1, $0 + 1, 2 * $0].map { .number("\($0)") } } ?? [.number("1")]
        case .probability, .seconds, .number, .range, .fraction: [.number("0.125")]
        case .bytes: [.string("ff")]
        case .base64: [.string("AACAPwAAgD8AAIA/AACAPw==")]
        case .object(let name):
            (definition(name)?.rows ?? []).flatMap { row in
                row.shape.others(than: value[row.key] ?? .null)
                    .compactMap { value.replacing([.string(row.key)], with: $0) }
            } + [.null]
        case .anyObject: [(try? JSONValue(parsing: Array("{\"other\":1}".utf8))) ?? .null]
        case .flag: [.bool(value.bool != true)]
        case .text: [.string((value.string ?? "") + "x")]
        case .pattern: ["5.6", "7", "2026-01-02"].map { .string($0) }
        case .words(let words): words.map { .string($0) }.filter { $0 != value }
        case .constant: []
        case .orNull(let shape): shape.others(than: value) + [.null]
        case .either(let shape, _): shape.others(than: value)
        case .list(let shape, _):
            (value.array ?? []).indices.flatMap { index in
                shape.others(than: value.array![index])
                    .compactMap { value.replacing([.number("\(index)")], with: $0) }
            } + [.array(value.array?.dropLast() ?? [])]
        case .map:
            value.object?.members.first.flatMap { value.replacing([.string($0.key)], with: nil) }.map { [$0] } ?? []
        case .drawable(let shape, _, _): shape.others(than: value)
        }
    }
}
