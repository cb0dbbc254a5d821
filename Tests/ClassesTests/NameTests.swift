// Names: whatever is typed, a line of ordinary width comes of it, and no two students have the same.
import Phrases
import TestTools
import Testing

@testable import Classes

@Suite struct NameTests {
    @Test(arguments: [
        ("Ann", "Ann"), ("  Ann \t  Lee\n", "Ann Lee"), ("王小明", "王小明"), ("e\u{301}mile", "émile"),
        ("<b>Ann</b>", "<b>Ann</b>"),
        // Turned around, hidden in, broken over lines, rung as a bell.
        ("An\u{202E}n", "Ann"), ("A\u{200B}n\u{2066}n\u{FEFF}", "Ann"), ("Ann\u{2028}Bo\u{85}Cy", "Ann Bo Cy"),
        ("A\u{7}n\u{1B}[31mn", "An[31mn"), ("Ann\u{E0041}\u{F8FF}", "Ann"), ("\u{3000}Ann\u{A0}Lee", "Ann Lee"),
        // A tower of accents, and one that stands on nothing.
        ("a\u{336}\u{337}\u{338}\u{334}\u{335}\u{33F}b", "a\u{334}\u{335}\u{336}b"), ("\u{301}Ann", "Ann"),
    ]) func shown(_ typed: String, _ shown: String) throws {
        let name = try StudentName(typed)
        let scalars = name.shown.unicodeScalars.filter { $0.value < 0x300 || $0.value > 0x36F || shown.contains("é") }
        if shown.unicodeScalars.contains(where: { $0.value == 0x336 }) {
            #expect(String(String.UnicodeScalarView(scalars)) == "ab" && name.shown.unicodeScalars.count == 5)
        } else {
            #expect(name.shown.unicodeScalars.elementsEqual(shown.unicodeScalars), "\(name.shown.debugDescription)")
        }
        #expect(name.typed == typed)
    }

    @Test(arguments: ["", "   ", "\u{200B}\u{202E}", "\u{3164}", "\n\r\t", "\u{301}\u{302}", "\u{2800}"])
    func nothingToShow(_ typed: String) {
        #expect(refusal { _ = try StudentName(typed) } == .emptyName)
    }

    @Test func longNamesAreShortened() throws {
        for typed in [
            String(repeating: "Ann ", count: 5_000), String(repeating: "王", count: 500),
            String(repeating: "é", count: 500),
            String(repeating: "👨‍👩‍👧", count: 90),
        ] {
            let name = try StudentName(typed)
            #expect(columns(name.shown) <= StudentName.limitColumns && name.typed.utf8.count <= StudentName.limitBytes)
            #expect(name.shown.hasSuffix("…") && typed.hasPrefix(name.typed))
        }
    }

    /// Any scalars at all: what is shown is visible, one line, and narrow.
    @Test func randomNames() throws {
        var chance = SplitMix64(state: 1)
        for _ in 0..<5_000 {
            let scalars = (0..<Int.random(in: 0..<40, using: &chance)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0..<(Bool.random(using: &chance) ? 0x3100 : 0x110000), using: &chance))
            }
            guard let name = try? StudentName(String(String.UnicodeScalarView(scalars))) else { continue }
            #expect(columns(name.shown) <= StudentName.limitColumns)
            #expect(!name.shown.unicodeScalars.contains { isInvisible($0) || $0 != " " && $0.properties.isWhitespace })
            #expect(try StudentName(name.shown).shown == name.shown)
        }
    }

    @Test func duplicatesAreToldApart() throws {
        let made = try MadeClass()
        let names = try ["Ann", "ANN", "Ａｎｎ", "A\u{200D}nn", "Ann (2)", "Ann", "An n"].map { try made.join($0).name }
        #expect(names == ["Ann", "ANN (2)", "Ａｎｎ (3)", "Ann (4)", "Ann (2) (2)", "Ann (5)", "An n (6)"])
        #expect(Set(names.map(comparedName)).count == names.count)
    }
}
