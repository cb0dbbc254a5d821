// Files and circumstances that once ended the command, or had it say what is not so: each is one clear line, or the answer.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command), .needs(.python)) struct HostileFileTests {
    private func place(_ options: String...) throws -> Workplace {
        let place = try Workplace()
        let run = try place.stepglass(["trace", "The sky is", "--model", "tiny", "--plain", "-o", "run"] + options)
        #expect(run.status == 0, "\(run.errors)")
        return place
    }

    /// Writes a record with a change to `d`, the trace as Python reads it.
    private func change(_ place: Workplace, _ line: String, to name: String = "changed.json") throws {
        let script =
            "import json, sys\nd = json.load(open('run/trace.json'))\n\(line)\njson.dump(d, open('\(name)', 'w'))"
        let run = try place.python(script)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test("a hundred records with extreme values, each through a command") func extremeValues() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("extreme_records.py").path
        let run = try runPython([script, try #require(TestMachine.command), "100", "11"])
        #expect(run.text.hasSuffix("100 tries, 0 failures\n"), "\(run.text) \(run.errors)")
    }

    @Test func nodesAreFoundByTheirIds() throws {
        let place = try place("--beams", "3", "--max-tokens", "3")
        try change(
            place,
            "for n in d['beam']['nodes']:\n  n['id'] += 100\n  n['parent'] = None if n['parent'] is None else n['parent'] + 100"
        )
        for options in [["--length-penalty", "0.5"], ["--early-stopping", "true"], ["--step", "1"]] {
            let (plain, shifted) = (
                try place.stepglass(["show", "run", "--beams"] + options),
                try place.stepglass(["show", "changed.json", "--beams"] + options)
            )
            #expect(shifted.status == 0, "\(shifted.errors)")
            if options[0] != "--step" { #expect(shifted.text == plain.text) }
        }
        #expect(try place.stepglass("heatmap", "changed.json", "--chart", "beams", "-o", "b.png").status == 0)
    }

    /// Asked of each node again, the chain above it is ten thousand million steps: the limit is on the processor's time,
    /// some twenty times what it takes.
    @Test func aChainOfManyNodes() throws {
        let place = try place("--beams", "2", "--max-tokens", "2")
        try change(
            place,
            """
            node = d['beam']['nodes'][0]
            d['beam']['nodes'] = [dict(node, id=i, parent=i - 1 if i else None, depth=i, sumLogProbability=-2.0 * (i + 1),
                                       state='live', why=None) for i in range(100000)]
            """)
        let run = try place.shell("ulimit -t 20; exec \"$EXE\" show changed.json --beams --length-penalty 0.5")
        #expect(run.status == 0, "\(run.status) \(run.errors)")
    }

    @Test(
        "a record's own settings are out of range",
        arguments: [("temperature", "-5"), ("topP", "2"), ("beamGroups", "7"), ("candidates", "10**9")])
    func badSettings(_ field: String, _ value: String) throws {
        let place = try place("--beams", "3", "--max-tokens", "2")
        try change(place, "d['settings']['\(field)'] = \(value)")
        for command in [
            ["show", "changed.json", "--beams", "--length-penalty", "0.5"],
            ["replay", "changed.json", "--seed", "5", "-o", "again"], ["verify", "changed.json"],
        ] {
            let run = try place.stepglass(command)
            run.expectOneLine(1, command[0])
            #expect(run.errors.contains("changed.json: settings.\(field): "), "\(run.errors)")
        }
        #expect(!place.names().contains("again"))
    }

    @Test("a record's own order", arguments: ["['\\u202e'] + order[1:]", "order + order[:1]", "['x' * 5000]"])
    func badOrder(_ value: String) throws {
        let place = try place("--max-tokens", "2")
        try change(place, "order = d['settings']['order']; d['settings']['order'] = \(value)")
        for command in [
            ["replay", "changed.json", "--temperature", "0.5", "-o", "again"],
            ["replay", "changed.json", "--as", "vllm"],
            ["verify", "changed.json"],
        ] {
            let run = try place.stepglass(command)
            run.expectOneLine(1, command[0])
            #expect(run.errors.contains("changed.json: settings.order: "), "\(run.errors)")
        }
        #expect(!place.names().contains("again"))
    }

    /// Settings that hold from a step on are a record's own as well.
    @Test(arguments: [("temperature", "-5"), ("topP", "2"), ("order", "['x']"), ("minP", "-0.1")])
    func badSettingsOnTheWay(_ field: String, _ value: String) throws {
        let place = try Workplace()
        let made = try place.stepglass(
            "debug", "The sky is", "--model", "tiny", "--max-tokens", "4", "-e", "run to 2", "-e",
            "set temperature 0.5",
            "-e", "run to end", "-e", "save saved.json")
        #expect(made.status == 0, "\(made.errors)")
        let changed = try place.python(
            """
            import json
            d = json.load(open('saved.json'))
            d['settings']['changes'][0]['settings']['\(field)'] = \(value)
            json.dump(d, open('changed.json', 'w'))
            """)
        #expect(changed.status == 0, "\(changed.errors)")
        let run = try place.stepglass("verify", "changed.json")
        run.expectOneLine(1, field)
        #expect(run.errors.contains("changed.json: settings.changes[0].settings.\(field): "), "\(run.errors)")
    }

    @Test func aRecordThatSaysOtherThingsOfItsModel() throws {
        let place = try place("--greedy", "--max-tokens", "2")
        // The model alone, the picture of attention with it, and no picture at all.
        for (attention, says) in [
            ("pass", "attention.heads is 4; it must be 8"),
            ("d['attention']['heads'] = d['attention']['keyValueHeads'] = 8", "attention.parts"),
            ("d['attention'] = None", "the trace says model.heads is 8, and with this SHA-256 it is 4"),
        ] {
            try change(place, "d['model']['heads'] = d['model']['keyValueHeads'] = 8\n\(attention)")
            let run = try place.stepglass("replay", "changed.json", "--top-p", "0.9", "-o", "again")
            run.expectOneLine(1, attention)
            #expect(run.errors.contains(says), "\(run.errors)")
            #expect(!place.names().contains("again"))
        }
    }

    @Test(
        "sizes beyond any model, and counts beyond what is counted",
        arguments: [
            ("d['model']['layers'] = 1 << 30", "model.layers"),
            ("d['model']['contextLength'] = 1 << 31", "contextLength"),
            ("d['steps'][0]['entropyBits']['raw'] = 1e300", "steps[0].entropyBits.raw"),
            ("d['steps'][1]['entropyBits']['raw'] = -9.3e18", "steps[1].entropyBits.raw"),
            ("d['steps'][0]['entropyBits']['final'] = 1e40", "steps[0].entropyBits.final"),
            ("d['steps'][0]['stages'][0]['kept'] = 1 << 62", "steps[0].stages[0].kept"),
            ("d['metrics']['recordBytes'] = 1 << 62", "metrics.recordBytes"),
        ])
    func sizes(_ change: String, _ field: String) throws {
        let place = try place("--greedy", "--max-tokens", "2")
        try self.change(place, change)
        for words in [
            ["show", "changed.json"], ["heatmap", "changed.json", "--chart", "entropy", "-o", "h.png"],
            ["debug", "--trace", "changed.json", "-e", "run to end", "-e", "info kv", "-e", "step in"],
        ] {
            let run = try place.stepglass(words)
            run.expectOneLine(1, field)
            #expect(run.errors.contains(field), "\(words[0]): \(run.errors)")
            #expect(!place.names().contains("h.png"))
        }
    }

    /// A megabyte that promises a gigabyte of attention is refused by its counts.
    @Test func attentionThatUnpacksWithoutEnd() throws {
        let place = try place("--greedy", "--max-tokens", "2")
        try change(
            place,
            """
            import base64, zlib
            n, heads = 4000, d['model']['heads']
            d['prompt'].update(tokens=d['prompt']['tokens'][:1] * n, pieces=[], scores=[None] * n)
            for i, step in enumerate(d['steps']):
              step['position'] = n + i
              step['tail'].pop('logits', None)
            z = lambda count: base64.b64encode(zlib.compress(bytes(count), 9)).decode()
            weights = heads * n * (n + 1) // 2
            part = dict(scales=z(2 * heads * n), weights=z(2 * weights), gaps=z(2 * weights), tails=z(2 * heads * n))
            a = d['attention']
            a.update(positions=n, encoding='strongest', keysPerRow=n, bits=16, power=1.0, parts=[part] * a['layers'])
            a.pop('maximumError', None)
            """)
        let run = try place.shell("ulimit -v 1500000; exec \"$EXE\" show changed.json")
        run.expectOneLine(1, "attention")
        #expect(run.errors.contains("attention.parts have too few compressed bytes"), "\(run.errors)")
    }

    @Test("a prompt that no context holds is refused by its length", arguments: ["a", " ", "\\n"])
    func longPrompts(_ letter: String) throws {
        let place = try Workplace()
        let run = try place.shell(
            "python3 -c \"print('\(letter)' * 16000000, end='x')\" | (ulimit -v 1500000; exec \"$EXE\" trace - --model tiny -o run)"
        )
        run.expectOneLine(1, "16 MB of \(letter)")
        #expect(run.errors.contains("the prompt has 16000001 bytes"), "\(run.errors)")
        #expect(!place.names().contains("run"))
    }
}
