// The Chinese of the house is Taiwan's: no sentence of the sources has a word of the mainland's in it.
import Foundation
import Testing

@Suite struct VocabularyTests {
    private static let banned = [
        "內存", "信息", "數據", "代碼", "默認", "質量", "網絡", "軟件", "屏幕", "緩存", "激活", "調用", "字符", "服務器", "字節",
        "線程", "進程", "打印", "變量", "數組", "鼠標", "缺省", "硬盤", "硬件", "視頻", "接口", "這里", "里面", "标", "这", "数",
        "权", "节", "词",
    ]

    @Test func noWordOfTheMainlands() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../Sources"
        )
        .standardized
        var count = 0
        for case let file as URL in try #require(
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        where ["swift", "js", "html"].contains(file.pathExtension) {
            // Lessons are held against a list of such words.
            if file.lastPathComponent == "BannedWords.swift" { continue }
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            for line in text.split(separator: "\n") where line.contains(where: { $0 >= "\u{4E00}" && $0 <= "\u{9FFF}" })
            {
                count += 1
                for word in Self.banned where line.contains(word) {
                    Issue.record("\(file.lastPathComponent): \(word) in \(line)")
                }
            }
        }
        #expect(count > 500, "the sources were found and have Chinese in them")
    }
}
