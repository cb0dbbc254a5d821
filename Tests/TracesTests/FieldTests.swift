// The tables of fields: every property has its row, and what the writer, the reader, the schema, the page's check and the
// differences know of a field is the same.
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples

@testable import Traces

/// The property names of a value, and the keys of its table.
private func names<T>(_ table: FieldTable<T>, _ value: T? = nil) -> (properties: Set<String>, keys: Set<String>) {
    let properties = Mirror(reflecting: value ?? table.blank).children.compactMap(\.label)
    return (Set(properties), Set(table.fields.map(\.key)))
}

@Suite struct FieldTests {
    @Test func everyPropertyHasARow() {
        let all = [
            names(EngineInfo.table), names(ModelInfo.table), names(Settings.table), names(SettingsChange.table),
            names(Metrics.table), names(Parent.table), names(Token.table), names(Merge.table),
            names(LatticeEdge.table), names(LongestMatch.table),
            names(PromptScore.table), names(Prompt.table), names(StageRecord.table), names(Candidate.table),
            names(Tail.table), names(TailLogits.table), names(Draw.table), names(GeneratorState.table),
            names(StepSeconds.table),
            names(LensRow.table), names(LensToken.table), names(BeamTree.table), names(BeamNode.table),
            names(BeamHypothesis.table), names(TokenStanding.table), names(ResidualReading.table),
            names(EmbeddingReading.table), names(TokenNeighbour.table), names(ResidualLayer.table),
            names(ResidualPart.table), names(ContextCosts.table), names(WorkByPart.table), names(StepWork.table),
            names(MeasuredContext.table),
        ]
        for (properties, keys) in all { #expect(properties == keys) }
        // The ways of an explanation are fields of the piece.
        let piece = names(Piece.table)
        #expect(
            piece.properties.subtracting(["explanation"]).union(["merges", "lattice", "longestMatch"]) == piece.keys)
        let step = names(Step.table)
        #expect(
            step.properties.subtracting(["entropyBitsRaw", "entropyBitsFinal"]).union(["entropyBits"]) == step.keys)
        // Tensors have a file of their own; the steps of a run that fills stand in it as masks.
        let trace = names(Trace.table)
        #expect(trace.properties.subtracting(["tensors"]).union(["format", "version", "masks"]) == trace.keys)
        // One table for each of them, and no other.
        #expect(Set(allDefinitions.map(\.name)) == Set(rewriters.map(\.0.name)))
        #expect(allDefinitions.count == all.count + 5 && rewriters.count == all.count + 5)
    }

    @Test func keysStandOnce() {
        for definition in allDefinitions {
            #expect(Set(definition.rows.map(\.key)).count == definition.rows.count, "\(definition.name)")
        }
    }

    @Test func aChangedValueComesBack() throws {
        let files = try allFieldPlaces()
        for (definition, rewritten) in rewriters {
            for row in definition.rows where definition.name != "trace" || !["format", "version"].contains(row.key) {
                let name = "\(definition.name).\(row.key)"
                let (root, places) = try #require(files.first { $0.places[name] != nil }, "\(name)")
                let place = try #require(places[name])
                var owner = try #require(root[place.way.dropLast()])
                // What cannot change on the way would not be what the changes were made to.
                if row.key != "changes" { owner = owner.replacing([.string("changes")], with: nil) ?? owner }
                let others = row.shape.others(than: place.value).filter { $0 != place.value }
                // Some other values do not agree with the rest of the object; the first that does must come back.
                let changed = others.compactMap { owner.replacing([.string(row.key)], with: $0) }
                // A flag that stands in a file only where it is set comes back as its absence.
                let absent = row.key == "special" && definition.name == "settings"
                #expect(
                    changed.contains {
                        (try? JSONValue(parsing: rewritten($0)))
                            == (absent ? $0.replacing([.string(row.key)], with: nil) : $0)
                    },
                    "\(definition.name).\(row.key): none of \(others.count)")
            }
        }
    }

    /// Each type's definition, and what becomes of an object that is read and written by its table.
    private var rewriters: [(Definition, (JSONValue) throws -> [UInt8])] {
        func rewriter<T>(_ table: FieldTable<T>) -> (Definition, (JSONValue) throws -> [UInt8]) {
            (
                table.definition,
                { value in
                    var json = JSONWriter()
                    table.write(try table.read(value, Bounds()), &json, .everything)
                    return json.bytes
                }
            )
        }
        return [
            rewriter(EngineInfo.table), rewriter(ModelInfo.table), rewriter(Settings.table),
            rewriter(SettingsChange.table), rewriter(Metrics.table), rewriter(Parent.table), rewriter(Token.table),
            rewriter(Merge.table), rewriter(LatticeEdge.table), rewriter(LongestMatch.table), rewriter(Piece.table),
            rewriter(PromptScore.table), rewriter(Prompt.table),
            rewriter(StageRecord.table), rewriter(Candidate.table), rewriter(Tail.table), rewriter(TailLogits.table),
            rewriter(Draw.table),
            rewriter(GeneratorState.table), rewriter(StepSeconds.table), rewriter(LensRow.table),
            rewriter(LensToken.table), rewriter(BeamTree.table), rewriter(BeamNode.table),
            rewriter(BeamHypothesis.table), rewriter(TokenStanding.table), rewriter(ResidualReading.table),
            rewriter(EmbeddingReading.table), rewriter(TokenNeighbour.table), rewriter(ResidualLayer.table),
            rewriter(ResidualPart.table), rewriter(ContextCosts.table), rewriter(WorkByPart.table),
            rewriter(StepWork.table), rewriter(MeasuredContext.table), rewriter(Step.table), rewriter(Step.masks),
            rewriter(Step.entropies),
            (Trace.table.definition, { try traceJSON(try Trace(parsing: $0.text)) }),
        ]
    }

    /// Each field missing, and each of the wrong type: the reader, the schema and the page refuse the same ones, and the
    /// reader and the page say where.
    @Test(.needs(.python, .node)) func whatIsMissingOrOfTheWrongType() throws {
        let files = try allFieldPlaces()
        #expect(files[0].places.count > 150 && files[1].places.count == 6)
        for (root, places) in files { try lookAt(root, places) }
    }

    private func lookAt(_ root: JSONValue, _ places: [String: FieldPlace]) throws {
        var cases: [(place: FieldPlace, value: JSONValue?)] = []
        for (_, place) in places.sorted(by: { $0.key < $1.key }) {
            cases += [(place, place.row.shape.wrong), (place, nil)]
        }
        let verdicts = try otherReaders(root, cases)
        #expect(verdicts.count == cases.count)
        for ((place, value), verdict) in zip(cases, verdicts) {
            let name = "\(place.path) \(value == nil ? "missing" : "wrong")"
            let isHead = ["format", "version"].contains(place.path)
            #expect(verdict.schema == (value != nil || place.row.isPromised), "\(name)")
            var found: String?
            do {
                // A setting that is not there has its default, from which the changes on the way were not made.
                let isDefault = value == nil && place.row.mayBeMissing
                let whole = isDefault ? root.replacing(Self.changes, with: nil) : root
                let changed = try #require(whole?.replacing(place.way, with: value))
                _ = try Trace(parsing: changed.text)
            } catch TraceError.field(let path, _) {
                found = path
            } catch is TraceError {
                found = place.path
            }
            #expect(found == (value != nil || !place.row.mayBeMissing ? place.path : nil), "\(name)")
            #expect(verdict.page == (isHead ? "" : found), "\(name)")
        }
    }

    private static let changes: [JSONValue] = [.string("settings"), .string("changes")]

    private struct Verdict: Decodable {
        /// Whether the schema has an error to tell.
        var schema: Bool
        /// Where the page finds something wrong.
        var page: String?
    }

    /// What Python's jsonschema and the page's own check, run by node, say of the trace with each change.
    private func otherReaders(
        _ root: JSONValue, _ cases: [(place: FieldPlace, value: JSONValue?)]
    ) throws -> [Verdict] {
        var json = JSONWriter()
        json.object { json in
            json.key("trace")
            json.value(root)
            json.array("cases") { json in
                for (place, value) in cases {
                    json.object { json in
                        json.key("way")
                        json.value(.array(place.way))
                        if let value { json.key("value"); json.value(value) }
                    }
                }
            }
        }
        let check = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Viewer/Resources/data/check.js").standardizedFileURL.path
        let printed = try withFile(json.bytes, named: "cases.json") { cases in
            try withFile(traceSchema(), named: "schema.json") { schema in
                try withFile(traceShapes(), named: "fields.json") { fields in
                    try pythonOutput(changer, [cases, schema, fields, check])
                }
            }
        }
        return try JSONDecoder().decode([Verdict].self, from: Data(printed.utf8))
    }
}

