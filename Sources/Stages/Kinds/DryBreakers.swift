// The texts that end a repetition, in a model's tokens.
internal import Phrases

/// The texts that end a repetition for ``DRY``, as token sequences.
public struct DryBreakers: Equatable, Sendable {
    /// First token → the rests of the sequences that begin with it.
    private var tails: [Int: [[Int]]] = [:]
    /// The tokens that are a breaker by themselves.
    private(set) var single: Set<Int> = []

    /// As llama.cpp cuts longer ones off.
    private static let longestText = 40
    private static let longestTail = 20

    /// Breakers given as token ids; empty sequences mean nothing.
    public init(sequences: [[Int]] = []) { for sequence in sequences { add(sequence) } }

    /// Finds every way the texts can stand in tokens: tokens that hold a text whole, and tokens whose end begins one,
    /// with the rest of the text encoded behind them.
    ///
    /// - Parameters:
    ///   - texts: the breakers, for example newline, colon, quotation mark, asterisk. Empty ones mean nothing.
    ///   - bytes: what a token stands for.
    ///   - encode: the tokens of the rest of a text.
    public init(
        texts: [String], vocabularySize: Int, bytes: (Int) -> [UInt8], encode: ([UInt8]) -> [Int]
    ) {
        let texts = Self.set(texts)
        /// The rests behind a beginning: the same for every token that ends with it.
        var rests: [Int: [(text: Int, tail: [Int])]] = [:]
        for id in 0..<vocabularySize {
            let (whole, state) = Self.read(bytes(id), texts)
            if !whole.isEmpty { add([id]) }
            for beginning in texts.open(state) {
                let known = rests[beginning]
                let behind =
                    known
                    ?? texts.texts(longerThan: beginning).map { text in
                        (
                            text,
                            Array(encode(Array(texts.texts[text][texts.begun(beginning)...])).prefix(Self.longestTail))
                        )
                    }
                if known == nil { rests[beginning] = behind }
                let tails = behind.filter { !whole.contains($0.text) }.map { $0.tail }
                if tails.contains(where: { $0.isEmpty }) { single.insert(id) }
                self.tails[id, default: []] += tails
            }
        }
    }

    /// The tokens with a text in them that holds a breaker, each a breaker by itself.
    static func holding(_ texts: [String], among labels: [String]) -> [[Int]] {
        let texts = set(texts)
        return labels.indices.filter { !read(Array(labels[$0].utf8), texts).whole.isEmpty }.map { [$0] }
    }

    private static func set(_ texts: [String]) -> TextSet { TextSet(texts.map { Array($0.utf8.prefix(longestText)) }) }

    /// The texts that stand in a word whole, and the state at its end.
    private static func read(_ word: [UInt8], _ texts: TextSet) -> (whole: Set<Int>, state: Int) {
        var (whole, state) = (Set<Int>(), 0)
        for byte in word {
            state = texts.next(state, byte)
            if texts.longest(state) != nil { whole.formUnion(texts.ended(state)) }
        }
        return (whole, state)
    }

    private mutating func add(_ sequence: [Int]) {
        guard let head = sequence.first else { return }
        let tail = Array(sequence.dropFirst())
        if tail.isEmpty { single.insert(head) }
        if tails[head]?.contains(tail) != true { tails[head, default: []].append(tail) }
    }

    /// How many tokens follow the last breaker; nil without one. Of several beginning at one token the longest counts.
    func distanceFromEnd(of tokens: [Int]) -> Int? {
        for place in tokens.indices.reversed() {
            guard let candidates = tails[tokens[place]] else { continue }
            let matching = candidates.filter { tokens[(place + 1)...].starts(with: $0) }
            if let longest = matching.map({ $0.count }).max() { return tokens.count - 1 - place - longest }
        }
        return nil
    }
}
