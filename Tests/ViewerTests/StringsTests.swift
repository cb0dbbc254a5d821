// Every word of the page stands in one table, in both languages.
import Testing

@testable import Viewer

private struct Entry {
    let key: String
    let english: String
    let chinese: String
}

/// The table as it stands in strings.js, a line per key.
private func table() throws -> [Entry] {
    let text = try pageFile("base/strings.js")
    return text.matches(of: /\n  "([^"]+)": \["([^"]*)", "([^"]*)"\],/).map {
        Entry(key: String($0.1), english: String($0.2), chinese: String($0.3))
    }
}

private func values(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) }) }

@Suite struct StringsTests {
    @Test func bothLanguagesAreComplete() throws {
        let entries = try table()
        #expect(entries.count > 200)
        let lines = try pageFile("base/strings.js").split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("  \"") } == entries.count, "a line that is no entry with two texts")
        for entry in entries {
            #expect(!entry.english.isEmpty && !entry.chinese.isEmpty, "\(entry.key)")
            #expect(values(entry.english) == values(entry.chinese), "\(entry.key)")
        }
        #expect(Set(entries.map(\.key)).count == entries.count, "a key that stands twice")
    }

    @Test func englishHoldsNoChineseAndChineseNoSimplified() throws {
        // Characters whose simplified form differs, each as it must not appear in Taiwan's writing.
        let simplified = Set("这个词说选择为对应处让从开关设备层头缓计数据时间图线转换输预测概显达记录执机读写总无标题单页样树级后里")
        for entry in try table() where entry.key != "header.language" {
            let han = entry.english.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
            #expect(!han, "\(entry.key)")
            let wrong = entry.chinese.filter { simplified.contains($0) }
            #expect(wrong.isEmpty, "\(entry.key): \(wrong)")
        }
    }

    @Test func chineseUsesOneWordForOneThing() throws {
        for entry in try table() {
            // A row is 橫列 and a column 直行; a blank never follows a full stop.
            for word in ["愈", "程序記憶體", "切詞元", "束寬 ", "。 ", "每一列", "每列", "欄寬", "一欄"] {
                #expect(!entry.chinese.contains(word), "\(entry.key): \(word)")
            }
        }
    }

    @Test func noLegendSaysWhichColourIsMuch() throws {
        // Dark cells are much in the light theme, bright ones in the dark.
        for entry in try table() where !entry.key.hasPrefix("theme.") && !entry.key.hasPrefix("key.") {
            #expect(!entry.english.lowercased().contains("dark") && !entry.chinese.contains("深"), "\(entry.key)")
        }
    }

    @Test func everyWordAskedForIsThere() throws {
        let keys = Set(try table().map(\.key))
        for file in embeddedFiles where file.name.hasSuffix(".js") && file.name != "base/strings.js" {
            let text = file.text
            for found in text.matches(of: /\bt\("([^"]+)"/) {
                #expect(keys.contains(String(found.1)), "\(file.name): \(found.1)")
            }
            // Keys built from a name: something must begin or end so.
            for found in text.matches(of: /\bt\(`([^`$]*)\$\{[^}]*\}([^`]*)`/) {
                #expect(keys.contains { $0.hasPrefix(found.1) && $0.hasSuffix(found.2) }, "\(file.name): \(found.0)")
            }
            for found in text.matches(of: /label: "(key\.[a-z-]+)"/) {
                #expect(keys.contains(String(found.1)), "\(file.name): \(found.1)")
            }
        }
    }

    @Test func noWordOfThePageStandsOutsideTheTable() throws {
        // A text child with two or more lower-case words, which only the table may hold.
        for file in embeddedFiles where file.name.hasPrefix("panels/") {
            let text = file.text
            let found = text.matches(of: /\}, "([A-Za-z]+ [a-z]+[^"]*)"/).map { String($0.1) }
            #expect(found.isEmpty, "\(file.name): \(found)")
        }
    }
}
