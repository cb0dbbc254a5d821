// What the command says of itself, and how it refuses what it cannot do: exit codes, ranges, help.
import Foundation
import JSONText
import TestTools
import Testing

@Suite(.needs(.command)) struct UsageTests {
    static let commands = [
        "trace", "fill", "tokenize", "debug", "show", "verify", "replay", "diff", "heatmap", "export", "batch",
        "models", "bench", "sample", "serve", "dap",
        "schema", "models list",
        "models pull",
    ]
    static let lessonCommands = [
        "list", "read", "do", "check", "test", "book", "open", "grade", "report", "lint", "new", "export",
    ].map { "lesson \($0)" }

    @Test(arguments: commands) func helpHasAnExample(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let help = try Workplace().stepglass(words + ["--help"])
        #expect(help.status == 0 && help.errors == "")
        #expect(help.text.contains("Example"), "\(help.text)")
        #expect(help.text.contains("  stepglass \(words[0])"), "\(help.text)")
    }

    /// Examples fit into 80 columns, and prose fills them: no line ends before its time.
    @Test(arguments: commands + lessonCommands) func helpIsSetWell(_ command: String) throws {
        let help = try Workplace().stepglass(command.split(separator: " ").map(String.init) + ["--help"]).text
        let lines = help.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.hasPrefix("USAGE:") }
        for (line, next) in zip(lines, lines.dropFirst()) {
            #expect(line.count <= 80, "\(line)")
            if next.isEmpty || next.hasPrefix(" ") || line.isEmpty { continue }
            #expect(!line.hasPrefix("  ") || !next.hasPrefix("--"), "an example that does not fit: \(line)\n\(next)")
            if line.hasPrefix(" ") || line.hasSuffix(":") { continue }
            let word = next.prefix { $0 != " " }
            // The parser fills 79 columns.
            #expect(line.count + 1 + word.count >= 80, "\(line)\n\(next)")
        }
    }

    /// Every command that the help lists is in the list above, or checked nowhere.
    @Test func everyCommandIsChecked() throws {
        let help = try Workplace().stepglass("--help").text
        let list = try #require(help.components(separatedBy: "SUBCOMMANDS:\n").last)
        let names = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
        #expect(names.count > 5)
        for name in names {
            let help = try Workplace().stepglass(name, "--help").text
            #expect(help.contains("Example"), "\(name)")
        }
    }

    /// An option out of its range is refused with the range, and nothing runs.
    @Test(arguments: [
        ("--top-p 1.4", "0"), ("--top-p -0.1", "1"), ("--min-p 2", "0"), ("--top-k -1", "0"),
        ("--temperature -1", "0"), ("--temperature nan", "0"), ("--repetition-penalty 0", "0"),
        ("--max-tokens -1", "0"), ("--candidates 0", "1"), ("--threads 0", "1…256"), ("--threads 1000", "1…256"),
        ("--beams 0", "1"), ("--context -5", "0"), ("--min-tokens -1", "0"), ("--frequency-penalty 101", "100"),
        ("--presence-penalty=-101", "-100"), ("--candidates 9223372036854775807", "1000000"),
    ])
    func outOfRange(_ option: String, _ bound: String) throws {
        let place = try Workplace()
        let words = option.split(separator: " ").map(String.init)
        let name = try #require(words[0].split(separator: "=").first.map { String($0.dropFirst(2)) })
        let outcome = try place.stepglass(["trace", "Hello"] + words)
        outcome.expectOneLine(64, option)
        #expect(outcome.errors.contains(name) && outcome.errors.contains(bound), "\(outcome.errors)")
        #expect(place.names() == [])
    }

    /// What is mistyped most is answered with what was meant.
    @Test func commonMistakesGetAHint() throws {
        let place = try Workplace()
        for (words, hint) in [
            (["trcae", "hi"], "did you mean trace?"), (["trace", "two", "words"], "needs quotes"),
            (["trace"], "or - for standard input"), (["show", "--step", "-1", "x"], "cannot read x"),
            (["bench", "--model", "tiny", "--tokens", "5000"], "do not fit into the 256 positions"),
            (["bench", "--beams", "4", "--tokens", "1"], "2…1000000"),
            (["trace", "a", "--model", "tiny", "--ban-tokens", "99999"], "this vocabulary has 0…2047"),
            (["sample", "--logits", "1,2", "--order", "foo"], "no stage"),
            (["trace", "-m", "tiny"], "has no option -m"), (["batch", "x", "--shard", "0/4"], "part I of N"),
            (["trace", "hi", "--top-k", "2.5"], "takes a whole number"),
            (["trace", "hi", "--temperature", "warm"], "takes a number"),
        ] {
            let outcome = try place.stepglass(words)
            #expect(outcome.status == (words[0] == "show" ? 1 : 64), "\(words): \(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(words): \(outcome.errors)")
        }
        #expect(place.names() == [])
    }

    /// A path in the prompt's place is text, and who gave it is told so.
    @Test func aPromptThatIsAFileIsNoted() throws {
        let place = try Workplace()
        let tiny = ["--model", "tiny", "--max-tokens", "1", "--plain"]
        #expect(try place.stepglass(["trace", "Once", "-o", "run"] + tiny).errors.contains("note: ") == false)
        #expect(try place.stepglass(["trace", "notes.txt", "-o", "a"] + tiny).errors.contains("note: ") == false)
        _ = try place.write("notes.txt", Array("Once".utf8))
        for (prompt, hint) in [
            ("run/trace.json", "debug --trace run/trace.json opens it"), ("run", "debug --trace run opens it"),
            ("notes.txt", "- < notes.txt gives the text"),
        ] {
            let debugged = try place.stepglass(["debug", prompt, "-e", "step"] + tiny.prefix(2))
            #expect(debugged.status == 0 && debugged.errors.contains(hint), "\(debugged.errors)")
            let traced = try place.stepglass(["trace", prompt, "-o", "out", "--force"] + tiny)
            let told = traced.text + traced.errors
            #expect(traced.status == 0 && told.contains(hint), "\(told)")
        }
    }

    @Test(arguments: [
        "--penalty-scope nowhere", "--early-stopping maybe", "--order top-k,nonsense", "--record smells",
        "--raw --chat", "--system Hi", "--seed minus", "--ablate 99", "--kernels abacus", "--nonsense 3",
        "--max-tokens many", "--temperature", "--logit-bias 3", "--ban-tokens antidisestablishmentarianism",
    ])
    func wrongUsage(_ options: String) throws {
        let place = try Workplace()
        let outcome = try place.stepglass(["trace", "Hello"] + options.split(separator: " ").map(String.init))
        // A head that the model lacks is known only when the model is open.
        outcome.expectOneLine(options.hasPrefix("--ablate") ? 1 : 64, options)
        #expect(place.names() == [])
    }

    /// Nothing of the parser's English is left in Chinese but the names of options and what was typed.
    @Test func wrongUsageIsToldInChinese() throws {
        let place = try Workplace()
        place.environment["STEPGLASS_LANG"] = "zh-TW"
        for (words, told) in [
            (["diff", "x"], "缺少引數 '<b>'（"), (["trace", "hi", "world"], "多出引數 'world'；"),
            (["trace", "hi", "two", "more"], "多出 2 個引數：'two'、'more'；"), (["trcae"], "多出引數 'trcae'；"),
            (["trace", "hi", "--plain=yes"], "'--plain' 不接值，卻給了 'yes'（"),
            (["heatmap", "x", "--theme", "pink"], "'--theme <theme>' 不接受 'pink'；可用的值：'light'、'dark'（"),
            (["trace", "hi", "--temperature", "warm"], "'--temperature <temperature>' 不接受 'warm'；要寫數字（"),
            (["trace", "hi", "--temperature"], "'--temperature <temperature>' 缺少值；"),
            (["show", "x", "--step", "is invalid for"], "'--step <step>' 不接受 'is invalid for'；要寫數字（"),
        ] {
            let outcome = try place.stepglass(words)
            #expect(outcome.status == 64, "\(words)")
            #expect(outcome.errors.hasPrefix("stepglass: " + told), "\(words): \(outcome.errors)")
        }
    }

    @Test func wrongCommands() throws {
        let place = try Workplace()
        try place.stepglass("trace").expectOneLine(64, "no prompt")
        try place.stepglass("frobnicate").expectOneLine(64, "no such command")
        try place.stepglass("sample", "--logits", "1,x").expectOneLine(64, "a logit that is no number")
        try place.stepglass("bench", "--tokens", "0").expectOneLine(64, "bench --tokens 0")
        try place.stepglass("show", "nowhere.json").expectOneLine(1, "no such trace")
        try place.stepglass("trace", "").expectOneLine(1, "an empty prompt")
    }

    @Test(arguments: [["--frequency-penalty", "-0.3"], ["--frequency-penalty=-0.3"]])
    func negativeNumbers(_ option: [String]) throws {
        let place = try Workplace()
        let outcome = try place.stepglass(["trace", "Hello", "--max-tokens", "2", "-o", "out"] + option)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try place.json("out/trace.json")["settings"]?["frequencyPenalty"]?.double == -0.3)
    }

    @Test func unknownModels() throws {
        let place = try Workplace()
        let unknown = try place.stepglass("trace", "Hello", "--model", "gpt9")
        unknown.expectOneLine(1, "an unknown model")
        #expect(unknown.errors.contains("tiny, tiny-bert, smollm2"))
        let absent = try place.stepglass("trace", "Hello", "--model", "smollm2")
        absent.expectOneLine(1, "a model that is not installed")
        #expect(absent.errors.contains("stepglass models pull smollm2"))
        try place.stepglass("trace", "Hello", "--model", "no/such.gguf").expectOneLine(1, "no such file")
        try place.stepglass("models", "pull", "gpt9").expectOneLine(1, "no such model to fetch")
    }
}
