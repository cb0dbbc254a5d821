// What the exports write, read by programs that know the formats and nothing of ours.
import Exports
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples
import Traces

@Suite struct ExportTests {
    private static func written(
        _ export: Export, _ trace: Trace, table: ExportTable = .steps
    ) throws(ExportsError) -> [UInt8] {
        var bytes: [UInt8] = []
        try export.make(ExportSource(trace: trace, json: [], table: table)) { bytes += $0 }
        return bytes
    }

    private static func script(_ name: String) -> String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return "/" + folder + "/" + name
    }

    /// Runs of all kinds, and one whose tokens are texts that do harm somewhere.
    private static func samples() -> [(name: String, trace: Trace)] {
        var nothing = sampleTrace(SampleShape { $0.steps = 0 })
        nothing.run = .score
        var old = sampleTrace()
        old.costs = nil
        return [
            ("plain", sampleTrace()), ("lens", sampleTrace(SampleShape { $0.lens = true })),
            ("inside", sampleTrace(SampleShape { $0.inside = true })),
            (
                "both",
                sampleTrace(
                    SampleShape {
                        $0.lens = true; $0.inside = true
                    })
            ),
            ("beams", sampleTrace(SampleShape { $0.beams = 3 })), ("one", sampleTrace(SampleShape { $0.steps = 1 })),
            ("none", nothing), ("old", old), ("filled", sampleFilling()), ("hostile", hostile()),
        ]
    }

    private static let texts = [
        "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "-5", "a,b\"c\"", "line\r\nbreak", "\u{0}\u{1B}[31m", "＝1",
        "\t=1", "\u{202E}x", "'quoted'", "", "␣↵", "\u{FFFD}", " =1",
    ]

    /// Its tokens, and the names of its model and stages, are such texts; its times are short and long.
    private static func hostile() -> Trace {
        var trace = sampleTrace(SampleShape { $0.steps = texts.count })
        for (place, text) in texts.enumerated() where place < trace.steps.count {
            trace.steps[place].token.text = text
            trace.steps[place].token.bytes = Array(text.utf8)
            trace.steps[place].candidates[0].text = text
            trace.steps[place].candidates[0].bytes = Array(text.utf8) + [0xFF]
            trace.steps[place].stages[1].name = "=\(text)\n"
            trace.steps[place].stages[1].parameters = [StageRecord.Parameter("p", .nan)]
            trace.steps[place].seconds = StepSeconds(forward: place == 3 ? 900_000 : 1e-6, choose: 1e-8, record: 1e-9)
        }
        trace.model.name = "</script>\u{7}"
        return trace
    }

    @Test(.needs(.python)) func timelinesAreWhatTheFormatAsksFor() throws {
        let folder = try TemporaryFolder()
        let samples = Self.samples()
        let paths = try samples.map { try folder.write($0.name + ".json", try Self.written(.perfetto, $0.trace)) }
        let told = try runPython([Self.script("trace_events.py")] + paths)
        #expect(told.status == 0, "\(told.errors)")
        let lines = try told.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        try #require(lines.count == samples.count)
        for ((name, trace), line) in zip(samples, lines) {
            let steps = trace.steps.count
            #expect(line["steps"]?.int == steps && line["tokens"]?.int == steps, "\(name)")
            // Masks have no time of their own: of slices without a length none can be said to lie in another.
            if trace.run == .generate { #expect(line["nested"]?.int == 3 * steps, "\(name)") }
            #expect(line["stages"]?.int == trace.steps.reduce(0) { $0 + $1.stages.count }, "\(name)")
            #expect(line["entropies"]?.int == 2 * steps, "\(name)")
            let cache = trace.costs?.steps.cacheBytes.prefix(steps).max().map { Double($0) }
            #expect(line["cache"]?.double == cache, "\(name)")
            let isWritten = trace.run == .generate && steps > 0
            let first = line["firstToken"]?.double
            #expect((first != nil) == isWritten, "\(name)")
            if let first { #expect(abs(first - trace.metrics.timeToFirstTokenSeconds) < 2e-9, "\(name)") }
            let rows = trace.steps.reduce(0) { sum, step in
                sum + max(step.lens.count, step.residual.map { $0.layers.count } ?? 0)
            }
            #expect(line["layers"]?.int == rows, "\(name)")
        }
    }

    @Test(.needs(.python)) func tablesReadBack() throws {
        for (name, trace) in Self.samples() {
            let folder = try TemporaryFolder()
            try folder.write("trace.json", try traceJSON(trace))
            for table in ExportTable.all {
                try folder.write(table.name + ".csv", try Self.written(.csv, trace, table: table))
            }
            let told = try runPython([Self.script("read_tables.py"), folder.path + "/trace.json", folder.path])
            let rows = trace.steps.reduce(0) { $0 + 1 + $1.candidates.count + $1.stages.count }
            #expect(told.text == "\(rows) rows\n", "\(name): \(told.errors)")
        }
    }

    @Test func aLineIsOneLine() {
        #expect(csvLine(["a", "", "1.5"]) == "a,,1.5\r\n")
        // A cell begins behind a semicolon as well, where a comma is in numbers; some numbers are a formula elsewhere.
        #expect(csvLine(["x;=cmd|'/C calc'!A0"]) == "x;'=cmd|'/C calc'!A0\r\n")
        #expect(csvLine(["a;\"-1", "a; -1", ";;+1"]) == "\"a;\"\"'-1\",a; -1,;;'+1\r\n")
        #expect(csvLine(["-nan(a)", "-0x1p3", "-inf", "-2.5e-3"]) == "'-nan(a),'-0x1p3,-inf,-2.5e-3\r\n")
        #expect(csvLine(["=1+1", "-5", "@x", "＋1"]) == "'=1+1,-5,'@x,'＋1\r\n")
        #expect(csvLine(["a,b", "c\"d", "e\nf", "\u{1B}"]) == "\"a,b\",\"c\"\"d\",e↵f,⟨U+001B⟩\r\n")
    }

    /// The page writes a step's candidates by itself: what begins a formula is kept a text there as it is here.
    @Test(.needs(.node)) func thePageKeepsTextsAsTheCommandDoes() throws {
        var random = SplitMix64(state: 12)
        let signs = Array(";;;\"\"=+-@＝＋－＠'a,".map(String.init))
        let cells = (0..<3000).map { _ in
            (0..<Int.random(in: 1...7, using: &random)).map { _ in signs.randomElement(using: &random)! }.joined()
        }
        let folder = try TemporaryFolder()
        let page = TestMachine.repository.appendingPathComponent("Sources/Viewer/Resources/panels/ledger-csv.js")
        try folder.write("ledger-csv.mjs", [UInt8](try Data(contentsOf: page)))
        try folder.write("cells.json", [UInt8](try JSONEncoder().encode(cells)))
        let script = """
            import { readFileSync } from "node:fs";
            import { ledgerCSV } from "\(folder.path)/ledger-csv.mjs";
            const candidates = JSON.parse(readFileSync("\(folder.path)/cells.json", "utf8")).map((text) => ({ text, logits: [] }));
            process.stdout.write(ledgerCSV({ stages: [], candidates, token: { id: 0 } }));
            """
        let node = try #require(TestMachine.program("node"))
        let told = try run([node, try folder.write("lines.mjs", Array(script.utf8))])
        try #require(told.status == 0, "\(told.errors)")
        let expected = cells.map { "undefined,undefined,\(csvLine([$0]).dropLast())" }
        let lines = told.text.components(separatedBy: "\r\n").dropFirst()
        for (line, cell) in zip(lines, expected) { #expect(line.hasPrefix(cell + ",undefined,"), "\(cell)") }
        #expect(lines.count == cells.count + 1)
    }

    /// Times that no timeline holds are refused with their sum; what is merely long is laid out.
    @Test(arguments: [1e7, 1e300, 1.7e308]) func timesBeyondATimeline(_ seconds: Double) {
        var trace = sampleTrace()
        trace.steps[2].seconds.forward = seconds
        trace.steps[3].seconds.forward = seconds
        #expect { try Self.written(.perfetto, trace) } throws: { error in
            "\(error)".contains("more than the 1000000") && "\(error)".contains("--to csv")
        }
        trace = sampleTrace()
        trace.metrics.timeToFirstTokenSeconds = seconds
        #expect(throws: ExportsError.self) { try Self.written(.perfetto, trace) }
    }

    /// One below 0 makes up for nothing that is too long.
    @Test(arguments: [-1e-9, -9_223_372_036_854_775_808, -1.7e308]) func timesBelowNothing(_ seconds: Double) {
        for change: (inout Trace) -> Void in [
            { $0.metrics.prefillSeconds = seconds }, { $0.metrics.timeToFirstTokenSeconds = seconds },
            { ($0.steps[1].seconds.choose, $0.steps[2].seconds.record) = (seconds, -seconds) },
        ] {
            var trace = sampleTrace()
            change(&trace)
            #expect { try Self.written(.perfetto, trace) } throws: { "\($0)".contains("none below 0") }
        }
    }

    @Test func parquetSaysWhatToDo() {
        #expect { try Self.written(.parquet, sampleTrace()) } throws: { "\($0)".contains("to-parquet") }
    }
}
