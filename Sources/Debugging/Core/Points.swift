// What the user asked to be watched: breakpoints, displays, watches; and the places to come back to.
public import Phrases

/// A condition that stops `continue` and `reverse-continue` at every step where it is true.
public struct Breakpoint: Equatable, Sendable {
    /// From 1, never given twice.
    public var id: Int
    /// The condition.
    public var question: Question
    /// Deleted at the first stop (`tbreak`).
    public var isTemporary: Bool
    /// Whether it may stop the debugger.
    public var isEnabled: Bool
    /// How often it held on a walk, the times it was ignored included.
    public var hits: Int
    /// How many times more it lets a walk pass (`ignore`).
    public var ignoring = 0
    /// What is carried out at each stop (`commands`), a line each.
    public var commands: [String] = []
}

/// A question whose answer is shown at every stop (`display`), or whose values are drawn over the past (`watch`).
public struct WatchedQuestion: Equatable, Sendable {
    /// From 1, never given twice in its kind.
    public var id: Int
    /// What is asked.
    public var question: Question
    /// Whether a change of its value stops a walk (`watch stop`).
    public var stops = false
}

/// A place to come back to (`checkpoint`).
public struct Checkpoint: Equatable, Sendable {
    /// From 1, never given twice.
    public var id: Int
    /// As `checkpoint NAME` gave it; nil without one.
    public var name: String?
    /// Branch, step, and places inside it.
    public var place: Place
    /// The token there; nil at the prompt.
    public var token: [UInt8]?
}

/// The values of a watched question at every step up to the cursor.
public struct Series: Equatable, Sendable {
    /// The watch's number.
    public var id: Int
    /// What is asked.
    public var question: Question
    /// One per step, 0…cursor.
    public var values: [QuestionValue]
    /// Whether a change stops a walk.
    public var stops = false
    /// What the asker may have meant otherwise.
    public var notes: [Phrase] = []

    /// The values as numbers (conditions as 0 and 1), nil where unknown or no number.
    public var numbers: [Double?] {
        values.map { value in
            switch value {
            case .number(let number): number
            case .boolean(let truth): truth ? 1 : 0
            default: nil
            }
        }
    }
}
