// Labels, fonts, line breaks, numbers.
import Phrases
import Testing
import Traces

@testable import Figures

@Suite struct TextTests {
    @Test func labelsShowWhatCannotBeSeen() {
        #expect(tokenLabel(token(" the")) == "␣the")
        #expect(tokenLabel(token("a b\n\t")) == "a␣b↵⇥")
        #expect(tokenLabel(token("\u{1B}[0m")) == "⟨1B⟩[0m")
        #expect(tokenLabel(token("\u{202E}x")) == "⟨U+202E⟩x")
        #expect(tokenLabel(token("\u{3000}")) == "⟨U+3000⟩")
        #expect(tokenLabel(token("\u{301}")) == "◌\u{301}")
        #expect(tokenLabel(token("臺灣")) == "臺灣")
        #expect(tokenLabel(token("")) == "⟨⟩")
    }

    @Test func bytesOfUnfinishedCharactersStandAsBytes() {
        func label(_ bytes: [UInt8], _ text: String) -> String {
            tokenLabel(Token(id: 0, bytes: bytes, text: text, start: 0, end: 0, special: false))
        }
        #expect(label([0xE5], "") == "⟨E5⟩")
        #expect(label([0xE8, 0x87], "") == "⟨E8 87⟩")
        // The token that completes 臺 says so.
        #expect(label([0xBA], "臺") == "⟨BA⟩臺")
        #expect(label([0x8B, 0x20], "👋 ") == "⟨8B⟩👋␣")
        #expect(label([0xFF, 0x41], "\u{FFFD}A") == "⟨FF⟩A")
        // Surrogates and overlong forms are no characters.
        #expect(label([0xED, 0xA0, 0x80], "") == "⟨ED A0 80⟩")
        #expect(label([0xC0, 0xAF], "") == "⟨C0 AF⟩")
    }

    @Test func aTooLongTextEndsInDotsAndFits() throws {
        let fonts = try FontBook()
        let whole = fonts.layout("antidisestablishmentarianism", size: 20)
        let cut = fonts.layout("antidisestablishmentarianism", size: 20, limit: 120)
        #expect(whole.width > 200)
        #expect(cut.width <= 120 && cut.width > 95)
        #expect(fonts.layout("short", size: 20, limit: 120).width < 60)
        #expect(fonts.layout("", size: 20, limit: 120).width == 0)
    }

    @Test func aCharacterWithoutAFontIsABoxWithItsCode() throws {
        let fonts = try FontBook()
        let missing = fonts.layout("\u{10FFFD}", size: 20)
        #expect(fonts.missing.map(\.value) == [0x10FFFD])
        guard case .missing(let digits, _)? = missing.glyphs.first?.shape else {
            Issue.record("no box")
            return
        }
        #expect(digits.count == 6)
    }

    @Test func chineseIsDrawnOrItsAbsenceIsSaid() throws {
        let fonts = try FontBook()
        let han = drawing("臺", fonts)
        if fonts.missing.isEmpty {
            #expect(han != drawing("灣", fonts))
            #expect(han != drawing("\u{10FFFD}", fonts))
        } else {
            let warning = Wording(language: .english).missing(fonts.missing).english
            #expect(warning.contains("U+81FA") && warning.contains("fonts-wqy-microhei"))
        }
        #expect(han.contains { $0 != 0 })
    }

    @Test(arguments: [0, 45, 90])
    func turnedTextRunsTheWayItShould(angle: Int) throws {
        let fonts = try FontBook()
        let pixels = drawing("llllllll", fonts, angle: angle)
        let places = pixels.indices.filter { pixels[$0] != 0 }.map { (x: $0 % 200, y: $0 / 200) }
        let wide = places.map(\.x).max()! - places.map(\.x).min()!
        let high = places.map(\.y).max()! - places.map(\.y).min()!
        switch angle {
        case 0: #expect(wide > 2 * high)
        case 90: #expect(high > 2 * wide)
        default: #expect(abs(high - wide) < 8)
        }
    }

    private func drawing(_ text: String, _ fonts: FontBook, angle: Int = 0) -> [UInt8] {
        guard var canvas = try? Canvas(width: 200, height: 200, paper: RGB(255, 255, 255)) else { return [] }
        let ink = canvas.color(RGB(0, 0, 0))
        fonts.draw(fonts.layout(text, size: 24), on: &canvas, x: 60, y: 150, angleDegrees: angle, ink: ink)
        return canvas.pixels
    }

