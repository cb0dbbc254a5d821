// The errors of this module: a wrong question, a wrong command, or the maker's own failure.
public import Phrases

/// What the debugger refuses or cannot do, ready to be told.
public enum DebuggingError: Error, Equatable, Sendable {
    /// `span` are UTF-8 offsets in `source`.
    case question(source: String, span: Range<Int>, problem: QuestionProblem)
    /// A line that is no command, or one that cannot be carried out here.
    case command(Phrase)
    /// The model (or whatever makes the trace grow) failed; its own message.
    case maker(Phrase)

    /// The one-line message, without the source line and the caret.
    public var phrase: Phrase {
        switch self {
        case .question(_, _, let problem): problem.phrase
        case .command(let phrase): phrase
        case .maker(let message): Phrase("", "模型這端的訊息：") + message
        }
    }
}
