// Scripts that join their letters, and texts that are read from right to left.
import Testing
import Traces

@testable import Figures

@Suite struct DirectionTests {
    private let fonts: FontBook

    init() throws { fonts = try FontBook() }

    /// The glyphs of a line from left to right.
    private func glyphs(_ text: String) -> [UInt32] {
        fonts.layout(text, size: 24).glyphs.sorted { $0.x < $1.x }.compactMap { placed in
            if case .glyph(let glyph) = placed.shape { glyph.index } else { nil }
        }
    }

    /// What each character looks like alone, in the order given.
    private func alone(_ characters: String) throws -> [UInt32] {
        try characters.unicodeScalars.map { try #require(fonts.glyph(for: $0, weight: .regular)).index }
    }

    /// Unicode has a code for each form of an Arabic letter; the font has one picture for the form and for its code.
    /// In the order of drawing: meem alone, lam with alef at the end of what seen begins.
    @Test func arabicLettersTakeTheFormTheirNeighboursAsk() throws {
        #expect(try glyphs("سلام") == alone("م\u{FEFC}\u{FEB3}"))
        #expect(try glyphs("بيت") == alone("\u{FE96}\u{FEF4}\u{FE91}"))
        #expect(try glyphs("بيت") != alone("تيب"))
        // A stroke that lengthens a word joins too; a word alone ends at a space.
        #expect(try glyphs("بـ") == alone("ـ\u{FE91}"))
        #expect(try glyphs("ب ب") == alone("ب ب"))
    }

    @Test func joinedLettersTouch() throws {
        #expect(try columns("بتب").count == 1)
        #expect(try columns("ب ت ب").count == 3)
    }

    /// Stretches of columns with ink in them, the dots over and under the letters left out.
    private func columns(_ text: String) throws -> [ClosedRange<Int>] {
        var canvas = try Canvas(width: 300, height: 120, paper: RGB(255, 255, 255))
        fonts.draw(
            fonts.layout(text, size: 60), on: &canvas, x: 10, y: 80, ink: canvas.color(RGB(0, 0, 0)))
        let inked = (0..<300).filter { x in (60..<82).contains { y in canvas.pixels[y * 300 + x] != 0 } }
        var stretches: [ClosedRange<Int>] = []
        for x in inked {
            if let last = stretches.last, last.upperBound == x - 1 {
                stretches[stretches.count - 1] = last.lowerBound...x
            } else {
                stretches.append(x...x)
            }
        }
        return stretches
    }

    /// Each text, and how it lies on the paper from left to right.
    @Test(arguments: [
        ("אבג", "גבא"), ("abc אבג def", "abc גבא def"), ("אב 12 גד", "דג 12 בא"), ("אב12", "12בא"), ("(א) ב", "ב (א)"),
        ("␣שלום", "םולש␣"), ("אב ABC גד", "דג ABC בא"), ("x — א1, 41", "x — 41 ,1א"),
        ("x — \u{2068}א1\u{2069}, 41", "x — 1א, 41"), ("אב…", "…בא"),
    ])
    func textLiesInTheOrderOfUnicodesRules(text: String, drawn: String) throws {
        #expect(try glyphs(text) == alone(drawn))
    }

    @Test func aLabelInASentenceKeepsItsDirectionToItself() {
        #expect(isolated("the") == "the" && isolated("臺灣 12") == "臺灣 12")
        #expect(isolated("␣אב") == "\u{2068}␣אב\u{2069}")
    }

    /// Points stand under and over their letter and take no room beside it.
    @Test func pointsStandAtTheirLetter() throws {
        let plain = fonts.layout("ש", size: 40)
        let pointed = fonts.layout("שָׁ", size: 40)
        #expect(abs(pointed.width - plain.width) < 0.01)
        #expect(pointed.glyphs.count >= plain.glyphs.count)
        #expect(fonts.missing.isEmpty)
    }

    /// Latin and Chinese are drawn character by character, as they always were: no ligature, no other spacing.
    @Test func plainScriptsAreLeftAsTheyAre() throws {
        for text in ["office fjord", "Ταΐπεϊ", "Тайбэй", "臺北 101", "e\u{301}"] {
            #expect(try glyphs(text) == alone(text))
            #expect(textItems(Array(text)[...]).count == 1 && !textItems(Array(text)[...])[0].isShaped)
        }
        #expect(!textItems(Array("नमस्ते")[...]).contains { !$0.isShaped })
    }

    @Test func bytesOfACharacterThatIsNotWholeEndTheContext() {
        func token(_ bytes: [UInt8], _ text: String) -> Token {
            Token(id: 0, bytes: bytes, text: text, start: 0, end: 0, special: false)
        }
        let tokens = [token([0x61], "a"), token([0xE8, 0x87], ""), token([0xBA], "臺")]
        #expect(contextEnd(tokens, upTo: 2) == "a⟨E8 87⟩")
        #expect(contextEnd(tokens, upTo: 3) == "a臺")
        #expect(contextEnd([token([0xE8], "\u{FFFD}")], upTo: 1) == "⟨E8⟩")
    }
}
