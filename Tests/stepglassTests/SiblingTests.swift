// Relatives of the hostile files and circumstances that were ever found: another field, another command, another size of the
// same kind, so that the class is mended and not the case. The cases themselves are in HostileFileTests and CircumstanceTests.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct SiblingTests {
    private func place(_ options: String...) throws -> Workplace {
        let place = try Workplace()
        let run = try place.stepglass(["trace", "The sky is", "--model", "tiny", "--plain", "-o", "run"] + options)
        #expect(run.status == 0, "\(run.errors)")
        return place
    }

    /// Writes a record with a change to `d`, the trace as Python reads it.
    private func change(_ place: Workplace, _ lines: String) throws {
        let script =
            "import json\nd = json.load(open('run/trace.json'))\n\(lines)\njson.dump(d, open('changed.json', 'w'))"
        let run = try place.python(script)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// The answer, or one line that names the file; nothing else, and no longer than a line is.
    private func expectAnswerOrOneLine(_ run: ProgramOutcome, _ about: String) {
        #expect(run.status == 0 || run.status == 1, "\(about): \(run.status) \(run.errors.prefix(400))")
        if run.status == 1 {
            let last = run.errorLines.last ?? ""
            #expect(last.hasPrefix("stepglass: ") && last.count <= 300, "\(about): \(last)")
            // Refused by what the file says, and not by what the machine has.
            #expect(!last.contains("memory"), "\(about): \(last)")
            #expect(run.errorLines.dropLast().allSatisfy { $0.hasPrefix("note: ") }, "\(about): \(run.errors)")
        }
    }

    @Test(
        "nodes whose numbers are sparse, reversed, or at the end of their range",
        arguments: ["2 * n + 7", "1000000 - n", "(1 << 31) - 1 - n", "n * 65537 % 1000003"])
    func numbersOfNodes(_ number: String) throws {
        let place = try place("--beams", "3", "--max-tokens", "3")
        try change(
            place,
            """
            new = lambda n: None if n is None else \(number)
            for n in d['beam']['nodes']: n['id'], n['parent'] = new(n['id']), new(n['parent'])
            """)
        for options in [["--length-penalty", "0.5"], ["--length-penalty", "-2"], ["--early-stopping", "never"]] {
            let plain = try place.stepglass(["show", "run", "--beams"] + options)
            let other = try place.stepglass(["show", "changed.json", "--beams"] + options)
            #expect(other.status == 0 && other.text == plain.text, "\(other.errors)")
        }
        // `info beam` names the nodes by their numbers.
        let told = try place.stepglass("debug", "--trace", "changed.json", "-e", "run to end", "-e", "info beam")
        #expect(told.status == 0, "\(told.errors)")
        for line in ["print beam(1).text", "print beam(0).score"] {
            let words = ["debug", "-e", "run to end", "-e", line]
            let plain = try place.stepglass(words + ["--trace", "run"])
            #expect(try place.stepglass(words + ["--trace", "changed.json"]).text == plain.text, "\(line)")
        }
        #expect(try place.stepglass("heatmap", "changed.json", "--chart", "beams", "-o", "b.png").status == 0)
    }

    @Test(
        "nodes that are no tree",
        arguments: [
            "d['beam']['nodes'][1]['id'] = d['beam']['nodes'][0]['id']", "d['beam']['nodes'][2]['parent'] = 10**6",
            "d['beam']['nodes'][0]['parent'] = d['beam']['nodes'][0]['id']", "d['beam']['nodes'][0]['id'] = -1",
            "d['beam']['nodes'][2]['depth'] = 1 << 31", "d['beam']['beams'] = 1 << 30", "d['beam']['nodes'] = []",
            "a, b = d['beam']['nodes'][:2]; a['parent'], b['parent'] = b['id'], a['id']",
        ])
    func noTree(_ line: String) throws {
        let place = try place("--beams", "3", "--max-tokens", "3")
        try change(place, line)
        for words in [
            ["show", "changed.json", "--beams", "--length-penalty", "0.5"],
            ["heatmap", "changed.json", "--chart", "beams", "-o", "b.png", "--force"],
            ["debug", "--trace", "changed.json", "-e", "run to end", "-e", "info beam", "-e", "print beam(0).text"],
        ] {
            expectAnswerOrOneLine(try place.stepglass(words), "\(line) \(words[0])")
        }
    }

    /// As many nodes as a record may have beside each other, as aChainOfManyNodes has them one below the other.
    @Test func aFanOfManyNodes() throws {
        let place = try place("--beams", "2", "--max-tokens", "2")
        try change(
            place,
            """
            node = d['beam']['nodes'][0]
            d['beam']['nodes'] = [dict(node, id=i, parent=0 if i else None, depth=1 if i else 0, sumLogProbability=-2.0 - i,
                                       state='live', why=None) for i in range(20000)]
            """)
        for words in [["show", "changed.json", "--beams", "--length-penalty", "0.5"], ["verify", "changed.json"]] {
            let run = try place.shell("ulimit -t 60; exec \"$EXE\" \(words.joined(separator: " "))")
            #expect([0, 1, 2].contains(run.status), "\(run.status) \(run.errors)")
        }
    }

    @Test(
        "sizes of a model that multiply beyond 64 bits, one by one and together",
        arguments: [
            "layers=65536", "heads=65536", "keyValueHeads=65536", "headSize=1 << 30", "hiddenSize=1 << 30",
            "contextLength=1 << 30", "vocabularySize=(1 << 31) - 1", "parameters=(1 << 63) - 1",
            "weightBytes=(1 << 63) - 1",
            "layers=65536, heads=65536, keyValueHeads=65536, headSize=65536, contextLength=1 << 30",
            "layers=1024, heads=1024, keyValueHeads=1024, headSize=65536, contextLength=1 << 30",
        ])
    func sizesThatMultiply(_ sizes: String) throws {
        let place = try place("--greedy", "--max-tokens", "2", "--record", "none")
        try change(place, "d['model'].update(\(sizes))\nd['settings'].pop('context', None)")
        for words in [
            ["show", "changed.json"], ["show", "changed.json", "--step", "0"],
            [
                "debug", "--trace", "changed.json", "-e", "info kv", "-e", "step in", "-e", "run to end", "-e",
                "info kv",
                "-e", "info checkpoints",
            ], ["export", "changed.json", "--to", "perfetto", "-o", "p.json", "--force"],
        ] {
            let run = try place.shell(
                "ulimit -v 3000000; exec \"$EXE\" " + words.map { "'\($0)'" }.joined(separator: " "))
            expectAnswerOrOneLine(run, "\(sizes) \(words[0])")
        }
    }

    @Test(
        "numbers at the end of what a double holds, in every chart",
        arguments: [
            "s['entropyBits'] = dict(raw=1.7e308, final=1.7e308)", "s['logSumExp'] = 1.7e308",
            "for c in s['candidates']: c['logits'] = [-1.7e308 if l is not None else None for l in c['logits']]",
            "s['seconds'] = dict(forward=1e300, choose=1e300, record=1e300)",
            "s['tail'].update(count=(1 << 31) - 1)", "s['position'] = (1 << 31) - 1", "s['index'] = 1 << 62",
        ])
    func extremeNumbers(_ line: String) throws {
        let place = try place("--greedy", "--max-tokens", "3")
        try change(place, "for s in d['steps']:\n  \(line)")
        let charts = ["entropy", "candidates", "attention"].map {
            ["heatmap", "changed.json", "--chart", $0, "-o", "h.png", "--force"]
                + ($0 == "candidates" ? ["--step", "0"] : [])
        }
        for words in charts + [
            ["show", "changed.json"], ["diff", "run", "changed.json"],
            ["debug", "--trace", "changed.json", "-e", "info timing"],
            ["export", "changed.json", "--to", "csv", "-o", "csv", "--force"],
        ] {
            let run = try place.stepglass(words)
            if words[0] == "diff", run.status == 2 { continue }
            expectAnswerOrOneLine(run, "\(line) \(words)")
        }
    }

    /// A record that says other things of its model than the model does makes no record that is refused.
    @Test(
        "each of a model's facts, changed by itself",
        arguments: ["layers", "heads", "keyValueHeads", "headSize", "hiddenSize", "vocabularySize", "contextLength"])
    func otherFacts(_ fact: String) throws {
        let place = try place("--greedy", "--max-tokens", "2", "--record", "none")
        try change(place, "d['model']['\(fact)'] = 2 * d['model']['\(fact)']")
        let run = try place.stepglass("replay", "changed.json", "--top-p", "0.9", "-o", "again")
        expectAnswerOrOneLine(run, fact)
        if run.status == 0 {
            #expect(try place.stepglass("show", "again").status == 0, "\(fact)")
        } else {
            #expect(run.errors.contains(fact) && !place.names().contains("again"), "\(run.errors)")
        }
    }
}
