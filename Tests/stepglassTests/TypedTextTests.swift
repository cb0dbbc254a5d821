// What is typed on the command line: prompts from a pipe, escapes, lists, tokens by their text, texts that begin with a
// minus, options that there are none of, bytes that are no text; and a text that is only scored.
import Foundation
import JSONText
import TestTools
import Testing

@testable import stepglass

@Suite(.needs(.command)) struct TypedTextTests {
    private func trace(_ place: Workplace, _ arguments: [String], input: String = "") throws -> (
        ProgramOutcome, JSONValue
    ) {
        let outcome = try place.stepglass(
            ["trace"] + arguments + [
                "--model", "tiny", "--max-tokens", "2", "--record", "none", "-o", UUID().uuidString,
            ],
            input: input)
        let folder = place.names().filter { $0.count == 36 }.max {
            let made = { (name: String) in
                (try? FileManager.default.attributesOfItem(atPath: place.path + "/" + name))?[.creationDate] as? Date
            }
            return (made($0) ?? .distantPast) < (made($1) ?? .distantPast)
        }
        guard outcome.status == 0, let folder else { return (outcome, .null) }
        let file = try place.json(folder + "/trace.json")
        try FileManager.default.removeItem(atPath: place.path + "/" + folder)
        return (outcome, file)
    }

    @Test func aPipedPromptLosesOneLineEnd() throws {
        let place = try Workplace()
        for (input, text, isTold) in [
            ("One two\n", "One two", true), ("One two", "One two", false), ("One two\n\n", "One two\n", true),
            ("One two\r\n", "One two", true), ("One\ntwo", "One\ntwo", false),
        ] {
            let (outcome, file) = try trace(place, ["-"], input: input)
            #expect(file["prompt"]?["text"]?.string == text, "\(outcome.errors)")
            #expect(outcome.errors.contains("--keep-newline") == isTold, "\(outcome.errors)")
            let kept = try trace(place, ["-", "--keep-newline"], input: input).1
            #expect(kept["prompt"]?["text"]?.string == input)
        }
        // An argument is taken as it stands.
        #expect(try trace(place, ["One\n"]).1["prompt"]?["text"]?.string == "One\n")
    }

    @Test func stopTextsHaveEscapes() throws {
        let place = try Workplace()
        let file = try trace(place, ["One", "--stop", #"\n"#, "--stop", #"a\t\\\u{1F44B}"#, "--stop", "plain"]).1
        #expect(file["settings"]?["stop"]?.array?.map(\.string) == ["\n", "a\t\\👋", "plain"])
        let refused = try trace(place, ["One", "--stop", #"\section"#]).0
        refused.expectOneLine(64, "an escape that there is none of")
        #expect(refused.errors.contains(#"\s"#) && refused.errors.contains(#"\\"#))
    }

    @Test func listsTakeBlanksAndOneSpelling() throws {
        let place = try Workplace()
        let file = try trace(
            place,
            [
                "One", "--order", "temperature, top_k topP", "--ban-tokens", "5 6, 7", "--logit-bias", "1=2, 3=-4",
                "--top_k", "3",
            ]
        ).1
        let settings = file["settings"]
        #expect(
            settings?["order"]?.array?.map(\.string) == ["temperature", "top-k", "top-p"] && settings?["topK"]?.int == 3
        )
        #expect(settings?["bannedTokens"]?.array?.map(\.int) == [5, 6, 7])
        #expect(settings?["logitBias"]?["1"]?.double == 2 && settings?["logitBias"]?["3"]?.double == -4)
        for wrong in ["4,,2", "4 x", "4;3"] {
            try place.stepglass("sample", "--logits", wrong).expectOneLine(64, wrong)
        }
        let sample = try JSONValue(parsing: try place.stepglass("sample", "--logits", "4 3, 2", "--json").out)
        #expect(sample["candidates"]?.array?.count == 3)
    }

    @Test func tokensByTheirText() throws {
        let place = try Workplace()
        let tokens = try JSONValue(parsing: try place.stepglass("tokenize", " Paris", "--model", "tiny", "--json").out)
        let id = try #require(tokens["tokens"]?.array?.first?["id"]?.int)
        #expect(tokens["tokens"]?.array?.count == 1)
        let (outcome, file) = try trace(
            place, ["The capital", "--ban-tokens", " Paris,7", "--logit-bias", "\" Paris\"=3,8=1"])
        #expect(file["settings"]?["bannedTokens"]?.array?.map(\.int) == [id, 7], "\(outcome.errors)")
        #expect(file["settings"]?["logitBias"]?["\(id)"]?.double == 3)
        #expect(outcome.errors.contains("\" Paris\" is token \(id)"))
        let several = try trace(place, ["One", "--ban-tokens", "Paris in spring"]).0
        several.expectOneLine(64, "several tokens")
        #expect(several.errors.contains("tokens, not one") && several.errors.contains("#"), "\(several.errors)")
        let labels = try place.stepglass(
            "sample", "--logits", "3,2,1", "--labels", "a,b,c", "--ban-tokens", "b", "--json")
        let left = try JSONValue(parsing: labels.out)["candidates"]?.array?.filter { $0["removedBy"] == .null }
        #expect(left?.count == 2, "\(labels.text)")
    }

    @Test func aTextThatBeginsWithAMinus() throws {
        let place = try Workplace()
        for text in ["-5 + 3 =", "-x^2 + 1 =", "-5", "-ounces are", "--5 is", "-hello there", "-"] where text != "-" {
            for command in ["trace", "tokenize", "debug"] {
                let outcome = try place.stepglass(command, text, "--model", "tiny")
                outcome.expectOneLine(64, "\(command) \(text)")
                #expect(outcome.errors.contains(" -- "), "\(command) \(text): \(outcome.errors)")
            }
            #expect(try place.stepglass("tokenize", "--model", "tiny", "--", text).status == 0)
        }
        let value = try place.stepglass("trace", "x", "--stop", "-y")
        #expect(value.status == 64 && value.errors.contains("--stop=-"), "\(value.errors)")
    }

    @Test(arguments: [
        ("trace", "--temp", "--temperature"), ("trace", "--max-new-tokens", "--max-tokens"),
        ("trace", "--topk", "--top-k"),
        ("trace", "--rep-pen", "--repetition-penalty"), ("trace", "--language", "--lang"),
        ("trace", "--num-beams", "--beams"),
        ("show", "--stpe", "--step"), ("sample", "--logit", "--logits"), ("heatmap", "--outptu", "--output"),
        ("trace", "--freq-penalty", "--frequency-penalty"),
    ]) func theNearOptionIsSuggested(_ command: String, _ typed: String, _ meant: String) throws {
        let outcome = try Workplace().stepglass(command, "x", typed, "1")
        outcome.expectOneLine(64, typed)
        #expect(outcome.errors.contains("did you mean \(meant)?"), "\(outcome.errors)")
    }

    @Test func bytesThatAreNoTextAreRefused() throws {
        let place = try Workplace()
        for line in [
            "trace \"$(printf 'a\\377b')\"", "trace x --stop \"$(printf '\\303')\"", "show \"$(printf '\\200')\"",
        ] {
            let outcome = try place.shell("\"$EXE\" \(line)")
            outcome.expectOneLine(64, line)
            #expect(outcome.errors.contains("is not UTF-8"), "\(outcome.errors)")
        }
        #expect(place.names() == [])
    }

    /// No message proposes an option that its command does not have.
    @Test func hintsFitTheCommand() throws {
        let place = try Workplace()
        #expect(try place.stepglass("trace", "One", "--model", "tiny", "--max-tokens", "2", "-o", "out").status == 0)
        var text = String(decoding: try place.bytes("out/trace.json"), as: UTF8.self)
        text.replace("\"context\":0", with: "\"context\":99999")
        try place.write("long.json", Array(text.utf8))
        for command in ["verify", "replay"] {
            let outcome = try place.stepglass(command, "long.json", "--model", "tiny")
            #expect(outcome.status == 1 && !outcome.errors.contains("try --context"), "\(outcome.errors)")
        }
        #expect(
            try place.stepglass("trace", "One", "--model", "tiny", "--context", "99999").errors.contains(
                "try --context"))
        let saved = try place.stepglass("debug", "--trace", "out", input: "save /nowhere/x.json\n")
        #expect(saved.text.contains("cannot write") && !saved.text.contains("-o"), "\(saved.text)")
    }

    /// What a saved trace does not take, and help on what is no command, is refused rather than passed over.
    @Test func nothingTypedIsPassedOver() throws {
        let place = try Workplace()
        let run = try place.stepglass("trace", "One", "--model", "tiny", "--max-tokens", "2", "-o", "out", "--plain")
        #expect(run.status == 0)
        for typed in ["--temperature 1", "--greedy", "--max-tokens 9", "--ablate 0.0", "--chat"] {
            let options = typed.split(separator: " ").map(String.init)
            let outcome = try place.stepglass(["debug", "--trace", "out", "-e", "step"] + options)
            outcome.expectOneLine(64, "\(options)")
            #expect(outcome.errors.contains("set NAME VALUE"), "\(options): \(outcome.errors)")
        }
        let help = try place.stepglass("help", "trcae")
        help.expectOneLine(64, "help on no command")
        #expect(help.errors.contains("did you mean trace?"), "\(help.errors)")
        #expect(try place.stepglass("help", "trace").status == 0)
        for (words, told) in [
            ("models pul smollm2", "did you mean pull?"), ("lesson foo", "there are: list"),
            ("serve hello", "Unexpected argument"),
        ] {
            let outcome = try place.stepglass(words.split(separator: " ").map(String.init))
            outcome.expectOneLine(64, words)
            #expect(outcome.errors.contains(told) && !outcome.errors.contains("quotes"), "\(words): \(outcome.errors)")
        }
        let saved = try place.stepglass("debug", "--trace", "out", "-e", "save s.json")
        #expect(saved.text.split(separator: "\n").count { $0.contains("save s.json") } == 1, "\(saved.text)")
    }

    @Test func aTextIsScoredWithoutAStep() throws {
        let place = try Workplace()
        let outcome = try place.stepglass(
            "trace", "Paris is the capital of France.", "--model", "tiny", "--max-tokens", "0", "-o", "out", "--record",
            "attention,logits", "--tensors")
        #expect(outcome.status == 0 && outcome.errors.contains("scored"), "\(outcome.errors)")
        let file = try place.json("out/trace.json")
        let tokens = try #require(file["prompt"]?["tokens"]?.array)
        let scores = try #require(file["prompt"]?["scores"]?.array)
        #expect(file["run"]?.string == "score" && file["steps"]?.array == [] && scores.count == tokens.count)
        #expect(scores[0] == .null && scores.dropFirst().allSatisfy { $0["logit"]?.double != nil })
        // The same token as the next one of a run that goes on from the tokens before it.
        let going = try place.stepglass(
            "trace", "Paris is the capital of", "--model", "tiny", "--max-tokens", "1", "--candidates", "2000", "-o",
            "next")
        #expect(going.status == 0)
        let place6 = scores.count - 2
        let id = tokens[place6]["id"]?.int
        let listed = try place.json("next/trace.json")["steps"]?.array?[0]["candidates"]?.array?.first {
            $0["id"]?.int == id
        }
        let (p, q) = (scores[place6]["probability"]?.double ?? 0, listed?["rawProbability"]?.double ?? 1)
        #expect(abs(p - q) < 1e-4 && scores[place6]["rank"]?.int == listed?["rank"]?.int)
        let shown = try place.stepglass("show", "out")
        #expect(shown.status == 0 && shown.text.contains("␣capital") && shown.text.contains("bits"), "\(shown.text)")
        #expect(try place.stepglass("verify", "out", "--model", "tiny").text.contains("identical"))
        let asked = try place.stepglass("debug", "--trace", "out", input: "step\ninfo tokens\nlist\nprint entropy\n")
        #expect(
            asked.status == 0 && asked.text.contains("\" capital\"") && asked.text.contains("has no steps"),
            "\(asked.text)")
        try place.stepglass("show", "out", "--step", "0").expectOneLine(1, "a step of a scored text")
        try place.stepglass("replay", "out").expectOneLine(1, "a replay of a scored text")
        try place.stepglass("trace", "x", "--max-tokens", "0", "--beams", "2").expectOneLine(
            64, "beams of a scored text")
        let live = try place.stepglass(
            "debug", "Paris is", "--model", "tiny", "--max-tokens", "0", input: "step\ninfo tokens\n")
        #expect(live.status == 0 && live.text.contains("\" is\""), "\(live.text)")
    }
}
