// `stepglass export`: what a run that was made just now gives to other tools, and how it refuses what it cannot do.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct ExportCommandTests {
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../ExportsTests").standardized.path
    private static let queries = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/exports.md").standardized.path

    private static func place(_ options: String...) throws -> Workplace {
        let place = try Workplace()
        let made = try place.stepglass(
            ["trace", "The capital of France is", "--model", "tiny", "--max-tokens", "8", "--quiet", "-o", "run"]
                + options)
        try #require(made.status == 0, "\(made.errors)")
        return place
    }

    /// The queries are those that the documentation gives for Perfetto.
    @Test(.needs(.python)) func theTimesToTheTokensAreTheRecords() throws {
        let place = try Self.place("--temperature", "0.8", "--record", "attention,hidden,residual")
        #expect(try place.stepglass("export", "run", "--to", "perfetto", "-o", "run.json").text == "run.json\n")
        let script = Self.tests + "/trace_events.py"
        let told = try runPython([script, "--queries", Self.queries, place.path + "/run.json"])
        let times = try JSONValue(parsing: Array(told.text.utf8)).array?.compactMap { $0.double } ?? []
        try #require(times.count == 2, "\(told.errors)")
        let metrics = try place.json("run/trace.json")["metrics"]
        for (time, name) in zip(times, ["timeToFirstTokenSeconds", "timePerOutputTokenSeconds"]) {
            let recorded = try #require(metrics?[name]?.double)
            // Perfetto counts whole nanoseconds.
            #expect(recorded > 0 && abs(time - recorded) <= 2e-9, "\(name) \(time) \(recorded)")
        }
    }

    @Test(.needs(.python)) func tablesOfARunReadBack() throws {
        let place = try Self.place("--top-k", "7", "--candidates", "9")
        for table in ["steps", "candidates", "stages"] {
            let made = try place.stepglass("export", "run", "--to", "csv", "--table", table)
            #expect(made.text == "run/trace-\(table).csv\n", "\(made.errors)")
            let printed = try place.stepglass("export", "run/trace.json", "--to=csv", "--table=\(table)", "-o", "-")
            try place.write("tables/\(table).csv", printed.out)
            #expect(try place.bytes("run/trace-\(table).csv") == printed.out)
        }
        let told = try runPython(
            [Self.tests + "/read_tables.py", place.path + "/run/trace.json", place.path + "/tables"])
        #expect(told.text.hasSuffix(" rows\n"), "\(told.errors)")
    }

    /// A page is the run's own, to the byte, for the same choice of what it carries.
    @Test(arguments: [[], ["--plain"]]) func aPageIsMadeAnew(_ options: [String]) throws {
        let place = try Self.place("--seed", "5")
        let made = try place.stepglass(["export", "run", "--to", "html", "-o", "again.html"] + options)
        #expect(made.status == 0, "\(made.errors)")
        let plain = try place.stepglass(
            ["trace", "The capital of France is", "--model", "tiny", "--max-tokens", "8", "--quiet", "-o", "other"]
                + ["--seed", "5"] + options)
        #expect(plain.status == 0)
        // The times of the two runs differ: the page is compared with one made of the same record.
        if options.isEmpty {
            #expect(try place.bytes("again.html") == place.bytes("run/trace.html"))
        } else {
            let (small, whole) = (try place.bytes("again.html").count, try place.bytes("run/trace.html").count)
            let own = try place.bytes("other/trace.html").count
            #expect(small < whole / 2 && abs(small - own) < 2000, "\(small) \(whole) \(own)")
        }
    }

    @Test func recordsOfOtherKinds() throws {
        let place = try Workplace()
        for (name, words) in [
            ("beams", ["trace", "one two", "--model", "tiny", "--beams", "3", "--max-tokens", "4"]),
            ("score", ["trace", "one two three", "--model", "tiny", "--max-tokens", "0"]),
            ("fill", ["fill", "The capital of [MASK] is Paris."]),
        ] {
            #expect(try place.stepglass(words + ["--quiet", "-o", name]).status == 0)
            for format in ["perfetto", "csv", "html"] {
                let made = try place.stepglass("export", name, "--to", format, "-o", "\(name).\(format)")
                #expect(made.status == 0 && made.text == "\(name).\(format)\n", "\(made.errors)")
            }
        }
        _ = try place.json("score.perfetto")
    }

    @Test func refusals() throws {
        let place = try Self.place()
        for (words, code, about) in [
            (["--to", "parquet"], 1, "to-parquet"), (["--to", "pdf"], 64, "perfetto, csv, parquet, html"),
            (["--to", "perfetto", "--table", "steps"], 64, "--table"), (["--to", "csv", "--plain"], 64, "--plain"),
            (["--to", "csv", "--table", "tokens"], 64, "steps, candidates, stages"), ([], 64, "--to"),
            (["--to", "csv", "-o", "run/trace.json"], 1, "--force"),
            (["--to", "csv", "-o", "no/x.csv"], 1, "no/x.csv"),
        ] as [([String], Int32, String)] {
            let before = try place.bytes("run/trace.json")
            let outcome = try place.stepglass(["export", "run"] + words)
            outcome.expectOneLine(code, "\(words)")
            #expect(outcome.errors.contains(about), "\(outcome.errors)")
            #expect(try place.bytes("run/trace.json") == before)
        }
        #expect(place.names("run") == ["attention.png", "trace.html", "trace.json"] && place.names("no") == [])
        let chinese = try place.stepglass("export", "run", "--to", "parquet", "--lang", "zh-TW")
        #expect(chinese.errors.contains("Debian 沒有 Arrow"))
        #expect(try place.stepglass("export", "run", "--to", "csv", "-o", "a.csv").status == 0)
        #expect(try place.stepglass("export", "run", "--to", "csv", "-o", "a.csv", "--force").status == 0)
    }
}
