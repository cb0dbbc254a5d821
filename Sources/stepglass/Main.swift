// The command. Prints and exits; everything else stands in the commands and the libraries.
internal import ArgumentParser
internal import Engines
internal import Phrases
internal import Generation
internal import Requests
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
            TraceCommand.self, FillCommand.self, TokenizeCommand.self, DebugCommand.self, ShowCommand.self,
            ModelsCommand.self,
            BenchCommand.self, SampleCommand.self, VerifyCommand.self, DiffCommand.self, ReplayCommand.self,
            SchemaCommand.self, HeatmapCommand.self, ExportCommand.self, BatchCommand.self, PageCommand.self,
            ServeCommand.self, CostCommand.self, LessonCommand.self, DapCommand.self,
        ])

    static func main() {
        // A closed pipe ends the program quietly, as it does other commands.
        signal(SIGPIPE, SIG_DFL)
        // A file that may grow no further is a failure to write, told as such.
        signal(SIGXFSZ, SIG_IGN)
        // A standard descriptor that the caller closed must not become a file of ours.
        for descriptor in 0...2 where fcntl(Int32(descriptor), F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
        let line = CommandWords()
        let language: Language
        do throws(LanguageError) {
            language = try .chosen(option: LanguageOptions.name(in: line.words), variable: environment)
        } catch {
            // The option's own check refuses it; until then there is the locale.
            language = error.locale
        }
        MemoryEnd.watch(language)
        Console.$language.withValue(language) { Console.$words.withValue(line) { run(line) } }
    }

    /// Files, pipes of the thread library and all else that a command has open at once.
    private static let leastDescriptors = 24

    /// What readers, parsers and templates go down into is bounded; this holds the deepest of them.
    private static let leastStack: rlim_t = 1 << 20

    /// The libraries below end the program where they get no descriptor, and the system where the stack is used up; told
    /// here, it is one line.
    private static func checkLimits() throws {
        #if os(Linux)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            let stack = __rlimit_resource_t(RLIMIT_STACK.rawValue)
        #else
            let (files, stack) = (RLIMIT_NOFILE, RLIMIT_STACK)
        #endif
        var limit = rlimit()
        if getrlimit(files, &limit) == 0, limit.rlim_cur < leastDescriptors {
            throw Failure(
                "only \(limit.rlim_cur) files may be open at once; allow at least \(leastDescriptors) (ulimit -n 256)",
                "同時只能開啟 \(limit.rlim_cur) 個檔案；請至少允許 \(leastDescriptors) 個（ulimit -n 256）")
        }
        if getrlimit(stack, &limit) == 0, limit.rlim_cur < leastStack {
            throw Failure(
                "the stack may have only \(limit.rlim_cur >> 10) kB; allow at least \(leastStack >> 10) (ulimit -s 8192)",
                "堆疊只能用 \(limit.rlim_cur >> 10) kB；請至少允許 \(leastStack >> 10) kB（ulimit -s 8192）")
        }
    }

    private static func run(_ line: CommandWords) {
        do {
            try checkLimits()
            if let place = line.broken {
                throw Failure(
                    "argument \(place) is not UTF-8: \(readable(line.words[place - 1])); type it again, or convert it (iconv -t utf-8)",
                    "第 \(place) 個引數不是 UTF-8：\(readable(line.words[place - 1]))；請重新輸入，或先轉換（iconv -t utf-8）", code: 64)
            }
            if let text = line.textAmongOptions() { throw ValidationError(text) }
            if line.words.first == "help", line.words.count > 1, let hint = unknownCommand(line.words[1]) {
                throw ValidationError(hint)
            }
            widenHelp()
            var command = try parseAsRoot(line.words)
            try command.run()
        } catch let failure as Failure {
            printError(oneLine(Phrase(same: "stepglass: ") + failure.phrase))
            exit(withError: ExitCode(failure.code))
        } catch {
            exit(usage: error, line)
        }
    }

    /// Gives help forty columns where the terminal or COLUMNS has fewer: the parser's own layout ends the process there.
    private static func widenHelp() {
        let columns = environment("COLUMNS").flatMap { Int($0) } ?? Terminal.out.columns
        if columns < 40 { setenv("COLUMNS", "40", 1) }
    }

    /// Names and texts within a message may hold line ends, and be of any length; the message has none, and ends: what it
    /// begins with says what and where, what it ends with what next.
    static func oneLine(_ phrase: Phrase) -> Phrase {
        func short(_ text: String) -> String {
            let scalars = readableMessage(text).unicodeScalars
            if scalars.count <= longestLine { return String(scalars) }
            return String(scalars.prefix(longestLine - 150)) + " … " + String(scalars.suffix(140))
        }
        return Phrase(short(phrase.english), short(phrase.chinese))
    }

    /// In scalars.
    static let longestLine = 300

    /// Help goes to stdout as the parser writes it; wrong usage is one line.
    private static func exit(usage error: any Error, _ line: CommandWords) -> Never {
        if exitCode(for: error).isSuccess || error is ExitCode { exit(withError: error) }
        // The parser's line ends; what else ends a line in a word that was typed is left for the printer to show.
        let words = message(for: error).split(separator: "\n").joined(separator: " ")
        let help = "stepglass \(line.commandName.isEmpty ? "" : line.commandName + " ")--help"
        let told = told(words, line) + Phrase(" (see \(help))", "（說明：\(help)）")
        printError(oneLine(Phrase(same: "stepglass: ") + told))
        exit(withError: exitCode(for: error))
    }

    /// A message of the parser with what usually is behind it. What it says of unknown options is said better here: it
    /// looks at letters alone, and takes a text for an option.
    private static func told(_ message: String, _ line: CommandWords) -> Phrase {
        let plain = parserPhrase(message)
        let hint = hint(for: message, line)
        let isTooMany = message.hasPrefix("Unexpected argument") || message.contains("unexpected arguments")
        if isTooMany, let unknown = line.unknownSubcommand() { return unknown }
        // A value that is missing is no unknown option, though it may look like one.
        if !message.hasPrefix("Missing value"), let unknown = line.unknownOption() { return unknown }
        return hint.map { plain + Phrase("; ", "；") + $0 } ?? plain
    }

    /// What usually is behind a message of the parser.
    private static func hint(for message: String, _ line: CommandWords) -> Phrase? {
        if let first = line.words.first, first != "help", let hint = unknownCommand(first) { return hint }
        if message.hasPrefix("Missing expected argument '<prompt>'") {
            return Phrase("give the prompt in quotes, or - for standard input", "請把提示放在引號裡，或用 - 表示標準輸入")
        }
        if message.hasPrefix("Unexpected argument") || message.contains("unexpected arguments") {
            return line.takesText
                ? Phrase("a text of several words needs quotes around it", "由多個字組成的文字要放在引號裡") : nil
        }
        if let value = refusedValue(message) { return takenValue(message, value) }
        if message.hasPrefix("Missing value for '-") {
            let name = message.dropFirst("Missing value for '".count).prefix { $0 != " " && $0 != "'" }
            return Phrase(
                "a value that begins with - is joined by =, as in \(name)=-x", "以 - 開頭的值要用 = 連接，例如 \(name)=-x")
        }
        return nil
    }

    /// What an option takes, where the parser does not say it.
    private static func takenValue(_ message: String, _ value: String) -> Phrase? {
        if message.contains("Please provide one of") { return nil }
        if message.contains("for '--shard ") { return Shard.taken }
        if message.contains("for '--engine-list ") { return EngineOptions.ListWish.taken }
        if value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Phrase("it is too large", "數字太大") }
        return Double(value) == nil ? Phrase("it takes a number", "要寫數字") : Phrase("it takes a whole number", "要寫整數")
    }

    /// What is to be said of a word that is no command; nil for a command or an option.
    private static func unknownCommand(_ word: String) -> Phrase? {
        if word.hasPrefix("-") || commandNames.contains(word) { return nil }
        let close = nearest(to: word, among: commandNames)
        return Phrase("there is no command \(readable(word))", "沒有 \(readable(word)) 這個指令")
            + (close.map { Phrase(", did you mean \($0)?", "，是不是 \($0)？") } ?? Phrase("", ""))
    }

    private static var commandNames: [String] { configuration.subcommands.compactMap { $0.configuration.commandName } }
}

