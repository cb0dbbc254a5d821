// The texts that end a repetition, in a model's tokens.

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
        for text in texts {
            let wanted = Array(text.utf8.prefix(Self.longestText))
            if wanted.isEmpty { continue }
            for id in 0..<vocabularySize {
                let word = bytes(id)
                let places = word.indices.filter {
                    word[$0...].prefix(wanted.count).elementsEqual(wanted.prefix(word.count - $0))
                }
                if places.contains(where: { $0 + wanted.count <= word.count }) {
                    add([id])
                } else {
                    for place in places {
                        add([id] + encode(Array(wanted[(word.count - place)...])).prefix(Self.longestTail))
                    }
                }
            }
        }
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
