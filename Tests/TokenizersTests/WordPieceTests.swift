// WordPiece: what is recorded of a word, and the three kinds of files that hold such a vocabulary.
import Foundation
import JSONText
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Tokenizers

struct WordPieceTests {
    private static let lines = [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "##ab", "##a", "aff", "國", ".", "unaff",
    ]

    private func folder(_ files: [String: String]) throws -> ModelFolder {
        let folder = try TemporaryFolder()
        for (name, text) in files { _ = try folder.write(name, Array(text.utf8)) }
        return try ModelFolder(path: folder.path, needsWeights: false)
    }

    @Test("a decoder of word pieces in a sequence keeps the steps before it")
    func sequence() throws {
        let json = try JSONValue(
            parsing: Array(
                #"{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"e"},"content":"E"},{"type":"WordPiece"}]}"#
                    .utf8))
        let decoder = try TokenDecoder(json)
        var budget = EncodingBudget(of: 9)
        #expect(decoder.bytes(of: Array("##he".utf8), &budget) == Array("hE".utf8))
        #expect(decoder.bytes(of: Array("the".utf8), &budget) == Array(" thE".utf8))
        #expect(decoder.bytes(of: Array("!".utf8), &budget) == Array("!".utf8))
        #expect(decoder.strippedBlanks == 1)
    }

    @Test("the longest token at each place, and how many longer ones were tried")
    func record() throws {
        let tokenizer = try Tokenizer(
            folder(["config.json": "{}", "vocab.txt": Self.lines.joined(separator: "\n") + "\n"]))
        let encoding = tokenizer.encode(Array("Unaffable [MASK] xyz國.".utf8), special: true)
        #expect(encoding.ids == [2, 13, 7, 4, 1, 11, 12, 3])
        let word = try #require(encoding.pieces.first { $0.symbols.count == 9 })
        #expect(
            word.explanation
                == .longestMatch([
                    LongestMatch(id: 13, start: 0, end: 5, spelled: Array("unaff".utf8), tried: 4),
                    LongestMatch(id: 7, start: 5, end: 9, spelled: Array("##able".utf8), tried: 0),
                ]))
        let unknown = try #require(encoding.pieces.first { $0.ids == [1] })
        #expect(
            unknown.explanation
                == .longestMatch([LongestMatch(id: nil, start: 0, end: 3, spelled: Array("xyz".utf8), tried: 3)]))
        #expect(encoding.losses.map { $0.remedy } == [.unknown, .unknown, .unknown])
        // Places tile the text: what was rewritten leads back to what was typed.
        #expect(zip(encoding.tokens, encoding.tokens.dropFirst()).allSatisfy { $0.end == $1.start })
        #expect(encoding.tokens.map { $0.end } == [0, 5, 9, 16, 20, 23, 24, 24])
        #expect(String(decoding: tokenizer.decode([13, 7, 12], wholeText: true), as: UTF8.self) == "unaffable.")
    }

    @Test("a word longer than the model's limit is unknown as a whole")
    func longWord() throws {
        let tokenizer = try Tokenizer(folder(["config.json": "{}", "vocab.txt": Self.lines.joined(separator: "\r\n")]))
        #expect(tokenizer.encode(Array(("un" + String(repeating: "a", count: 98)).utf8), framed: false).ids.count == 99)
        #expect(tokenizer.encode(Array(("un" + String(repeating: "a", count: 99)).utf8), framed: false).ids == [1])
    }

    @Test("settings of a folder: upper case and accents stay where it says so")
    func settings() throws {
        let lines = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "É", "é", "e"].joined(separator: "\n")
        func ids(_ settings: String) throws -> [Int] {
            let tokenizer = try Tokenizer(
                folder(["config.json": "{}", "vocab.txt": lines, "tokenizer_config.json": settings]))
            return tokenizer.encode(Array("É".utf8), framed: false).ids
        }
        #expect(try ids("{}") == [7])
        #expect(try ids(#"{"do_lower_case": false}"#) == [5])
        #expect(try ids(#"{"strip_accents": false}"#) == [6])
    }

    @Test("a vocabulary without the tokens around a text is refused")
    func missing() throws {
        #expect(throws: TokenizerError.malformed(place: "vocab.txt: the token \"[CLS]\"", expected: "in the list")) {
            try Tokenizer(folder(["config.json": "{}", "vocab.txt": "[UNK]\na\n"]))
        }
    }
}
