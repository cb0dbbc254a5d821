// Random texts of every script: ids and decoded texts as the tokenizers library, for small models of many kinds.
import Foundation
import JSONText
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Tokenizers

/// FNV-1a over bytes, as the golden files hold it: eight digits.
private func digest(_ bytes: some Sequence<UInt8>) -> String {
    var hash: UInt32 = 0x811C_9DC5
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
}

/// The digest of numbers, each with a comma after it.
private func digest(_ values: [Int]) -> String { digest(values.map { "\($0)," }.joined().utf8) }

struct FuzzTests {
    /// The committed file, or one of any length that `fuzz_tokenizers.py` has made.
    private static let rows: [JSONValue] = {
        if let folder = ProcessInfo.processInfo.environment["STEPGLASS_TOKENIZER_FUZZ"],
            let data = FileManager.default.contents(atPath: folder + "/fuzz.json")
        {
            return (try? JSONValue(parsing: [UInt8](data)))?.array ?? []
        }
        return (try? golden("fuzz")) ?? []
    }()

    @Test("random texts, ids and decoded texts as the tokenizers library", arguments: 1...24)
    func fuzz(_ place: Int) throws {
        try #require(Self.rows.count == 25)
        let row = Self.rows[place]
        let texts = Self.rows[0]["texts"]?.array?.compactMap(\.string) ?? []
        let name = row["name"]?.string ?? ""
        let tokenizer = try Tokenizer(tokenizerJSON: try #require(row["tokenizer"]))
        let ids = (row["ids"]?.string ?? "").split(separator: " ")
        let decoded = (row["texts"]?.string ?? "").split(separator: " ")
        #expect(ids.count == texts.count && !texts.isEmpty)
        var wrong: [String] = []
        for (number, text) in texts.enumerated() {
            let own = tokenizer.encode(Array(text.utf8), special: true, record: false).ids
            if digest(own) != ids[number] {
                wrong.append(
                    "\(name): \(text.debugDescription): \(own), not \(row["whole"]?.array?[number].integers ?? [])")
            }
            if decoded.isEmpty { continue }
            let back = String(decoding: tokenizer.decode(own, wholeText: true), as: UTF8.self)
            if digest(back.utf8.map { Int($0) }) != decoded[number] {
                wrong.append("\(name) decoded: \(back.debugDescription)")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(texts.count): \(wrong.prefix(3).joined(separator: "\n"))")
    }

    @Test("every record leads from symbols to tokens", arguments: 1...24)
    func records(_ place: Int) throws {
        try #require(Self.rows.count == 25)
        let tokenizer = try Tokenizer(tokenizerJSON: try #require(Self.rows[place]["tokenizer"]))
        for text in (Self.rows[0]["texts"]?.array ?? []).prefix(80) {
            let bytes = text.bytes
            let encoding = tokenizer.encode(bytes, special: true)
            #expect(encoding.ids == encoding.tokens.map(\.id) && encoding.ids == encoding.pieces.flatMap(\.ids))
            #expect(encoding.ids == tokenizer.encode(bytes, special: true, record: false).ids)
            #expect(encoding.tokens.allSatisfy { $0.start <= $0.end && $0.end <= bytes.count })
            for piece in encoding.pieces { expectReplay(piece) }
        }
    }

    /// Merges leave as many symbols as there are ids; the chosen edges are a path with the sums that they say.
    private func expectReplay(_ piece: Piece) {
        switch piece.explanation {
        case .merges(let merges):
            var symbols = piece.symbols
            for merge in merges {
                #expect(symbols[merge.index] == merge.left && symbols[merge.index + 1] == merge.right)
                symbols.replaceSubrange(merge.index...merge.index + 1, with: [merge.left + merge.right])
            }
        case .lattice(let edges):
            var (reached, total) = (0, 0.0)
            for edge in edges where edge.chosen {
                #expect(edge.start == reached)
                reached = edge.end
                total += edge.score
                #expect(abs(edge.total - total) < 1e-9)
            }
            #expect(reached == piece.symbols.count)
            // No edge that reaches the end has a larger sum.
            #expect(edges.allSatisfy { $0.end < piece.symbols.count || $0.total <= total + 1e-9 })
        case .longestMatch(let matches):
            var reached = 0
            for match in matches {
                #expect(match.start == reached && match.end > match.start)
                reached = match.end
                // The longest one looked up reached the end of the word.
                #expect(match.id == nil || match.end + match.tried == piece.symbols.count)
            }
            #expect(reached == piece.symbols.count)
            let ids = matches.map { $0.id }
            #expect(ids.contains(nil) ? piece.ids.count == 1 && ids.last == .some(nil) : ids == piece.ids.map { $0 })
        }
    }
}

@Suite(.needs(.vocabularies)) struct VocabularyTests {
    private static let rows = (try? golden("vocabularies")) ?? []

    private func file(_ name: String) throws -> GGUFFile {
        try GGUFFile(path: TestMachine.vocabularyFolder + "/" + name)
    }

    @Test("vocabularies of real models, ids of many texts as llama.cpp", arguments: 1..<max(2, rows.count))
    func broad(_ place: Int) throws {
        let row = try #require(Self.rows.count > place ? Self.rows[place] : nil)
        let file = try file(row["name"]?.string ?? "")
        let tokenizer: Tokenizer
        if let pre = row["pre"]?.string {
            let tokens = try GGUFTokens.list("tokens", of: file)
            let merges = try GGUFTokens.list("merges", of: file)
            tokenizer = try Tokenizer.bytePair(
                tokenCount: tokens.count, token: { tokens[$0] }, types: [], mergeCount: merges.count,
                merge: { merges[$0] }, preTokenizer: pre, addBOS: false)
        } else {
            tokenizer = try Tokenizer(file)
        }
        let texts = Self.rows[0]["texts"]?.array?.compactMap(\.string) ?? []
        let ids = (row["ids"]?.string ?? "").split(separator: " ")
        #expect(ids.count == texts.count && !texts.isEmpty)
        let wrong = texts.indices.filter {
            digest(tokenizer.encode(Array(texts[$0].utf8), framed: false, record: false).ids) != ids[$0]
        }
        #expect(wrong.isEmpty, "\(row["name"]?.string ?? "") \(row["pre"]?.string ?? ""): \(wrong.map { texts[$0] })")
    }

    @Test("the archive's own goldens")
    func goldens() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: TestMachine.vocabularyFolder).sorted()
        var count = 0
        for name in names where name.hasSuffix(".gguf.out") {
            let path = TestMachine.vocabularyFolder + "/" + name.dropLast(4)
            let tokenizer = try Tokenizer(GGUFFile(path: path))
            let input = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path + ".inp")), as: UTF8.self)
            let output = try String(decoding: Data(contentsOf: URL(fileURLWithPath: path + ".out")), as: UTF8.self)
            let texts = input.components(separatedBy: "\n__ggml_vocab_test__\n")
            let lines = output.components(separatedBy: "\n")
            for (text, line) in zip(texts, lines) {
                let ids = line.split(separator: " ").compactMap { Int($0) }
                #expect(
                    tokenizer.encode(Array(text.utf8), framed: false).ids == ids, "\(name): \(text.debugDescription)")
                count += 1
            }
        }
        #expect(count > 600)
    }
}