/// Makes each change, asks the schema, and asks node about all of them at once.
private let changer = #"""
    import json, os, subprocess, sys, tempfile
    from jsonschema import Draft202012Validator
    given = json.load(open(sys.argv[1], encoding="utf8"))
    validator = Draft202012Validator(json.load(open(sys.argv[2], encoding="utf8")))
    page = r'''
    import { readFileSync } from "node:fs";
    import { checkedTrace } from "./check.mjs";
    const [cases, fields] = process.argv.slice(2);
    globalThis.document = { getElementById: () => ({ textContent: readFileSync(fields, "utf8") }) };
    const { trace, cases: changes } = JSON.parse(readFileSync(cases, "utf8"));
    checkedTrace(JSON.stringify(trace));
    const found = changes.map(({ way, value }) => {
      const copy = JSON.parse(JSON.stringify(trace));
      const last = way.at(-1);
      const owner = way.slice(0, -1).reduce((part, name) => part[name], copy);
      if (value === undefined) delete owner[last];
      else owner[last] = value;
      try {
        checkedTrace(JSON.stringify(copy));
      } catch (error) {
        if (error.values === undefined) throw error;
        return error.values.path ?? "";
      }
      return null;
    });
    console.log(JSON.stringify(found));
    '''
    def schema_refuses(change):
        owner = given["trace"]
        for name in change["way"][:-1]: owner = owner[name]
        last = change["way"][-1]
        before = dict(owner)
        if "value" in change: owner[last] = change["value"]
        else: del owner[last]
        refused = not validator.is_valid(given["trace"])
        owner.clear(); owner.update(before)
        return refused
    with tempfile.TemporaryDirectory() as folder:
        for name, text in ("check.mjs", open(sys.argv[4], encoding="utf8").read()), ("page.mjs", page):
            open(os.path.join(folder, name), "w", encoding="utf8").write(text)
        answer = subprocess.run(["node", os.path.join(folder, "page.mjs"), sys.argv[1], sys.argv[3]],
                                check=True, capture_output=True, text=True)
    assert validator.is_valid(given["trace"])
    found = json.loads(answer.stdout)
    print(json.dumps([{"schema": schema_refuses(change), "page": path}
                      for change, path in zip(given["cases"], found)]))
    """#
