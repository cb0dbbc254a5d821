// The command words, and what belongs to each: a command is one row of CommandRows+….swift.
internal import Phrases

/// A command word. The raw value is its full name.
public enum CommandName: String, Equatable, Sendable, CaseIterable {
    case step, back, next
    case stepIn = "in"
    case finish
    case `continue`
    case reverseContinue = "reverse-continue"
    case run, until, `where`, list
    case `break`, tbreak, delete, enable, disable, ignore, commands, end
    case watch, unwatch, display, undisplay
    case info, story, print, why, lens, sweep, assert
    case force, set, ablate, restore
    case checkpoint, restart
    case fork, branches
    case switchTo = "switch"
    case diff, save, export
    case language = "lang"
    case help, quit

    /// The command's row. A new command is a name, a row, and its line here; the compiler asks for each.
    var definition: CommandDefinition {
        switch self {
        case .step: .step
        case .back: .back
        case .next: .next
        case .stepIn: .stepIn
        case .finish: .finish
        case .continue: .continue
        case .reverseContinue: .reverseContinue
        case .run: .run
        case .until: .until
        case .where: .where
        case .list: .list
        case .break: .break
        case .tbreak: .tbreak
        case .delete: .delete
        case .enable: .enable
        case .disable: .disable
        case .ignore: .ignore
        case .commands: .commands
        case .end: .end
        case .watch: .watch
        case .unwatch: .unwatch
        case .display: .display
        case .undisplay: .undisplay
        case .info: .info
        case .story: .story
        case .print: .print
        case .why: .why
        case .lens: .lens
        case .sweep: .sweep
        case .assert: .assert
        case .force: .force
        case .set: .set
        case .ablate: .ablate
        case .restore: .restore
        case .checkpoint: .checkpoint
        case .restart: .restart
        case .fork: .fork
        case .branches: .branches
        case .switchTo: .switchTo
        case .diff: .diff
        case .save: .save
        case .export: .export
        case .language: .language
        case .help: .help
        case .quit: .quit
        }
    }

    /// Short forms and other debuggers' names, beside every unique beginning of the name.
    public var aliases: [String] { definition.aliases }

    /// How it is written.
    var usage: String { definition.usage }

    /// A line that uses it.
    var example: String { definition.example }

    /// What it does, in half a sentence.
    var meaning: Phrase { definition.meaning }
}

/// What the debugger knows of one command.
struct CommandDefinition: Sendable {
    /// Which words could be the command's argument.
    enum Completion: Sendable {
        case nothing, questionWords, topics, formats, settings, languages, branches, runTargets, helpTopics
    }

    var aliases: [String] = []
    var usage: String
    var example: String
    var meaning: Phrase
    var completion: Completion = .nothing
    /// What follows the word, to a command.
    var read: @Sendable (CommandArguments) throws(DebuggingError) -> Command
}
