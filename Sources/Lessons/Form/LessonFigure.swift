// The figures that a screen or an exercise may have, by name. The book has a panel for each; a terminal prints lists.

enum LessonFigure {
    /// No figure: it would be the answer, or there is nothing to draw.
    static let none = "none"
    /// A step before its draw: what was drawn is the question.
    static let undrawn = "undrawn"

    static let names = [
        none, undrawn, "staircase", "ledger", "draw", "steps", "attention", "heads", "merges", "beams", "timeline",
        "cache", "cost", "compare", "lens", "inside",
    ]
}
