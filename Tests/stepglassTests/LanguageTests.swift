// Every command in both languages: Chinese where Chinese is asked for, none where it is not.
import Foundation
import JSONText
import TestTools
import Testing

@Suite struct LanguageTests {
    /// A run of the model inside the command, with beams, and one beside it to compare. The model knows Chinese words too:
    /// few candidates are listed, so that none is among them.
    private static func place() throws -> Workplace {
        let place = try Workplace()
        for (name, options) in [("a", ["--seed", "7"]), ("b", ["--greedy"]), ("beams", ["--beams", "3"])] {
            let made = try place.stepglass(
                [
                    "trace", "Once upon a time", "--model", "tiny", "--max-tokens", "6", "--candidates", "5", "-o",
                    name,
                    "--quiet",
                ] + options)
            try #require(made.status == 0, "\(made.errors)")
        }
        return place
    }

    private static let commands: [[String]] = [
        ["trace", "Once upon a time", "--model", "tiny", "--max-tokens", "3", "-o", "c"],
        ["tokenize", "Once upon a time", "--model", "tiny"], ["show", "a"], ["show", "a", "--step", "2"],
        ["show", "beams", "--beams"], ["show", "beams", "--beams", "--length-penalty", "0"],
        ["show", "beams", "--beams", "--step", "1"], ["verify", "a"], ["replay", "a", "--temperature", "3", "-o", "d"],
        ["diff", "a", "b"], ["diff", "a", "a"], ["diff", "a", "b", "-o", "diff.png"],
        ["sample", "--logits", "4,3,2,1", "--top-p", "0.8"], ["sample", "--logits", "4,3", "--temperature", "0"],
        ["models"], ["models", "list"], ["models", "pull", "tiny"],
        ["bench", "--model", "tiny", "--tokens", "2", "--warm-up", "0"],
        ["bench", "--model", "tiny", "--tokens", "2", "--warm-up", "0", "--profile"],
        ["bench", "--model", "tiny", "--tokens", "2", "--warm-up", "0", "--beams", "2"],
        ["debug", "--trace", "a", "-e", "next", "-e", "info stages"],
        ["debug", "--trace", "beams", "-e", "next", "-e", "info beam"],
    ]

    private static func hasChinese(_ text: String) -> Bool {
        text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }

    @Test func everyCommandSpeaksBoth() throws {
        let place = try Self.place()
        place.environment["STEPGLASS_LANG"] = nil
        place.environment["LC_ALL"] = "C.UTF-8"
        for command in Self.commands {
            let english = try place.stepglass(command)
            #expect(english.status == 0, "\(command) \(english.errors)")
            #expect(!Self.hasChinese(english.text + english.errors), "\(command) \(english.text) \(english.errors)")
            // The file that the first run made is there now.
            let force = command.contains("-o") ? ["--force"] : []
            let chinese = try place.stepglass(command + force + ["--lang", "zh-TW"])
            #expect(chinese.status == 0, "\(command) \(chinese.errors)")
            #expect(Self.hasChinese(chinese.text + chinese.errors), "\(command) \(chinese.text) \(chinese.errors)")
        }
        // The other two ways to ask.
        place.environment["LC_ALL"] = "zh_TW.UTF-8"
        #expect(Self.hasChinese(try place.stepglass("show", "a").text))
        #expect(!Self.hasChinese(try place.stepglass("show", "a", "--lang=en").text))
        place.environment["STEPGLASS_LANG"] = "en"
        #expect(!Self.hasChinese(try place.stepglass("show", "a").text))
        place.environment["LC_ALL"] = "C"
        place.environment["STEPGLASS_LANG"] = "zh-TW"
        #expect(Self.hasChinese(try place.stepglass("show", "a").text))
    }

    /// Failures of the commands' own.
    @Test func everyFailureSpeaksBoth() throws {
        let place = try Self.place()
        for command in [
            ["show", "nowhere.json"], ["show", "a", "--step", "99"], ["show", "a", "--beams"],
            ["show", "a/trace.html"],
            ["show", "a", "--length-penalty", "1"], ["trace", "", "--model", "tiny"],
            ["trace", "a", "--model", "gpt9"],
            ["trace", "a", "--raw", "--chat"], ["trace", "a", "--threads", "0"], ["trace", "a", "--record", "smells"],
            ["heatmap", "a", "--head", "1"], ["heatmap", "a", "--layer", "99"], ["heatmap", "a", "--chart", "beams"],
            ["sample", "--logits", "1,x"], ["sample", "--logits", "inf,1"], ["bench", "--tokens", "0"],
            ["models", "pull", "gpt9"], ["replay", "beams", "--top-k", "3"], ["debug"], ["trcae"],
            ["debug", "--trace", "a", "-e", "nonsense"], ["show", "beams", "--beams", "--step", "99"],
        ] {
            let english = try place.stepglass(command + ["--lang", "en"])
            let chinese = try place.stepglass(command + ["--lang", "zh-TW"])
            #expect(english.status == chinese.status && english.status != 0, "\(command)")
            #expect(!Self.hasChinese(english.errors), "\(command) \(english.errors)")
            #expect(Self.hasChinese(chinese.errors), "\(command) \(chinese.errors)")
            #expect(chinese.errors.hasPrefix("stepglass: ") && chinese.errorLines.count == 1, "\(chinese.errors)")
        }
    }

    @Test func aWrongLanguageIsRefused() throws {
        let place = try Workplace()
        place.environment["LC_ALL"] = "C"
        place.environment["STEPGLASS_LANG"] = nil
        let option = try place.stepglass("models", "--lang", "fr")
        option.expectOneLine(64, "--lang fr")
        #expect(option.errors.contains("--lang is fr; it must be en or zh-TW"))
        place.environment["STEPGLASS_LANG"] = "zh"
        let variable = try place.stepglass("models")
        variable.expectOneLine(64, "STEPGLASS_LANG=zh")
        #expect(variable.errors.contains("STEPGLASS_LANG is zh; it must be en or zh-TW"))
        #expect(try place.stepglass("models", "--lang", "en").status == 0, "the option goes before the variable")
        place.environment["STEPGLASS_LANG"] = nil
        place.environment["LC_ALL"] = "zh_TW.UTF-8"
        #expect(try place.stepglass("models", "--lang", "fr").errors.contains("--lang 是 fr；必須是 en 或 zh-TW"))
        let old = try place.stepglass("heatmap", "x", "--language", "zh-TW")
        old.expectOneLine(64, "--language")
        #expect(old.errors.contains("--lang"))
    }

    /// Files of data and JSON do not depend on the language.
    @Test func dataIsTheSameInBoth() throws {
        let place = try Self.place()
        var files: [[[UInt8]]] = []
        for language in ["en", "zh-TW"] {
            let made = try place.stepglass(
                "trace", "Once upon a time", "--model", "tiny", "--max-tokens", "3", "--min-p", "0.1", "--order",
                "temperature", "-o", language, "--lang", language)
            #expect(made.status == 0)
            #expect(
                made.errors.contains(language == "en" ? "note: min-p does nothing" : "註：min-p 沒有作用"), "\(made.errors)")
            let trace = try place.json("\(language)/trace.json")
            #expect(trace["notes"]?.array?.first?.string?.hasPrefix("min-p does nothing") == true)
            files.append(
                try [["diff", "a", "b", "--json"], ["models", "--json"], ["sample", "--logits", "3,2,1", "--json"]].map
                {
                    try place.stepglass($0 + ["--lang", language]).out
                })
        }
        #expect(files[0] == files[1])
    }
}
