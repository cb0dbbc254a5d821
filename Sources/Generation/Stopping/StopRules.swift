// When generation ends, and which bytes may be shown meanwhile.

internal import Phrases
public import Traces

/// Watches the tokens of one run. A value: a copy taken before a step brings its rules back when the step is undone.
///
/// Bytes that may begin a stop string are held back until it is clear that they do not. The first stop string to be
/// complete counts, wherever the tokens were cut; of several complete at the same byte, the longest.
public struct StopRules: Equatable, Sendable {
    private var endTokens: Set<Int>
    private let maxTokens: Int
    /// How many tokens fit behind the prompt; .max when the context is not limited.
    private let room: Int
    private let texts: TextSet
    /// What stands at the end of the bytes, in ``texts``.
    private var state = 0
    private var held: [UInt8] = []
    /// How many tokens were fed.
    public private(set) var tokenCount = 0
    /// Why the run ended; nil while it goes on.
    public private(set) var finish: FinishReason?
    /// The stop string that ended the run.
    public private(set) var stopText: [UInt8]?

    /// - Parameters:
    ///   - stop: stop strings as bytes, none empty.
    ///   - contextLength: positions of the context (prompt included), nil for no limit. `.context` is reported with the
    ///     token that fills the last of them.
    public init(
        endTokens: some Sequence<Int>, stop: [[UInt8]] = [], maxTokens: Int = .max, promptLength: Int = 0,
        contextLength: Int? = nil
    ) {
        self.endTokens = Set(endTokens)
        self.maxTokens = maxTokens
        room = contextLength.map { max($0 - promptLength, 0) } ?? .max
        texts = TextSet(stop)
    }

    /// The rules that the settings ask for.
    ///
    /// - Parameters:
    ///   - endTokens: the ids that end the run.
    ///   - promptLength: tokens of the prompt.
    ///   - contextLength: positions of the context, prompt included; nil for no limit.
    public init(settings: Settings, endTokens: some Sequence<Int>, promptLength: Int, contextLength: Int?) {
        self.init(
            endTokens: endTokens, stop: settings.stop.map { Array($0.utf8) }, maxTokens: settings.maxTokens,
            promptLength: promptLength, contextLength: contextLength)
    }

    /// The same rules with other end tokens, without building the rest again.
    public func with(endTokens: some Sequence<Int>) -> StopRules {
        var rules = self
        rules.endTokens = Set(endTokens)
        return rules
    }

    /// Takes the next token: which bytes can be shown now, and whether the run ends here.
    ///
    /// An end token shows nothing. When the run ends for another reason than a stop string, held-back bytes are given out.
    /// The reasons are tried in the order eos, stop, length, context.
    public mutating func feed(token: Int, bytes: [UInt8]) -> (emit: [UInt8], finish: FinishReason?) {
        precondition(finish == nil, "fed after the end")
        tokenCount += 1
        var emit: [UInt8] = []
        if endTokens.contains(token) {
            finish = .eos
        } else {
            if texts.texts.isEmpty { emit = bytes } else { feed(bytes, &emit) }
            if stopText != nil {
                finish = .stop
                return (emit, finish)
            }
            if tokenCount >= maxTokens {
                finish = .length
            } else if tokenCount >= room {
                finish = .context
            }
        }
        if finish != nil {
            emit += held
            held = []
        }
        return (emit, finish)
    }

    /// Once a token: what is held back may be long, and is moved as a whole.
    private mutating func feed(_ bytes: [UInt8], _ emit: inout [UInt8]) {
        for byte in bytes {
            held.append(byte)
            state = texts.next(state, byte)
            guard let longest = texts.longest(state) else { continue }
            stopText = texts.texts[longest]
            // The text is cut before the stop string. `held` reaches back at least as far as any match.
            emit = Array(held.dropLast(texts.texts[longest].count))
            held = []
            return
        }
        let open = texts.begun(state)
        emit = Array(held.dropLast(open))
        held = Array(held.suffix(open))
    }
}
