// Text from bytes that arrive in pieces: the same as decoding them at once, and nothing too early.
import Testing
import TestTools

@testable import Tokenizers

struct TextAssemblerTests {
    @Test("a character shows when its last byte comes")
    func characters() {
        var assembler = TextAssembler()
        #expect(assembler.feed([0xF0, 0x9F]) == "")
        #expect(assembler.peek([0x98]) == "")
        #expect(assembler.peek([0x98, 0x80, 0x41]) == "😀A")
        #expect(assembler.feed([0x98]) == "")
        #expect(assembler.feed([0x80]) == "😀")
        #expect(assembler.flush() == "")
    }

    @Test("what never completes is U+FFFD, when that is certain")
    func replacement() {
        var assembler = TextAssembler()
        #expect(assembler.feed([0xE4, 0xBA]) == "")
        #expect(assembler.feed([0x41]) == "\u{FFFD}A")
        #expect(assembler.feed([0xE4]) == "")
        #expect(assembler.flush() == "\u{FFFD}")
        #expect(assembler.flush() == "")
        // E0 80 can begin no character, so nothing is waited for.
        #expect(assembler.feed([0xE0, 0x80]) == "\u{FFFD}\u{FFFD}")
        #expect(assembler.feed([0xFF]) == "\u{FFFD}")
    }

    @Test("joined pieces are the whole, wherever the cuts fall")
    func joined() {
        var random = SplitMix64(state: 3)
        let leads: [UInt8] = [
            0x41, 0x80, 0xBF, 0xC2, 0xC1, 0xDF, 0xE0, 0xE4, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x90, 0xA0, 0x8F,
        ]
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? leads[Int.random(in: 0..<leads.count, using: &random)] : UInt8.random(in: 0...255, using: &random)
            }
            var assembler = TextAssembler()
            var text = ""
            var place = 0
            while place < bytes.count {
                let next = min(bytes.count, place + Int.random(in: 1...3, using: &random))
                let peeked = assembler.peek(bytes[place..<next])
                let fed = assembler.feed(bytes[place..<next])
                #expect(peeked == fed)
                text += fed
                place = next
            }
            text += assembler.flush()
            #expect(Array(text.utf8) == Array(String(decoding: bytes, as: UTF8.self).utf8), "\(bytes)")
        }
    }
}
