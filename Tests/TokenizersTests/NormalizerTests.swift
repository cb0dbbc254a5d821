// The normalizer NFC: as the tokenizers library's, with places in the text as it was given.
import Digests
import Foundation
import JSONText
import ModelFiles
import Testing
import Traces

@testable import Tokenizers

struct NormalizerTests {
    private let nfc = Normalizer(steps: [.form(.c)])

    @Test("ids and places as the tokenizers library")
    func tokens() throws {
        let row = try golden("nfc")[0]
        let tokenizer = try Tokenizer(tokenizerJSON: try #require(row["tokenizer"]))
        for item in row["cases"]?.array ?? [] {
            let text = try #require(item["text"]).bytes
            let encoding = tokenizer.encode(text)
            #expect(encoding.ids == item["ids"]?.integers, "\(item["text"]?.string ?? "")")
            // The reference counts in characters: a token that begins inside of one begins with it.
            let starts = encoding.tokens.map { token in
                (0...token.start).last { $0 == text.count || text[$0] & 0xC0 != 0x80 }
            }
            #expect(starts == item["starts"]?.integers, "\(item["text"]?.string ?? "")")
            #expect(encoding.tokens.isEmpty || encoding.tokens[encoding.tokens.count - 1].end == text.count)
            #expect(encoding.losses == [])
            #expect(tokenizer.encode(text, record: false).ids == encoding.ids)
            // Added tokens are spelled as the file has them.
            if encoding.ids.allSatisfy({ $0 < 300 }) { #expect(tokenizer.decode(encoding.ids) == nfc.apply(text)) }
            var place = 0
            for piece in encoding.pieces {
                #expect(piece.start == place && piece.bytes == Array(text[piece.start..<piece.end]))
                place = piece.end
            }
        }
    }

    /// Every character in five places: alone, after marks of a low and a high class, before one, after a letter.
    @Test("the form of every character, as the reference's tables have it")
    func everyCharacter() throws {
        let ranges: [Range<UInt32>] = [0..<0xD800, 0xE000..<0x20000, 0x2F800..<0x2FA20, 0xE0000..<0xE0200]
        let scalars = ranges.joined().compactMap(Unicode.Scalar.init)
        let blocks = try #require(try golden("nfc")[1]["blocks"]?.string).split(separator: " ")
        var wrong: [String] = []
        for (block, digest) in blocks.enumerated() {
            var text = ""
            for c in scalars[block * 4096..<min((block + 1) * 4096, scalars.count)] {
                text.unicodeScalars.append(contentsOf: [c, " ", "a", "\u{316}", c, "\u{345}", c, "\u{301}", "e", c])
            }
            let own = sha256(of: nfc.apply(Array(text.utf8))).hexadecimal
            if !own.hasPrefix(digest) { wrong.append(String(scalars[block * 4096].value, radix: 16)) }
        }
        #expect(blocks.count == (scalars.count + 4095) / 4096 && wrong == [])
    }

    @Test("what decomposes is composed again, unless Unicode excludes it")
    func compositions() throws {
        let row = try golden("nfc")[2]
        let apart = try #require(row["apart"]).bytes
        #expect(nfc.apply(apart) == row["composed"]?.bytes)
        #expect(nfc.apply(nfc.apply(apart)) == nfc.apply(apart))
    }

    @Test("bytes that are no UTF-8 stay, and part what would join")
    func otherBytes() {
        let cases: [([UInt8], [UInt8])] = [
            ([0x65, 0xFF, 0xCC, 0x81], [0x65, 0xFF, 0xCC, 0x81]),
            ([0xFF, 0x65, 0xCC, 0x81, 0xFE], [0xFF, 0xC3, 0xA9, 0xFE]),
            ([0x65, 0xCC], [0x65, 0xCC]), ([], []), (Array("plain".utf8), Array("plain".utf8)),
        ]
        for (text, form) in cases { #expect(nfc.apply(text) == form) }
    }

    @Test("100,000 marks on one letter take no quadratic time, and keep their order within a class")
    func manyMarks() {
        let text = "a" + String(repeating: "\u{301}\u{316}", count: 50_000)
        let form = nfc.apply(Array(text.utf8))
        let marks = String(repeating: "\u{316}", count: 50_000) + String(repeating: "\u{301}", count: 49_999)
        #expect(form == Array(("\u{E1}" + marks).utf8))
    }
}
