// Written traces against the schema, by Python's jsonschema; and the schema against itself.
import JSONText
import TestTools
import Testing
import TraceSamples

@testable import Traces

/// Validates each trace; prints one line for every error.
private let validator = """
    import json, sys
    from jsonschema import Draft202012Validator
    schema = json.load(open(sys.argv[1], encoding="utf8"))
    Draft202012Validator.check_schema(schema)
    for path in sys.argv[2:]:
        for error in Draft202012Validator(schema).iter_errors(json.load(open(path, encoding="utf8"))):
            print(error.json_path, error.message[:200])
    """

@Suite(.needs(.python)) struct SchemaTests {
    func errors(_ trace: [UInt8]) throws -> String {
        try withFile(traceSchema(), named: "schema.json") { schema in
            try withFile(trace, named: "trace.json") { trace in try pythonOutput(validator, [schema, trace]) }
        }
    }

    @Test func writtenTracesAreValid() throws {
        #expect(try errors(try traceJSON(fullSample())) == "")
        #expect(try errors(try traceJSON(sampleTrace())) == "")
        #expect(try errors(try traceJSON(sampleFilling())) == "")
        var trace = fullSample()
        trace.attention = copied(try #require(trace.attention), as: .strongest(keysPerRow: 4))
        #expect(try errors(try traceJSON(trace)) == "")
        trace = sampleTrace(
            SampleShape {
                $0.steps = 0; $0.attention = false
            })
        #expect(try errors(try traceJSON(trace)) == "")
    }

    @Test func undescribedFieldsAreErrors() throws {
        let text = String(decoding: try traceJSON(fullSample()), as: UTF8.self)
        for (old, new) in [
            ("{\"index\":3,", "{\"mood\":1,\"index\":3,"), ("\"threads\":2", "\"threads\":-1"),
            ("\"bytes\":\"e4bda0\"", "\"bytes\":\"e4bda\""), ("\"finish\":null", "\"finish\":\"bored\""),
            ("\"removedBy\":null", "\"removed\":null"),
        ] {
            let place = try #require(text.firstRange(of: old))
            #expect(try errors(Array(text.replacingCharacters(in: place, new).utf8)) != "")
        }
    }

    /// Every object that names its fields is closed and describes itself.
    @Test func theSchemaIsClosed() throws {
        let schema = try JSONValue(parsing: traceSchema())
        var open: [String] = []
        func walk(_ value: JSONValue, _ path: String) {
            if value["properties"] != nil, value["type"]?.string == "object" {
                if value["additionalProperties"] != .bool(false) || value["description"] == nil { open.append(path) }
            }
            if case .object(let object) = value { for (key, value) in object.members { walk(value, path + "/" + key) } }
        }
        walk(schema, "")
        #expect(open == [])
    }
}
