// The page's words: each module declares its own, in both languages.
import Testing

@testable import Viewer

private struct Entry {
    let key: String
    let english: String
    let chinese: String
    let file: String
}

private func modules() -> [PageFile] { embeddedFiles.filter { $0.name.hasSuffix(".js") } }

/// A module's declarations `words({…});`, and its text without them.
private func parts(of module: PageFile) -> (words: String, code: String) {
    var (words, code) = ("", "")
    var isInside = false
    for line in module.text.split(separator: "\n", omittingEmptySubsequences: false) {
        if line == "words({" { isInside = true }
        if isInside { words += line + "\n" } else { code += line + "\n" }
        if line == "});" { isInside = false }
    }
    return (words, code)
}

/// All words as they stand in the modules, a line per key.
private func table() -> [Entry] {
    modules().flatMap { module in
        parts(of: module).words.matches(of: /\n  "([^"]+)": \["([^"]*)", "([^"]*)"\],/).map {
            Entry(key: String($0.1), english: String($0.2), chinese: String($0.3), file: module.name)
        }
    }
}

/// The end of a key that is built from a name: its text before and after the `${name}`.
private struct Pattern: Hashable {
    let before: String
    let after: String

    func matches(_ key: String) -> Bool {
        key.hasPrefix(before) && key.hasSuffix(after) && key.utf8.count > before.utf8.count + after.utf8.count
    }
}

/// The keys that a module's code asks for: by name, and built from a name.
private func asked(_ code: String) -> (keys: Set<String>, patterns: Set<Pattern>) {
    var (keys, patterns): (Set<String>, Set<Pattern>) = ([], [])
    for found in code.matches(of: /\bt(?:ermIn)?\(/) {
        // All literals of the call: a key may stand behind a condition, and calls may hold calls.
        var depth = 1
        let call = code[found.range.upperBound...].prefix {
            if $0 == "(" { depth += 1 } else if $0 == ")" { depth -= 1 }
            return depth > 0
        }
        keys.formUnion(call.matches(of: /"([a-zA-Z-]+\.[a-zA-Z.-]+)"/).map { String($0.1) })
        patterns.formUnion(
            call.matches(of: /`([^`$]*)\$\{[^}]*\}([^`$]*)`/).compactMap {
                $0.1.contains(".") || $0.2.contains(".") ? Pattern(before: String($0.1), after: String($0.2)) : nil
            })
    }
    keys.formUnion(code.matches(of: /label: "(key\.[a-z-]+)"/).map { String($0.1) })
    return (keys, patterns)
}

private func values(_ text: String) -> Set<String> { Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) }) }

@Suite struct StringsTests {
    @Test func bothLanguagesAreComplete() {
        let entries = table()
        #expect(entries.count > 200)
        for module in modules() {
            let lines = parts(of: module).words.split(separator: "\n").filter { !["words({", "});"].contains($0) }
            let count = entries.count { $0.file == module.name }
            #expect(lines.count == count, "\(module.name): a line that is no entry with two texts")
        }
        for entry in entries {
            #expect(!entry.english.isEmpty && !entry.chinese.isEmpty, "\(entry.key)")
            #expect(values(entry.english) == values(entry.chinese), "\(entry.key)")
        }
    }

    @Test func noKeyStandsTwice() {
        let places = Dictionary(grouping: table(), by: \.key).filter { $0.value.count > 1 }
        #expect(places.isEmpty, "\(places.map { "\($0.key): \($0.value.map(\.file))" })")
    }

    @Test func englishHoldsNoChineseAndChineseNoSimplified() {
        // Characters whose simplified form differs, each as it must not appear in Taiwan's writing.
        let simplified = Set("这个词说选择为对应处让从开关设备层头缓计数据时间图线转换输预测概显达记录执机读写总无标题单页样树级后里")
        for entry in table() where entry.key != "header.language" {
            let han = entry.english.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
            #expect(!han, "\(entry.key)")
            let wrong = entry.chinese.filter { simplified.contains($0) }
            #expect(wrong.isEmpty, "\(entry.key): \(wrong)")
        }
    }

    @Test func chineseUsesOneWordForOneThing() {
        for entry in table() {
            // A row is 橫列 and a column 直行; a blank never follows a full stop.
            for word in ["愈", "程序記憶體", "切詞元", "束寬 ", "。 ", "每一列", "每列", "欄寬", "一欄"] {
                #expect(!entry.chinese.contains(word), "\(entry.key): \(word)")
            }
        }
    }

    @Test func noLegendSaysWhichColourIsMuch() {
        // Dark cells are much in the light theme, bright ones in the dark.
        for entry in table() where !entry.key.hasPrefix("theme.") && !entry.key.hasPrefix("key.") {
            #expect(!entry.english.lowercased().contains("dark") && !entry.chinese.contains("深"), "\(entry.key)")
        }
    }

    @Test func everyWordAskedForIsThere() {
        let keys = Set(table().map(\.key))
        for module in modules() {
            let wanted = asked(parts(of: module).code)
            for key in wanted.keys { #expect(keys.contains(key), "\(module.name): \(key)") }
            for pattern in wanted.patterns {
                #expect(keys.contains(where: pattern.matches), "\(module.name): \(pattern.before)…\(pattern.after)")
            }
        }
    }

    @Test func everyWordThereIsAskedFor() {
        let codes = modules().map { parts(of: $0).code }
        let patterns = Set(codes.flatMap { asked($0).patterns })
        for entry in table() {
            // A key may also travel as a value first: an error's, a stage's, a table of labels.
            let isNamed = codes.contains { $0.contains("\"\(entry.key)\"") }
            let isUsed = isNamed || patterns.contains { $0.matches(entry.key) }
            #expect(isUsed, "\(entry.file): \(entry.key)")
        }
    }

    @Test func noWordOfThePageStandsOutsideTheWords() {
        // A text child with two or more lower-case words, which only the declared words may hold.
        for module in modules() where module.name.hasPrefix("panels/") {
            let found = parts(of: module).code.matches(of: /\}, "([A-Za-z]+ [a-z]+[^"]*)"/).map { String($0.1) }
            #expect(found.isEmpty, "\(module.name): \(found)")
        }
    }

    @Test func everyPanelHasItsWords() {
        let keys = Set(table().map(\.key))
        for module in modules() {
            for found in module.text.matches(
                of: /\n  id: "([a-z]+)", area: "sections"|panel\(\{ id: "([a-z]+)", area: "sections"([^\n]*)/)
            {
                let id = String(found.1 ?? found.2 ?? "")
                #expect(keys.isSuperset(of: ["\(id).title", "\(id).lead"]), "\(id)")
                if found.3?.contains("unlisted: true") != true { #expect(keys.contains("nav.\(id)"), "\(id)") }
            }
        }
    }
}
