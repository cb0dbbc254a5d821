// What encoding a text yields: the ids, and on request the record of how they came to be.

public import Traces

/// The tokens of a text.
public struct Encoding: Equatable, Sendable {
    /// The ids, in order.
    public internal(set) var ids: [Int] = []
    /// One per id, with its place in the text; empty when not recorded. Places follow each other without a gap from the
    /// first byte of the text to the last.
    public internal(set) var tokens: [Token] = []
    /// The pieces the text was cut into, with the way each became its tokens; empty when not recorded. Added tokens are pieces of their own.
    public internal(set) var pieces: [Piece] = []
    /// The bytes that decoding does not give back: the vocabulary cannot express them, or an added token swallows the
    /// white space beside it. Empty for nearly every text.
    public internal(set) var losses: [Loss] = []
    /// Why the text has no tokens, which is where the tokenizer's own file makes more work of it than any real file does of
    /// any text; nil everywhere else. Everything but this is empty then.
    package internal(set) var refusal: TokenizerError?

    /// A byte of the text that its tokens do not stand for.
    public struct Loss: Equatable, Sendable {
        /// What stands in the byte's place.
        public enum Remedy: String, Equatable, Sendable {
            /// The byte is no UTF-8 here: the tokens of U+FFFD, the replacement character, stand in its place.
            case replaced
            /// The byte is left out.
            case dropped
            /// The vocabulary's token for the unknown stands in its place.
            case unknown
        }

        /// The byte's place in the text.
        public var offset: Int
        /// The byte itself, as the normalizer left it.
        public var byte: UInt8
        /// What stands in its place.
        public var remedy: Remedy

        /// The loss of `byte` at `offset`.
        public init(offset: Int, byte: UInt8, remedy: Remedy) {
            self.offset = offset
            self.byte = byte
            self.remedy = remedy
        }
    }
}