/// A command that failed: one line that says what, where and what next.
struct Failure: Error, CustomStringConvertible, Worded {
    let phrase: Phrase
    /// 1 for a failure, 2 for a difference that a check found.
    var code: Int32 = 1

    var description: String { phrase[Console.language] }

    init(_ phrase: Phrase, code: Int32 = 1) {
        let phrase = Phrase(Self.shortened(phrase.english), Self.shortened(phrase.chinese))
        self.phrase = Console.words?.fitting(phrase) ?? phrase
        self.code = code
    }

    /// Beginning and end of a text that is far too long for a line: what is said of a file may have all of it in it.
    private static func shortened(_ text: String) -> String {
        if text.utf8.count <= 2 * longest || text.unicodeScalars.count <= longest + 3 { return text }
        return String(text.unicodeScalars.prefix(longest / 2)) + " … " + String(text.unicodeScalars.suffix(longest / 2))
    }

    /// In scalars.
    private static let longest = 2_000

    init(_ english: String, _ chinese: String, code: Int32 = 1) { self.init(Phrase(english, chinese), code: code) }

    /// Any module's error as a failure: its words are the line.
    init(_ error: any Error) { self = error as? Failure ?? Failure(words(of: error)) }

    /// The same for an error that can only come from what was typed: then it is wrong usage where a setting is at fault.
    init(typed error: any Error) {
        self.init(error)
        if error is SettingsError { code = 64 }
        if case .settings? = error as? GenerationError { code = 64 }
        if case .settings? = error as? StagesError { code = 64 }
        if case .settings? = error as? EngineError { code = 64 }
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
