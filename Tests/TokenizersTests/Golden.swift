// Golden files, and the vocabularies that tests work with.
import Foundation
import JSONText
import ModelFiles
import TestTools
import Testing

@testable import Tokenizers

/// The rows of a golden file in Fixtures, made by make_fixtures.py.
func golden(_ name: String) throws -> [JSONValue] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try #require(try JSONValue(parsing: [UInt8](try Data(contentsOf: url))).array)
}

extension Normalizer {
    /// The text rewritten.
    func apply(_ text: [UInt8]) -> [UInt8] {
        var budget = EncodingBudget(of: text.count)
        return apply(text, &budget)
    }
}

extension JSONValue {
    var integers: [Int] { array?.compactMap(\.int) ?? [] }
    var bytes: [UInt8] { Array((string ?? "").utf8) }
}

/// The files of GPT-2's vocabulary.
func gpt2File(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: TestMachine.gpt2Folder + "/" + name)))
}

/// SmolLM2's vocabulary, read from its GGUF file once, and tokenizers built from it.
struct SmolLM2 {
    static let shared = Result { try SmolLM2() }

    private let file: GGUFFile
    private let types: [Int]

    init() throws {
        file = try GGUFFile(path: TestMachine.smolLM2)
        types = try file.require(file.integers("tokenizer.ggml.token_type"), "tokenizer.ggml.token_type")
    }

    /// The tokenizer, with further user-defined tokens after its own.
    func tokenizer(_ preTokenizer: String = "smollm", userDefined: [String] = []) throws -> Tokenizer {
        let tokens = try file.require(file.strings("tokenizer.ggml.tokens"), "tokenizer.ggml.tokens")
        let merges = try file.require(file.strings("tokenizer.ggml.merges"), "tokenizer.ggml.merges")
        let more = TextList(userDefined)
        return try Tokenizer.bytePair(
            tokenCount: tokens.count + userDefined.count,
            token: { $0 < tokens.count ? tokens[$0] : more[$0 - tokens.count] },
            types: types + userDefined.map { _ in 4 }, mergeCount: merges.count, merge: { merges[$0] },
            preTokenizer: preTokenizer, bos: 1, eos: 2, addBOS: false)
    }
}

/// Texts in memory that stays where it is while the list lives, as a mapped file's does.
final class TextList: @unchecked Sendable {  // never changed after init
    private let storage: [UnsafeMutableBufferPointer<UInt8>]

    init(_ texts: [String]) {
        storage = texts.map { text in
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
            _ = copy.initialize(from: text.utf8)
            return copy
        }
    }

    deinit { for text in storage { text.deallocate() } }

    subscript(index: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(storage[index]) }
}

/// The byte alphabet, all 256 tokens in the order of their bytes.
let byteTokens = ByteAlphabet().scalarOfByte.map { String($0) }

/// A tokenizer over tokens and merges given here, from memory, as from a GGUF file.
func tokenizer(
    _ tokens: [String], types: [Int] = [], merges: [String] = [], pre: String = "gpt-2", bos: Int? = nil,
    eos: Int? = nil, addBOS: Bool? = false
) throws(TokenizerError) -> Tokenizer {
    let texts = TextList(tokens)
    let pairs = TextList(merges)
    return try Tokenizer.bytePair(
        tokenCount: tokens.count, token: { texts[$0] }, types: types, mergeCount: merges.count, merge: { pairs[$0] },
        preTokenizer: pre, bos: bos, eos: eos, addBOS: addBOS)
}
