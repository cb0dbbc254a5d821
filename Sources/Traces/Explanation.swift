// How a piece of text became its tokens: one of three ways, whatever kind of tokenizer made them.

/// How a piece became its tokens. The set is closed: what shows a run knows these three, and a new kind of tokenizer
/// records itself as one of them.
public enum Explanation: Equatable, Sendable {
    /// Byte-pair encoding: every merge in the order taken (Sennrich et al. 2016).
    case merges([Merge])
    /// A unigram model: every token that could stand in the piece, and the path with the best sum of scores (Kudo 2018).
    case lattice([LatticeEdge])
    /// WordPiece: at each place the longest token that the vocabulary has (Schuster and Nakajima 2012).
    case longestMatch([LongestMatch])
}

/// One merge of byte-pair encoding: the symbols at `index` and `index + 1` became one.
public struct Merge: Equatable, Sendable {
    /// The rank in the merge list; lower ranks merge first. Where a vocabulary orders its merges by the score of the
    /// token that they make, the place in that order.
    public var rank: Int
    /// The place of the left symbol in the piece's symbols as they stood before this merge.
    public var index: Int
    /// The bytes of the left symbol.
    public var left: [UInt8]
    /// The bytes of the right symbol.
    public var right: [UInt8]

    /// A merge of `left` and `right`.
    public init(rank: Int, index: Int, left: [UInt8], right: [UInt8]) {
        self.rank = rank
        self.index = index
        self.left = left
        self.right = right
    }
}

/// A token that could stand at a place of a piece: an edge of the lattice over the piece's symbols.
///
/// Viterbi's algorithm: `total` = `score` + the largest `total` of the edges that end at `start` (0 where the piece
/// begins). The chosen edges are the path that ends with the largest total at the piece's end; they follow each other
/// from the first symbol to the last. An unknown token's edge is one symbol wide; a vocabulary with byte tokens spells it
/// in those, and only the piece's ids show them.
public struct LatticeEdge: Equatable, Sendable {
    /// The token.
    public var id: Int
    /// The symbols it covers: `start..<end`, at least one.
    public var start: Int
    /// After its last symbol.
    public var end: Int
    /// The token's score: the natural logarithm of its probability in the unigram model.
    public var score: Double
    /// The best sum of scores from the piece's beginning to this edge's end, with this edge as the last one.
    public var total: Double
    /// On the best path.
    public var chosen: Bool

    /// An edge over the symbols `start..<end`.
    public init(id: Int, start: Int, end: Int, score: Double, total: Double, chosen: Bool) {
        self.id = id
        self.start = start
        self.end = end
        self.score = score
        self.total = total
        self.chosen = chosen
    }
}

/// One step of longest-match-first: the longest token that begins where the one before it ended.
public struct LongestMatch: Equatable, Sendable {
    /// The token; nil where none fits: the whole piece then became the token for the unknown, and this step is the last.
    public var id: Int?
    /// The symbols it covers: `start..<end`; where none fits, those that were left.
    public var start: Int
    /// After its last symbol.
    public var end: Int
    /// What was looked up in the vocabulary, the mark of a word's continuation within ("##able").
    public var spelled: [UInt8]
    /// How many longer ones were looked up before and are no tokens.
    public var tried: Int

    /// A step over the symbols `start..<end`.
    public init(id: Int?, start: Int, end: Int, spelled: [UInt8], tried: Int) {
        self.id = id
        self.start = start
        self.end = end
        self.spelled = spelled
        self.tried = tried
    }
}
