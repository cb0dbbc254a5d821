// The command. Prints and exits; everything else stands in the commands and the libraries.
internal import Phrases
internal import ArgumentParser
internal import Debugging
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
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            printError("stepglass: \(failure)")
            exit(withError: ExitCode(failure.code))
        } catch {
            exit(usage: error)
        }
    }

    /// Help goes to stdout as the parser writes it; wrong usage is one line.
    private static func exit(usage error: any Error) -> Never {
        if exitCode(for: error).isSuccess || error is ExitCode { exit(withError: error) }
        var message = message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")
        if let hint = hint(for: message) { message += "; " + hint }
        let command = CommandLine.arguments.dropFirst().first { Self.commandNames.contains($0) }
        printError("stepglass: \(message) (see stepglass \(command.map { "\($0) " } ?? "")--help)")
        exit(withError: exitCode(for: error))
    }

    /// What usually is behind a message of the parser.
    private static func hint(for message: String) -> String? {
        let words = CommandLine.arguments.dropFirst()
        if let first = words.first, !first.hasPrefix("-"), !commandNames.contains(first), first != "help" {
            let close = nearest(to: first, among: commandNames).map { ", did you mean \($0)?" } ?? ""
            return "there is no command \(first)\(close)"
        }
        if message.hasPrefix("Missing expected argument '<prompt>'") {
            return "give the prompt in quotes, or - for standard input"
        }
        if message.hasPrefix("Unexpected argument") || message.contains("unexpected arguments") {
            return "a text of several words needs quotes around it"
        }
        return nil
    }

    private static var commandNames: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }
}

/// The version of this engine, as traces name it.
let engineVersion = "0.1.0"

/// A command that failed: one line that says what, where and what next.
struct Failure: Error, CustomStringConvertible {
    let description: String
    /// 1 for a failure, 2 for a difference that a check found.
    var code: Int32 = 1

    init(_ description: String, code: Int32 = 1) {
        self.description = description
        self.code = code
    }

    /// Any module's error as a failure; its description is the line.
    init(_ error: any Error) {
        self = error as? Failure ?? Failure("\(error)")
    }

    /// The same for an error that can only come from what was typed: then it is wrong usage where a setting is at fault.
    init(typed error: any Error) {
        self.init(error)
        if error is SettingsError { code = 64 }
        if case .settings? = error as? GenerationError { code = 64 }
        if case .settings? = error as? StagesError { code = 64 }
    }
}

/// Runs `body`, turning any module's error into a failure.
func reporting<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let exit as ExitCode { throw exit } catch { throw Failure(error) }
}

/// The same where all settings were typed in the command, none read from a file.
func reportingTyped<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let exit as ExitCode { throw exit } catch { throw Failure(typed: error) }
}
