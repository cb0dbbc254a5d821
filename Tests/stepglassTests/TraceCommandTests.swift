// What the trace command writes: valid by its own schema, the same in every run, readable elsewhere.
import Phrases
import Foundation
import JSONText
import TestTools
import Testing

/// A trace without what may differ between two equal runs: times, memory, the number of threads.
private func quiet(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let items): return .array(items.map(quiet))
    case .object(let object):
        var kept = JSONObject()
        for (key, value) in object.members {
            let differs =
                key.contains("econds") || key.contains("PerSecond")
                || ["peakMemoryBytes", "recordBytes", "threads"].contains(key)
            if !differs { _ = kept.append(key, quiet(value)) }
        }
        return .object(kept)
    default: return value
    }
}

@Suite(.needs(.command)) struct TraceCommandTests {
    /// Runs that take every part of the format.
    static let runs = [
        ["The capital of France is", "--greedy"],
        ["A short poem about rain:", "--seed", "3", "--temperature", "0.8", "--top-k", "40", "--top-p", "0.9"],
        [
            "法國的首都是", "--temperature", "1.3", "--min-p", "0.02", "--repetition-penalty", "1.2", "--frequency-penalty",
            "-0.3",
        ],
        ["Hello", "--beams", "3", "--length-penalty", "0.5", "--max-tokens", "12"],
        ["What is the capital of Japan?", "--chat", "--record", "attention,logits,hidden,prompt", "--max-tokens", "6"],
        ["1 2 3 1 2", "--record", "none", "--candidates", "1", "--stop", "3"],
        ["The sky is", "--ablate", "1.2", "--logit-bias", "5=2", "--ban-tokens", "7,8", "--typical-p", "0.9"],
    ]

    private static let validator = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema, trace = (json.load(open(path, encoding="utf8")) for path in sys.argv[1:])
        for error in Draft202012Validator(schema).iter_errors(trace):
            print(error.json_path, error.message[:200])
        """

    @Test(.needs(.python), arguments: runs) func validAndRepeatable(_ run: [String]) throws {
        let place = try Workplace()
        for (name, threads) in [("a", "2"), ("b", "2"), ("c", "1")] {
            let outcome = try place.stepglass(["trace"] + run + ["--threads", threads, "-o", name])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try place.write("schema.json", try place.stepglass("schema").out)
        let check = try place.python(Self.validator, "schema.json", "a/trace.json")
        #expect(check.status == 0 && check.text == "", "\(check.text)\(check.errors)")
        let traces = try ["a", "b", "c"].map { quiet(try place.json("\($0)/trace.json")) }
        #expect(traces[0] == traces[1] && traces[0] == traces[2])
        #expect(traces[0]["model"]?["sha256"]?.string?.contains { $0 != "0" } == true)
    }

    /// The page holds the trace as the file has it.
    @Test(.needs(.python)) func pageHoldsTheTrace() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "Hello", "--greedy", "-o", "out").status == 0)
        let script = """
            import base64, json, re, zlib
            page = open("out/trace.html", encoding="utf8").read()
            part = lambda name: re.search(rf'id="{name}">([^<]*)</script>', page).group(1)
            trace = json.load(open("out/trace.json", encoding="utf8"))
            held = json.loads(zlib.decompress(base64.b64decode(part("trace"), validate=True)))
            held["attention"] = json.loads(part("attention"))
            print(held == trace)
            """
        let check = try place.python(script)
        #expect(check.text == "True\n", "\(check.errors)")
    }

    /// A notebook goes on from any recorded draw.
    @Test(.needs(.python)) func numPyDrawsFromTheRecordedState() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "Hello", "--seed", "7", "--max-tokens", "6", "-o", "out").status == 0)
        let script = """
            import json
            import numpy as np
            draws = [step["draw"] for step in json.load(open("out/trace.json", encoding="utf8"))["steps"]]
            for first in range(len(draws)):
                bits = np.random.PCG64()
                state = bits.state
                generator = draws[first]["generator"]
                state["state"] = {"state": int(generator["state"]), "inc": int(generator["increment"])}
                bits.state = state
                numbers = np.random.Generator(bits).random(len(draws) - first)
                assert list(numbers) == [draw["uniform"] for draw in draws[first:]], first
            print(len(draws))
            """
        let check = try place.python(script)
        #expect(check.text == "6\n", "\(check.errors)")
    }

    @Test(.needs(.python)) func tensorsOpenInPython() throws {
        let place = try Workplace()
        let outcome = try place.stepglass(
            "trace", "The capital of France is", "--greedy", "--max-tokens", "5", "--tensors",
            "--record", "attention,logits,hidden", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let script = """
            import json
            import numpy as np
            from safetensors.numpy import load_file
            trace, tensors = json.load(open("out/trace.json", encoding="utf8")), load_file("out/tensors.safetensors")
            model, prompt = trace["model"], len(trace["prompt"]["tokens"])
            positions = trace["attention"]["positions"]
            steps = len(trace["steps"])
            assert steps > 1 and positions == prompt + steps - 1, positions
            assert sorted(tensors) == ["attention", "hidden", "logits.final", "logits.raw"], sorted(tensors)
            attention = tensors["attention"].astype(np.float64)
            assert attention.shape == (model["layers"], model["heads"], positions, positions), attention.shape
            assert np.allclose(attention.sum(-1), 1, atol=2e-3) and np.triu(attention, 1).max() == 0
            assert tensors["logits.raw"].shape == (steps, model["vocabularySize"])
            assert tensors["hidden"].shape == (model["layers"] + 1, positions, model["hiddenSize"])
            for step, row in zip(trace["steps"], tensors["logits.raw"]):
                assert step["token"]["id"] == row.argmax()
                for candidate in step["candidates"]:
                    assert abs(row[candidate["id"]] - candidate["logits"][0]) < 1e-4 * abs(row).max()
            print("right")
            """
        let check = try place.python(script)
        #expect(check.text == "right\n", "\(check.errors)")
    }

    /// The times of a trace are those of this run.
    @Test func metricsAreFilledIn() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "One two three", "--greedy", "-o", "out").status == 0)
        let metrics = try #require(try place.json("out/trace.json")["metrics"])
        for name in ["loadSeconds", "tokenizeSeconds", "prefillSeconds", "timeToFirstTokenSeconds", "peakMemoryBytes"] {
            #expect((metrics[name]?.double ?? 0) > 0, "\(name)")
        }
    }

    /// A measurement runs all its tokens, past every end token; the times differ, the counts do not.
    @Test(arguments: ["none", "all"]) func benchRunsAllTokens(_ record: String) throws {
        let outcome = try Workplace().stepglass(
            "bench", "--model", "tiny", "--prompt-tokens", "100", "--tokens", "70", "--record", record, "--json")
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        let json = try JSONValue(parsing: outcome.out)
        #expect(json["promptTokens"]?.int == 100 && json["tokens"]?.int == 70)
        for name in ["promptTokensPerSecond", "tokensPerSecond", "loadSeconds", "peakMemoryBytes"] {
            #expect((json[name]?.double ?? 0) > 0, "\(name)")
        }
    }

    /// The shares of the time add up, every site has a name of its own, and the bounds are there.
    @Test func benchSaysWhereTheTimeGoes() throws {
        let command = [
            "bench", "--model", "tiny", "--prompt-tokens", "30", "--tokens", "20", "--warm-up", "0", "--profile",
        ]
        let outcome = try Workplace().stepglass(command + ["--json"])
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
        let json = try JSONValue(parsing: outcome.out)
        let sites = try #require(json["sites"]?.array)
        #expect(Set(sites.compactMap { $0["site"]?.string }).count == sites.count && sites.count > 12)
        for part in ["prefill", "decode"] {
            let sum = sites.reduce(0) { $0 + ($1[part]?.double ?? 0) }
            #expect(abs(sum - 1) < 1e-9, "\(part) \(sum)")
        }
        for name in ["qkv product", "rope", "attention scores", "softmax", "mix", "lm head", "sampling", "recording"] {
            let site = sites.first { $0["site"]?.string == name }
            #expect((site?["decode"]?.double ?? 0) > 0, "\(name)")
        }
        for name in [
            "bytesPerToken", "readBytesPerSecond", "decodeShareOfReading", "multiplyAddsPerSecond",
            "peakMultiplyAddsPerSecond", "prefillShareOfPeak",
        ] {
            #expect((json[name]?.double ?? 0) > 0, "\(name)")
        }
        let text = try Workplace().stepglass(command).text
        #expect(text.contains("bound ") && text.contains("share of the time") && text.contains("waiting"))
        // Not unless it is asked for.
        #expect(try !Workplace().stepglass(command.dropLast() + []).text.contains("share of the time"))
    }

    /// 128 + 128 tokens on SmolLM2 with the attention of all 270 heads: both files together at most 16 MB.
    @Test(.needs(.smolLM2)) func sizeOfALongRun() throws {
        let place = try Workplace.withFetchedModels()
        let prompt = String(repeating: "The river runs past the mill and the old stone bridge. ", count: 12)
        let ids = try JSONValue(
            parsing: try place.stepglass("tokenize", prompt, "--model", "smollm2", "--json").out)["tokens"]?.array
        let end = try #require(ids?[127]["end"]?.int)
        let outcome = try place.stepglass(
            "trace", String(decoding: Array(prompt.utf8)[..<end], as: UTF8.self), "--model", "smollm2", "--seed", "5",
            "--min-tokens", "128", "--max-tokens", "128", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let trace = try place.json("out/trace.json")
        #expect(trace["prompt"]?["tokens"]?.array?.count == 128 && trace["steps"]?.array?.count == 128)
        #expect(trace["attention"]?["layers"]?.int == 30 && trace["attention"]?["heads"]?.int == 9)
        let size = try place.bytes("out/trace.json").count + place.bytes("out/trace.html").count
        #expect(size <= 16_000_000, "\(size)")
    }
}
