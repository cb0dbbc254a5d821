// Every stage of the list as an option of the command and as a setting of the debugger.
import ArgumentParser
import Debugging
import Generation
import Phrases
import Requests
import Stages
import Testing
import Traces

@testable import stepglass

@Suite struct StageOptionTests {
    @Test func everyOptionParsesAndStandsInTheHelp() throws {
        let help = SampleCommand.helpMessage(columns: 400)
        for parameter in StageList.parameters {
            #expect(help.contains("\n  --\(parameter.option) "), "\(parameter.option)")
            #expect(help.contains(parameter.help.english), "\(parameter.option)")
            guard let number = parameter.number else { continue }
            for arguments in [
                ["--\(parameter.option)", plain(number.example)], ["--\(parameter.option)=\(plain(number.example))"],
            ] {
                let settings = try SamplingOptions.parse(arguments).settings()
                #expect(number.value(in: settings) == number.example, "\(parameter.option)")
                var alone = Settings()
                number.set(number.example, in: &alone)
                #expect(settings == alone, "\(parameter.option)")
            }
        }
        #expect(try SamplingOptions.parse([]).settings() == Settings())
    }

    @Test func optionsWithTexts() throws {
        let settings = try SamplingOptions.parse([
            "--logit-bias", "4=-1.5,2=3", "--ban-tokens", "7,1", "--dry-breaker", ":", "--dry-breaker", "\n",
            "--penalty-scope", "both", "--frequency-penalty", "-0.3", "--greedy",
        ]).settings()
        #expect(settings.logitBias == [4: -1.5, 2: 3] && settings.bannedTokens == [7, 1])
        #expect(settings.dryBreakers == [":", "\n"] && settings.penaltyScope == .both)
        #expect(settings.frequencyPenalty == -0.3 && settings.temperature == 0)
    }

    @Test(arguments: [
        (["--greedy", "--temperature", "0.7"], "--greedy is temperature 0, and --temperature is 0.7; choose one"),
        (["--penalty-scope", "all"], "--penalty-scope is all; it must be prompt, output or both"),
        (["--logit-bias", "1:3"], "--logit-bias has \"1:3\"; it takes id=bias or text=bias (try --logit-bias 42=-5)"),
        (
            ["--ban-tokens", "1,\"x"],
            "--ban-tokens has \"\"x\"; it takes token ids, or texts that are one token (try --ban-tokens 42,7)"
        ),
        (["--ban-tokens", "1,,2"], "--ban-tokens has an empty place; separate with single commas"),
    ]) func wrongTextsAreRefused(_ arguments: [String], _ message: String) throws {
        let options = try SamplingOptions.parse(arguments)
        let error = #expect(throws: (any Error).self) { try options.settings() }
        #expect(SamplingOptions.message(for: try #require(error)).prefix { $0 != "\n" } == message)
    }

    @Test func theDebuggerSetsEveryStage() throws {
        let options = try ModelOptions.parse(["--model", tinyName, "--threads", "1"])
        let model = try loadModel(options)
        let settings = Settings()
        let maker = try LiveMaker(
            model, try model.prompt("One", settings: settings), settings, options.engine(model.compute))
        for parameter in StageList.parameters {
            #expect(maker.settingNames.contains(parameter.option) == parameter.isSettable, "\(parameter.option)")
            if let number = parameter.number {
                try maker.apply(.setting(name: parameter.option, value: plain(number.example)))
                #expect(number.value(in: maker.trace.settings) == number.example, "\(parameter.option)")
            }
        }
        let words = { (name: String, value: String) -> Phrase? in
            do throws(DebuggingError) { try maker.apply(.setting(name: name, value: value)) } catch {
                if case .command(let phrase) = error { return phrase }
            }
            return nil
        }
        #expect(
            words("top-p", "1.4")
                == Phrase(
                    "top-p is 1.4; it must be in 0…1 (try set top-p 0.9)", "top-p 是 1.4；必須在 0…1（例如 set top-p 0.9）"))
        #expect(
            words("epsilon-cutoff", "2")
                == Phrase(
                    "epsilon-cutoff is 2; it must be 0 (off) or in 0…0.999 (try set epsilon-cutoff 0.0003)",
                    "epsilon-cutoff 是 2；必須是 0（關閉）或在 0…0.999（例如 set epsilon-cutoff 0.0003）"))
        #expect(
            words("logit-bias", "x")
                == Phrase(
                    "logit-bias has \"x\"; it takes id=bias or text=bias (try set logit-bias 42=-5)",
                    "logit-bias 是 x；格式為 編號=偏置 或 文字=偏置，以逗號分隔（例如 set logit-bias 42=-5）"))
        #expect(words("top-k", "1.5") == Phrase("top-k is 1.5; it must be a whole number", "top-k 是 1.5；必須是整數"))
    }
}
