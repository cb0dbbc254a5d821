// A step as a few sentences that anybody can read: what was read, what seemed likely, what the stages did, and how the
// token was taken. The page, the debugger and requests tell it; none of them words it anew.

public import Phrases
public import Traces

/// One step told as a story.
public struct Story: Equatable, Sendable {
    /// What there is to tell, in the order of telling; never empty.
    public var situations: [Situation]

    /// A story of these situations.
    public init(_ situations: [Situation]) { self.situations = situations }

    /// The sentences in one language, one after the other.
    public func text(_ language: Language) -> StoryText {
        var text = StoryText()
        for situation in situations {
            let sentence = situation.sentence
            if !text.pieces.isEmpty && language == .english { text.append(" ") }
            for piece in (language == .english ? sentence.english : sentence.chinese).pieces { text.append(piece) }
        }
        return text
    }

    /// The whole as plain text.
    public var phrase: Phrase { Phrase(text(.english).plain, text(.chinese).plain) }
}

/// A token as a story calls it, with its share of a distribution.
public struct StoryToken: Equatable, Sendable {
    /// The token's id.
    public var id: Int
    /// Its characters without blanks at the ends; what cannot be read that way by its signs or bytes.
    public var name: String
    /// In 0…1, of the distribution that the sentence speaks of.
    public var share: Double

    /// A token by its name.
    public init(id: Int, name: String, share: Double) {
        (self.id, self.name, self.share) = (id, name, share)
    }
}

/// Something that a step's record shows, with what shows it.
public enum Situation: Equatable, Sendable {
    /// So many tokens stood before the choice.
    case read(count: Int, last: LastRead)
    /// So many heads gave nothing.
    case headsOff(count: Int)
    /// So many tokens before the last were not to be found in the cache.
    case entriesLost(count: Int)
    /// What seemed likely before the stages.
    case thought(Thought)
    /// What the stages did.
    case deed(Deed)
    /// How the token was taken.
    case choice(Choice)
    /// Another random number, so near, would have given the other token.
    case nearMiss(StoryToken, by: Double, isSmaller: Bool)
    /// The run ended with the step.
    case ended(FinishReason)

    /// Whose the last token before the choice was.
    public enum LastRead: Equatable, Sendable {
        /// The prompt's.
        case prompt
        /// The model's own.
        case own
        /// Put in by hand.
        case byHand
    }

    /// What seemed likely before the stages.
    public enum Thought: Equatable, Sendable {
        /// The favourite had nearly all.
        case sure(StoryToken)
        /// The favourite, ahead of the others.
        case favourite(StoryToken)
        /// The second was nearly as likely as the first.
        case nearTie(StoryToken, StoryToken)
        /// Even the favourite had little.
        case undecided(StoryToken)
    }

    /// What the stages did.
    public enum Deed: Equatable, Sendable {
        /// The stage struck the favourite out, and another token led from then on.
        case barred(stage: String, leader: StoryToken)
        /// The stage put another token ahead of the favourite.
        case overtaken(stage: String, leader: StoryToken)
        /// The stage moved the favourite's logit, and it still led.
        case shifted(stage: String, isRaised: Bool)
        /// Temperature above 1 brings the chances closer together, below 1 apart.
        case scaled(temperature: Double)
        /// The stages left so many tokens.
        case cut(stages: [String], left: Int)
        /// What the leading token had in the end, where that is another share than at first.
        case share(StoryToken)
    }

    /// How the token was taken.
    public enum Choice: Equatable, Sendable {
        /// Put in by hand; its share of what it would have been drawn from, or the stage that had struck it out.
        case forced(StoryToken, struckBy: String?)
        /// By the beam search.
        case searched(StoryToken)
        /// Temperature 0.
        case greedy
        /// Without a draw, and the record does not say how.
        case taken(StoryToken)
        /// One token was left.
        case onlyOne
        /// Between two that were nearly level.
        case tieBroken(StoryToken)
        /// The leader was drawn.
        case drawn(StoryToken)
        /// Another than the leader was drawn.
        case drawnInstead(StoryToken)
        /// A token that the record does not list was drawn.
        case drawnUnlisted
        /// A token of little share was drawn.
        case lucky(StoryToken)
    }
}
