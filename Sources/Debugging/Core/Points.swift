// What the user asked to be watched: breakpoints, displays, watches.

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
    /// How often it stopped the debugger.
    public var hits: Int
}

/// A question whose answer is shown at every stop (`display`), or whose values are drawn over the past (`watch`).
public struct WatchedQuestion: Equatable, Sendable {
    /// From 1, never given twice in its kind.
    public var id: Int
    /// What is asked.
    public var question: Question
}

/// The values of a watched question at every step up to the cursor.
public struct Series: Equatable, Sendable {
    /// The watch's number.
    public var id: Int
    /// What is asked.
    public var question: Question
    /// One per step, 0…cursor.
    public var values: [QuestionValue]

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
