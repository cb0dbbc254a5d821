// Numbers, labels and widths: each rule in the styles that there are.
import Phrases
import Testing

@Suite struct TextFormTests {
    @Test func numbersInBothStyles() {
        #expect(fixed(-1.005, 1) == "-1.0" && fixed(-1.005, 1, style: .typeset) == "−1.0")
        #expect(fixed(-0.001, 2) == "0.00", "no sign before what is rounded to nothing")
        #expect(fixed(.infinity, 2) == "inf" && fixed(-.infinity, 2, style: .typeset) == "−∞")
        #expect(fixed(2.5, 0) == "3" && fixed(0.4567, 3) == "0.457")
        #expect(trimmed(25, 6) == "25" && trimmed(0.5, 4) == "0.5" && trimmed(100, 0) == "100")
        #expect(grouped(49_123) == "49,123" && grouped(-1000, style: .typeset) == "−1,000")
        #expect(threeDigits(0) == "0" && threeDigits(0.0123) == "0.0123" && threeDigits(3.1e-7) == "3.10e-7")
        #expect(byteText(999).english == "999 bytes" && byteText(999).chinese == "999 位元組")
        #expect(byteText(33_949_000).english == "33.9 MB" && byteText(33_949_000).chinese == "33.9 MB")
    }

    @Test(arguments: [
        (0.0, "0", "0 %"), (1e-9, "<0.01%", "< 0.0001 %"), (0.00005, "<0.01%", "0.0050 %"), (0.05, "5.00%", "5.00 %"),
        (0.5, "50.0%", "50.0 %"), (0.9996, "99.96%", "99.96 %"), (0.999999, ">99.99%", "> 99.99 %"),
        (1, "100.0%", "100 %"),
    ])
    func percentNeverClaimsTooMuch(_ value: Double, _ plain: String, _ typeset: String) {
        #expect(percent(value) == plain)
        #expect(String(percent(value, style: .typeset).map { $0 == "\u{A0}" ? " " : $0 }) == typeset)
    }

    /// Every scalar that acts on a terminal or cannot be seen is shown by number, in each of the three forms.
    @Test func nothingInvisibleIsPrinted() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), isInvisible(scalar) else { continue }
            let text = String(Character(scalar))
            let forms = [visible(text), readable(Array(text.utf8)), quoted(Array(text.utf8))]
            for form in forms where form.unicodeScalars.contains(where: isInvisible) { Issue.record("\(value)") }
        }
        #expect(visible("a b\n\t\u{202E}") == "a␣b↵⇥⟨U+202E⟩")
        #expect(visible([0x9D], as: "喝") == "⟨9D⟩→喝" && visible([0xE5, 0x8F]) == "⟨E5 8F⟩")
        #expect(visible("\u{7}", as: .picture) == "⟨07⟩" && visible("\u{7}") == "⟨U+0007⟩")
        #expect(visible("👩\u{200D}🚀", as: .picture) == "👩\u{200D}🚀")
    }

    @Test(arguments: [
        ("臺", 2), ("e\u{301}", 1), ("\u{1112}\u{1161}\u{11AB}", 2), ("❤\u{FE0F}", 2), ("👩\u{200D}👧", 2), ("🇹🇼", 2),
        ("ﾊ", 1), ("Ａ", 2), ("\u{200B}", 0), ("\u{AD}", 0), ("·", 1),
    ])
    func columnsOfACharacter(_ text: String, _ width: Int) { #expect(columns(text) == width) }
}