    @Test func aFontThatIsNoneIsNamed() {
        #expect {
            try FontBook(userFont: "/dev/null")
        } throws: { error in
            "\(error)".contains("/dev/null") && "\(error)".contains("STEPGLASS_FONT")
        }
    }

    /// Colour emoji fonts have pictures only; where one is installed it must not become the font of all text.
    @Test func aFontOfPicturesIsNoTextFont() throws {
        let fonts = try FontBook()
        _ = fonts.glyph(for: "👋", weight: .regular)
        guard fonts.faces.contains(where: { !$0.isOutline }) else { return }
        let letter = try #require(fonts.glyph(for: "1", weight: .regular))
        #expect(fonts.faces[letter.face].isOutline)
        // Shades of the ink, so that dark parts stand out: some pixels are covered, not all of them fully.
        let wave = drawing("👋", fonts)
        #expect(Set(wave).count > 4)
    }

    @Test func chineseTitlesNeedAChineseFont() throws {
        let fonts = try FontBook()
        let words = Wording(FigureStyle(language: .chinese), fonts: fonts)
        #expect(words.isReplaced != fonts.hasGlyph("注"))
        #expect(words.query == (words.isReplaced ? "query" : "查詢"))
        #expect(fonts.missing.isEmpty)
    }

    @Test func linesBreakAtSpacesAndBetweenIdeographs() throws {
        let fonts = try FontBook()
        let english = TextBlock("one two three four five six seven", size: 20, width: 150, fonts: fonts)
        #expect(english.runs.count > 1 && english.width <= 150)
        let chinese = TextBlock("每一橫列是一個查詢詞元，每一直行是一個鍵詞元。", size: 20, width: 150, fonts: fonts)
        #expect(chinese.runs.count > 2 && chinese.width <= 150 + 20)
        #expect(TextBlock("", size: 20, width: 150, fonts: fonts).runs.isEmpty)
        #expect(
            TextBlock(String(repeating: "word ", count: 900), size: 20, width: 150, fonts: fonts, mostLines: 3).runs
                .count == 3)
    }

    @Test func numbersAreWrittenPlainly() {
        #expect(fixed(1.005, 2) == "1.00" || fixed(1.005, 2) == "1.01")
        #expect(fixed(-0.001, 2) == "0.00")
        #expect(fixed(-3.25, 1) == "−3.3")
        #expect(fixed(.nan, 1) == "NaN" && fixed(-.infinity, 1) == "−∞")
        #expect(fixed(1e300, 2) == "1e+300")
        #expect(short(0.5, 4) == "0.5" && short(2, 4) == "2" && short(100, 0) == "100")
        #expect(grouped(49_102) == "49,102" && grouped(7) == "7" && grouped(-1_234_567) == "−1,234,567")
        let shown = { (probability: Double) in percent(probability).replacing("\u{A0}", with: " ") }
        #expect(shown(0) == "0 %" && shown(0.5) == "50.0 %" && shown(0.415) == "41.5 %" && shown(1) == "100 %")
        #expect(shown(1e-9) == "< 0.0001 %" && shown(.nan) == "NaN")
        // Less than 1 never reads as all.
        #expect(shown(0.99952) == "99.95 %" && shown(0.999999) == "> 99.99 %" && shown(0.9994) == "99.9 %")
        #expect(niceStride(1) == 1 && niceStride(3) == 5 && niceStride(11) == 20 && niceStride(51) == 100)
        #expect(niceStep(span: 1, count: 5) == 0.2 && niceStep(span: 0, count: 5) == 1)
    }

    /// WCAG 2: text at least 4.5 : 1, bars and lines at least 3 : 1 against the paper.
    @Test(arguments: FigureStyle.Theme.allCases)
    func coloursStandOutFromThePaper(theme: FigureStyle.Theme) throws {
        let theme = try Theme(FigureStyle(theme: theme))
        for text in [theme.palette.ink, theme.palette.muted, theme.palette.accent, theme.rawLine] {
            #expect(contrast(text, theme.palette.paper) >= 4.5)
        }
        for shape in [theme.rawBar, theme.finalBar] { #expect(contrast(shape, theme.palette.paper) >= 3) }
    }

    private func contrast(_ a: RGB, _ b: RGB) -> Double {
        let (x, y) = (luminance(a), luminance(b))
        return (max(x, y) + 0.05) / (min(x, y) + 0.05)
    }

    private func luminance(_ color: RGB) -> Double {
        func linear(_ byte: UInt8) -> Double {
            // x²·² is near enough to sRGB's curve for a bar that is passed with room.
            let x = Double(byte) / 255
            return x <= 0.04 ? x / 12.92 : x * x * x.squareRoot().squareRoot()
        }
        return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
    }
}
