// Why a chat template cannot be read or rendered.

internal import JSONText

/// Why a template cannot be read or rendered. Lines count from 1.
public enum ChatTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not Jinja.
    case syntax(line: Int, found: String, expected: String)
    /// Jinja, but outside the part that is supported; `supported` lists what is, or is empty.
    case unsupported(line: Int, what: String, supported: String)
    /// An operation on a value that does not have it.
    case wrongValue(line: Int, what: String)
    /// The template itself refused the conversation (`raise_exception`).
    case raised(line: Int, message: String)
    /// The template does more than any template needs.
    case tooMuch(line: Int, what: String)

    /// One line: the template's line, and what is wrong there.
    public var description: String {
        switch self {
        case .syntax(let line, let found, let expected):
            "chat template, line \(line): \(found), where \(expected) should be"
        case .unsupported(let line, let what, let supported):
            "chat template, line \(line): \(what) is not supported"
                + (supported.isEmpty ? "" : "; supported: \(supported)")
        case .wrongValue(let line, let what): "chat template, line \(line): \(what)"
        case .raised(let line, let message):
            "chat template, line \(line): the template refuses this conversation: \(quoted(message))"
        case .tooMuch(let line, let what): "chat template, line \(line): \(what)"
        }
    }
}
