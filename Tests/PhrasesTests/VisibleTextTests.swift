// What is hidden or looks like something else is shown by number, in one form; names have one spelling; lists and escapes.
import Phrases
import Testing

@Suite struct VisibleTextTests {
    /// Texts that a terminal would show alike, or not at all.
    private static let alike = [
        "a b", "a\u{A0}b", "a\u{3000}b", "a\u{2003}b", "a\u{202F}b", "a\u{200B}b", "a\u{200D}b", "a\u{200C}b",
        "a\u{AD}b",
        "a\u{FEFF}b", "a\u{2060}b", "a\u{34F}b", "a\u{115F}b", "a\u{3164}b", "a\u{FFA0}b", "a\u{2800}b", "a\u{180E}b",
        "a\u{E0020}b", "a\u{E0100}b", "a␣b", "a↵b", "a\nb", "a⇥b", "a\tb", "a\rb", "ab", "a\u{202E}b", "a\u{2066}b",
        "a\u{61C}b", "a\u{85}b", "a\u{2028}b", "a⟨U+00A0⟩b", "❤", "❤\u{FE0F}", "❤\u{FE0E}", "👩🚀", "👩\u{200D}🚀",
        "\u{301}", "◌\u{301}", " \u{301}", "a\u{1B}[31mb", "a\u{9B}31mb", "a\u{7F}b",
    ]

    @Test func textsThatDifferLookDifferent() {
        for form in [{ visible($0) }, { readable($0) }, { quoted(Array($0.utf8)) }] as [(String) -> String] {
            let shown = Self.alike.map(form)
            #expect(Set(shown).count == shown.count, "\(shown)")
            for text in shown {
                #expect(!text.unicodeScalars.contains(where: isInvisible), "\(text)")
                #expect(!text.unicodeScalars.contains(where: isMistakable), "\(text)")
            }
        }
        #expect(visible("a\u{A0}b\u{3000}") == "a⟨U+00A0⟩b⟨U+3000⟩" && visible("␣↵") == "⟨U+2423⟩⟨U+21B5⟩")
        #expect(quoted(Array("\u{301}a\u{301}".utf8)) == "\"\\u{301}a\u{301}\"")
    }

    /// Every scalar that acts on a terminal is gone from a text that flows, and the others stay.
    @Test func flowingKeepsWhatIsHarmless() {
        let text = "He said: שלום 👩\u{200D}🚀 ❤\u{FE0F}\u{A0}\u{3000}x\n\ty"
        #expect(flowing(text) == text)
        #expect(flowing("a\u{1B}]0;x\u{7}\u{9B}31m\u{202E}\r") == "a⟨U+001B⟩]0;x⟨U+0007⟩⟨U+009B⟩31m⟨U+202E⟩⟨U+000D⟩")
        #expect(readableLines("a\nb ↵") == "a↵\nb ⟨U+21B5⟩")
        #expect(readable([0x61, 0xE7, 0xB4, 0x20, 0xFF]) == "a⟨E7 B4⟩ ⟨FF⟩")
    }

    /// Every label is as wide as the columns say, so padding lines up.
    @Test(arguments: [
        ("臺灣", 4), ("e\u{301}", 1), ("👩\u{200D}👩\u{200D}👧", 2), ("🇹🇼🇯🇵", 4), ("👍🏽", 2), ("1\u{FE0F}\u{20E3}", 2),
        ("a\u{FE0F}", 1), ("שָׁלוֹם", 4), ("สวัสดี", 4), ("ｶﾞ", 2), ("한국", 4), ("―", 1),
    ])
    func widths(_ text: String, _ width: Int) { #expect(columns(text) == width, "\(text)") }

    @Test func oneSpelling() {
        for name in ["top-k", "top_k", "\"top-k\"", "topK", "TOP_K", "\"top_k\""] {
            #expect(meant(name, among: ["top-p", "top-k"]) == "top-k", "\(name)")
            #expect(isSpelled(name, as: "top-k"))
        }
        #expect(meant("top-kk", among: ["top-k"]) == nil && meant("-", among: ["top-k"]) == nil)
        #expect(nearest(to: "temp", among: ["stop", "temperature"]) == "temperature")
        #expect(nearest(to: "top_kk", among: ["stop", "top-k"]) == "top-k")
        // Of two that are as close, the one that begins alike.
        #expect(nearest(to: "brake", among: ["frame", "break"]) == "break")
        #expect(nearest(to: "brake", among: ["break", "frame"]) == "break")
        #expect(nearest(to: "xyzzy", among: ["stop", "top-k"]) == nil)
    }

    @Test func listsNeverJoin() {
        #expect(listItems("4 3 2") == ["4", "3", "2"] && listItems("4, 3,2 1") == ["4", "3", "2", "1"])
        #expect(listItems("4,,2") == ["4", "", "2"] && listItems("4,") == ["4", ""] && listItems(" ") == [""])
    }

    @Test func escapes() throws {
        #expect(try unescaped(#"a\nb\t\\n\"\u{1F44B}\r"#) == "a\nb\t\\n\"👋\r")
        #expect(try unescaped("no backslash") == "no backslash")
        for wrong in [#"\q"#, #"a\"#, #"\u{}"#, #"\u{110000}"#, #"\u{D800}"#, #"\u12"#, #"\u{1"#] {
            let error = #expect(throws: EscapeError.self, "\(wrong)") { try unescaped(wrong) }
            #expect(error?.phrase.english.contains(#"\n"#) == true && error?.escape.first == "\\")
        }
    }
}
