// What an encoding promises: exact bytes, offsets that tile the text, and merges that replay.
import JSONText
import TestTools
import Testing
import Traces

@testable import Tokenizers

@Suite(.needs(.smolLM2)) struct EncodingTests {
    /// A vocabulary with all 256 bytes, and one that lacks some.
    private func tokenizers() throws -> [Tokenizer] {
        let whole = try Tokenizer(tokenizerJSON: try #require(try golden("tokenizers")[0]["tokenizer"]))
        return [whole, try SmolLM2.shared.get().tokenizer()]
    }

    /// Checks an encoding against its text, and returns what is wrong.
    private func faults(_ encoding: Encoding, _ text: [UInt8], _ tokenizer: Tokenizer) -> [String] {
        var faults: [String] = []
        func check(_ holds: Bool, _ what: String) { if !holds { faults.append(what) } }
        check(encoding.ids == encoding.tokens.map(\.id), "tokens are the ids")
        check(encoding.ids == encoding.pieces.flatMap(\.ids), "pieces hold the ids")
        var place = 0
        for piece in encoding.pieces {
            check(piece.start == place && piece.bytes == Array(text[piece.start..<piece.end]), "pieces tile the text")
            place = piece.end
            check(replay(piece) == piece.ids.map(tokenizer.bytes), "merges lead from symbols to tokens")
        }
        check(place == text.count, "pieces reach the end")
        place = 0
        for token in encoding.tokens {
            check(token.start == place && token.end >= place, "tokens tile the text")
            place = token.end
            if encoding.losses.isEmpty {
                check(token.bytes == Array(text[token.start..<token.end]), "tokens are exact")
            }
            check(token.bytes == tokenizer.bytes(of: token.id), "bytes are the vocabulary's")
        }
        check(encoding.tokens.isEmpty || place == text.count, "tokens reach the end")
        let decoded = tokenizer.decode(encoding.ids)
        check(encoding.tokens.map(\.text).joined() == String(decoding: decoded, as: UTF8.self), "texts join")
        if encoding.losses.isEmpty { check(decoded == text, "decoding is exact") }
        check(tokenizer.encode(text, record: false).ids == encoding.ids, "recording changes nothing")
        return faults
    }

    /// The symbols of a piece after its merges.
    private func replay(_ piece: Piece) -> [[UInt8]]? {
        var symbols = piece.symbols
        for merge in piece.merges {
            guard merge.index + 1 < symbols.count, symbols[merge.index] == merge.left,
                symbols[merge.index + 1] == merge.right
            else { return nil }
            symbols.replaceSubrange(merge.index...merge.index + 1, with: [merge.left + merge.right])
        }
        return symbols
    }

    @Test("golden texts: exact, tiled, replayed")
    func goldenTexts() throws {
        for tokenizer in try tokenizers() {
            for row in try golden("llamacpp").dropFirst() {
                let text = try #require(row["text"]).bytes
                #expect(faults(tokenizer.encode(text), text, tokenizer) == [])
            }
        }
    }

    @Test("5,000 random byte strings: decode(encode(x)) is x, but for bytes that the vocabulary lacks")
    func randomBytes() throws {
        let tokenizers = try tokenizers()
        var random = SplitMix64(state: 1)
        let parts: [[UInt8]] = ["é", "中", "🙂", " ", "\n", "ab", "1", "'s", "<|end|>", "the "].map { Array($0.utf8) }
        for i in 0..<5000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                if i % 2 == 0 || Bool.random(using: &random) {
                    text.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    let part = parts[Int.random(in: 0..<parts.count, using: &random)]
                    text += part.prefix(Int.random(in: 1...part.count, using: &random))
                }
            }
            let whole = tokenizers[0].encode(text)
            #expect(whole.losses == [])
            #expect(faults(whole, text, tokenizers[0]) == [], "\(text)")
            let lacking = tokenizers[1].encode(text)
            #expect(faults(lacking, text, tokenizers[1]) == [], "\(text)")
            // Without the lost bytes the text is exact: a replacement character stands for each that was replaced.
            var expected: [UInt8] = []
            var losses = lacking.losses.makeIterator()
            var loss = losses.next()
            for (offset, byte) in text.enumerated() {
                if loss?.offset != offset { expected.append(byte); continue }
                if loss?.remedy == .replaced { expected += [0xEF, 0xBF, 0xBD] }
                loss = losses.next()
            }
            #expect(tokenizers[1].decode(lacking.ids) == expected, "\(text)")
        }
    }

    @Test("bytes without a token: as llama.cpp, U+FFFD for what is no UTF-8, nothing for the rest")
    func losses() throws {
        let tokenizer = try SmolLM2.shared.get().tokenizer()
        let invalid = tokenizer.encode([0x61, 0xFF, 0x62])
        #expect(invalid.ids == [81, 24211, 82])
        #expect(invalid.losses == [Encoding.Loss(offset: 1, byte: 0xFF, remedy: .replaced)])
        #expect(invalid.tokens.map(\.text) == ["a", "\u{FFFD}", "b"])
        let control = tokenizer.encode([0x61, 0x04, 0x62])
        #expect(control.ids == [81, 82])
        #expect(control.losses == [Encoding.Loss(offset: 1, byte: 0x04, remedy: .dropped)])
        // A byte that has a token is kept as it is, UTF-8 or not.
        let kept = tokenizer.encode([0x80])
        #expect(tokenizer.decode(kept.ids) == [0x80])
        #expect(kept.losses == [])
    }

    @Test("a long run without a break: the heap and the scan agree, recorded or not")
    func longRuns() throws {
        for tokenizer in try tokenizers() {
            for pattern in ["a", "ab", " ", "the", "\n"] {
                let text = Array(String(repeating: pattern, count: 30_000).utf8)
                let recorded = tokenizer.encode(text)
                #expect(faults(recorded, text, tokenizer) == [], "\(pattern)")
                // Ranks never fall while the lowest one is taken first and no merge makes a lower one.
                #expect(recorded.pieces.reduce(0) { $0 + $1.merges.count } + recorded.ids.count == text.count)
            }
        }
    }

    /// Pieces around the length at which merging changes from scanning to the heap.
    @Test("scan and heap take the same merges")
    func scanAndHeap() throws {
        let encoder = try #require(try SmolLM2.shared.get().tokenizer().pieceEncoder(true) as? BytePairEncoder)
        let model = encoder.model
        var random = SplitMix64(state: 2)
        let letters = Array("etaoinshrdluabcthe".utf8)
        for _ in 0..<300 {
            let word = (0..<80).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }
            var merger = BytePairMerger(pairs: model.pairs, recording: true)
            var heap = BytePairMerger(pairs: model.pairs, recording: true)
            for (place, byte) in word.enumerated() {
                merger.append(model.idOfByte[Int(byte)], place)
                heap.append(model.idOfByte[Int(byte)], place)
            }
            merger.scan()
            heap.mergeByHeap()
            #expect(merger.ids == heap.ids)
            #expect(merger.starts == heap.starts)
            #expect(merger.taken.map(\.rank) == heap.taken.map(\.rank))
            #expect(merger.taken.map(\.index) == heap.taken.map(\.index))
        }
    }

    @Test("control tokens only on request, pieces of their own")
    func specialTokens() throws {
        let tokenizer = try SmolLM2.shared.get().tokenizer()
        let text = Array("<|im_start|>user\nHi<|im_end|>".utf8)
        let plain = tokenizer.encode(text)
        #expect(plain.tokens.filter(\.special) == [])
        let special = tokenizer.encode(text, special: true)
        #expect(special.ids.first == 1 && special.ids.last == 2)
        #expect(special.tokens.filter(\.special).map(\.text) == ["<|im_start|>", "<|im_end|>"])
        #expect(special.pieces.first?.symbols == [Array("<|im_start|>".utf8)])
        #expect(special.pieces.first?.merges == [])
        #expect(tokenizer.decode(special.ids) == text)
        // An unfinished character in front of a control token shows there, not after it.
        let cut = tokenizer.encode([0xE4, 0xBA] + text, special: true)
        #expect(cut.tokens.map(\.text).joined() == "\u{FFFD}<|im_start|>user\nHi<|im_end|>")
        #expect(cut.tokens.first { $0.special }?.text == "<|im_start|>")
    }

    @Test("the first token where the model wants one")
    func framed() throws {
        let model = try tokenizer(
            byteTokens + ["<s>"], types: [Int](repeating: 1, count: 256) + [3], bos: 256, addBOS: true)
        let framed = model.encode(Array("hi".utf8))
        #expect(framed.ids == [256, 104, 105])
        #expect(framed.tokens[0].start == 0 && framed.tokens[0].end == 0)
        #expect(model.encode(Array("hi".utf8), framed: false).ids == [104, 105])
        #expect(model.encode([]).ids == [256])
    }

    @Test("white space that an added token swallows is lost, and said to be")
    func swallowed() throws {
        let tokenizer = try tokenizers()[0]
        let text = Array("on the cat \n mat".utf8)
        let encoding = tokenizer.encode(text)
        #expect(faults(encoding, text, tokenizer) == [])
        #expect(encoding.losses.map(\.offset) == [10, 11, 12])
        #expect(String(decoding: tokenizer.decode(encoding.ids), as: UTF8.self) == "on the catmat")
    }

    @Test("ids outside the vocabulary decode to nothing")
    func outside() throws {
        let model = try tokenizer(byteTokens)
        #expect(model.decode([-1, 97, 256, .max]) == [97])
        #expect(model.bytes(of: 256) == [])
        #expect(!model.isSpecial(-1))
    }
}
