// The command. Prints and exits; everything else stands in the commands and the libraries.
internal import ArgumentParser
internal import Phrases
internal import Generation
internal import Stages

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

@main
struct Stepglass: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepglass",
        abstract: "Shows how a language model writes: one token at a time, every number on the way.",
        discussion: """
            A first run, with the model that ships inside:
              stepglass trace "The capital of France is"
            Then open Output/the-capital-of-france-is/trace.html.
            """,
        version: engineVersion,
        subcommands: [
            TraceCommand.self, TokenizeCommand.self, DebugCommand.self, ShowCommand.self, ModelsCommand.self,
            BenchCommand.self, SampleCommand.self, VerifyCommand.self, DiffCommand.self, ReplayCommand.self,
            SchemaCommand.self, HeatmapCommand.self,
        ])

    static func main() {
        // A closed pipe ends the program quietly, as it does other commands.
        signal(SIGPIPE, SIG_DFL)
        // A standard descriptor that the caller closed must not become a file of ours.
        for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
        let language: Language
        do throws(LanguageError) {
            language = try .chosen(
                option: LanguageOptions.name(in: CommandLine.arguments.dropFirst()), variable: environment)
        } catch {
            // The option's own check refuses it; until then there is the locale.
            language = error.locale
        }
        Console.$language.withValue(language) { run() }
    }

    private static func run() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            printError(Phrase(same: "stepglass: ") + failure.phrase)
            exit(withError: ExitCode(failure.code))
        } catch {
            exit(usage: error)
        }
    }

    /// Help goes to stdout as the parser writes it; wrong usage is one line.
    private static func exit(usage error: any Error) -> Never {
        if exitCode(for: error).isSuccess || error is ExitCode { exit(withError: error) }
        var message = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        if let hint = hint(for: message) { message += say("; ", "；") + hint[Console.language] }
        let command = CommandLine.arguments.dropFirst().first { Self.commandNames.contains($0) }
        let help = "stepglass \(command.map { "\($0) " } ?? "")--help"
        printError(
            Phrase("stepglass: \(message) (see \(help))", "stepglass: \(message)（說明：\(help)）"))
        exit(withError: exitCode(for: error))
    }

    /// What usually is behind a message of the parser.
    private static func hint(for message: String) -> Phrase? {
        let words = CommandLine.arguments.dropFirst()
        if let first = words.first, !first.hasPrefix("-"), !commandNames.contains(first), first != "help" {
            let close = nearest(to: first, among: commandNames)
            return Phrase("there is no command \(first)", "沒有 \(first) 這個命令")
                + (close.map { Phrase(", did you mean \($0)?", "，是不是 \($0)？") } ?? Phrase("", ""))
        }
        if message.hasPrefix("Missing expected argument '<prompt>'") {
            return Phrase("give the prompt in quotes, or - for standard input", "請把提示放在引號裡，或用 - 表示標準輸入")
        }
        if message.hasPrefix("Unexpected argument") || message.contains("unexpected arguments") {
            return Phrase("a text of several words needs quotes around it", "由多個字組成的文字要放在引號裡")
        }
        if message.hasPrefix("Unknown option '--language'") {
            return Phrase("the language is chosen with --lang", "語言用 --lang 選擇")
        }
        return nil
    }

    private static var commandNames: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }
}

/// The version of this engine, as traces name it.
let engineVersion = "0.2.0"

/// A command that failed: one line that says what, where and what next.
struct Failure: Error, CustomStringConvertible {
    let phrase: Phrase
    /// 1 for a failure, 2 for a difference that a check found.
    var code: Int32 = 1

    var description: String { phrase[Console.language] }

    init(_ phrase: Phrase, code: Int32 = 1) {
        self.phrase = phrase
        self.code = code
    }

    init(_ english: String, _ chinese: String, code: Int32 = 1) { self.init(Phrase(english, chinese), code: code) }

    /// Any module's error as a failure: its words are the line.
    init(_ error: any Error) { self = error as? Failure ?? Failure(words(of: error)) }

    /// The same for an error that can only come from what was typed: then it is wrong usage where a setting is at fault.
    init(typed error: any Error) {
        self.init(error)
        if error is SettingsError { code = 64 }
        if case .settings? = error as? GenerationError { code = 64 }
        if case .settings? = error as? StagesError { code = 64 }
    }
}

/// An error's words; where it has them in English only, those.
func words(of error: any Error) -> Phrase { (error as? any Worded)?.phrase ?? Phrase(same: "\(error)") }

/// Runs `body`, turning any module's error into a failure.
func reporting<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let exit as ExitCode { throw exit } catch { throw Failure(error) }
}

/// The same where all settings were typed in the command, none read from a file.
func reportingTyped<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let exit as ExitCode { throw exit } catch { throw Failure(typed: error) }
}
