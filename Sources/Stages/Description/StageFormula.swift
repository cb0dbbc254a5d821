// A stage's formula as the page shows it beside a value, with that value's own numbers in it: data, filled in by the page.
public import Phrases

/// One way a stage may have dealt with a token. The first of a stage's formulas whose condition holds is shown.
public struct StageFormula: Equatable, Sendable {
    /// What became of the token's logit at the stage.
    public enum Condition: String, CaseIterable, Sendable {
        /// Holds for every token.
        case always
        /// The logit is the same after the stage.
        case unchanged
        /// The logit before the stage is above 0.
        case positive
        /// The stage removed the token.
        case removed
    }
    /// What may stand in braces in ``numbers``, beside `{=name}`: the record's number of that name, four decimals.
    public enum Value: String, CaseIterable, Sendable {
        /// The logit before the stage and after it; "out" when it was removed.
        case before, after
        /// How much the stage took off the logit.
        case shift
        /// The record's first number as it stands.
        case first
        /// ``shift`` over ``first``, rounded: how often the stage took its number off.
        case count
        /// All of the record's numbers by name, in brackets; empty when there are none.
        case parameters
        /// The smallest logit that stayed, when all that stayed are listed.
        case edge
        /// The token's logit less the largest, and e to the power of that.
        case depth, ratio
        /// The token's probability before the stage, and the sum of those of all better tokens, where they are known.
        case share, better
    }

    /// The tokens that the formula is for.
    public let when: Condition
    /// The formula in symbols.
    public let rule: Phrase
    /// With values in braces; the first whose values are all known is shown.
    public let numbers: [String]
    /// What the formula says, in a sentence.
    public let note: Phrase

    /// A formula; `numbers` are lines with values in braces, tried in this order.
    public init(_ when: Condition = .always, _ rule: Phrase, _ numbers: String..., note: Phrase) {
        (self.when, self.rule, self.numbers, self.note) = (when, rule, numbers, note)
    }

    /// The rule beside what became of the logit.
    public static func rule(_ rule: String, note: Phrase) -> StageFormula {
        StageFormula(.always, Phrase(same: rule), "{before} → {after}{parameters}", note: note)
    }

    /// For a stage that changes some tokens' logits, before its own formulas.
    public static let untouched = StageFormula(
        .unchanged, Phrase(same: "z′ = z"), "{before}",
        note: Phrase("This stage leaves the token as it is.", "這個階段不影響此詞元。"))
}
