// The debugger's full screen without a terminal: keys in, pictures out. And what is read from and sent to a terminal.
import Phrases
import Debugging
import Foundation
import Testing
import TraceSamples
import Traces

@testable import stepglass

@Suite struct DebugScreenTests {
    private func screen(_ language: Language = .english, hasColor: Bool = false) -> DebugScreen {
        DebugScreen(
            Debugger(sampleTrace(SampleShape { $0.lens = true })), language: language, width: 80, hasColor: hasColor)
    }

    private func press(_ screen: DebugScreen, _ keys: [DebugKey]) { for key in keys { _ = screen.handle(key) } }

    private func type(_ screen: DebugScreen, _ line: String) {
        press(screen, [.character(":")] + line.map { .character($0) } + [.enter])
    }

    private func text(_ screen: DebugScreen, _ columns: Int = 80, _ rows: Int = 24) -> [String] {
        screen.picture(columns: columns, rows: rows).rows.map(\.plain)
    }

    /// Every picture fills its size exactly, whatever the size, the language and the panel.
    @Test(arguments: Language.allCases, [(80, 24), (200, 50), (40, 12), (20, 6), (64, 10)])
    func picturesFillTheScreen(_ language: Language, _ size: (Int, Int)) {
        let screen = screen(language)
        let keys: [[DebugKey]] = [
            [], [.right, .right, .right], [.down, .down], [.character("w")], [.escape], [.character("i")],
            [.right, .right, .right, .character("i")], [.escape, .escape], [.character("?")], [.pageDown], [.escape],
            [.character("l"), .character("h"), .character("t")], [.end], [.enter], [.character(":"), .character("臺")],
        ]
        type(screen, "watch entropy(raw)")
        for step in keys {
            press(screen, step)
            let rows = screen.picture(columns: size.0, rows: size.1).rows
            #expect(rows.count == size.1, "\(step)")
            for row in rows { #expect(row.width == size.0, "\(step): \(row.plain)") }
        }
    }

    @Test func aStepShowsItsCandidatesAndItsAttention() {
        let screen = screen()
        press(screen, [.right, .right, .right])
        let rows = text(screen)
        #expect(rows[0].contains("step 2 of 0–11") && rows[0].contains("saved"))
        #expect(rows.contains { $0.contains("▸    1  \" a\"") && $0.contains("\"") })
        #expect(rows.contains { $0.contains("attention: mean of all") })
        press(screen, [.character("l"), .character("h")])
        #expect(text(screen).contains { $0.contains("attention: head 0.0") })
        press(screen, [.left])
        #expect(text(screen)[0].contains("step 1 of 0–11"))
    }

    @Test func commandsAreTypedCompletedAndRecalled() {
        let screen = screen()
        press(screen, [.right])
        press(screen, [.character(":")] + "pri".map { .character($0) } + [.tab])
        #expect(screen.editor.line == "print ")
        press(screen, "entr".map { .character($0) } + [.tab, .enter])
        #expect(screen.message.first?.hasPrefix("entropy = ") == true)
        press(screen, [.character(":"), .up])
        #expect(screen.editor.line == "print entropy ")
        press(screen, [.home, .delete, .character("P"), .end, .backspace, .control("w"), .escape])
        #expect(!screen.isTyping && screen.editor.line.isEmpty)
        press(screen, [.character(":")] + "info s".map { .character($0) } + [.tab])
        #expect(screen.message == ["settings  stages"])
    }

    @Test func faultsStayAtTheBottomAndLongAnswersCoverThePanels() {
        let screen = screen()
        press(screen, [.right])
        type(screen, "print margn")
        #expect(screen.overlay == nil && screen.message.contains { $0.contains("^~~~~") })
        type(screen, "help questions")
        #expect(screen.overlay != nil)
        press(screen, [.pageDown, .up, .home])
        #expect(screen.overlayTop == 0)
        press(screen, [.escape])
        #expect(screen.overlay == nil)
        type(screen, "assert entropy > 99")
        #expect(screen.assertFailed)
        #expect(screen.handle(.character("q")) == .quit)
    }

    @Test func aSavedRunSaysThatAForkNeedsTheModel() {
        let screen = screen(.chinese)
        press(screen, [.right, .right, .right, .down, .enter])
        #expect(screen.message.first?.contains("需要模型") == true)
    }

    @Test func tintsNeedNoColour() {
        let plain = screen()
        press(plain, [.end, .left, .left])
        for row in plain.picture(columns: 80, rows: 24).rows {
            #expect(row.runs.allSatisfy { $0.style.background == nil && $0.style.foreground == nil })
        }
        let colored = screen(hasColor: true)
        press(colored, [.end, .left, .left])
        let strip = colored.picture(columns: 80, rows: 24).rows[1...3]
        #expect(strip.contains { $0.runs.contains { $0.style.background != nil } })
    }

    @Test func onlyChangedLinesAreSent() {
        let screen = screen()
        var painter = DebugPainter()
        press(screen, [.right])
        let first = painter.sequence(for: screen.picture(columns: 80, rows: 24))
        #expect(first.contains("\u{1B}[24;1H"))
        #expect(painter.sequence(for: screen.picture(columns: 80, rows: 24)) == "\u{1B}[?25l")
        press(screen, [.down])
        let moved = painter.sequence(for: screen.picture(columns: 80, rows: 24))
        #expect(moved.contains("H") && moved.utf8.count < first.utf8.count / 4)
    }
}

@Suite struct DebugKeyTests {
    /// The keys that a stretch of bytes is read as.
    private func keys(_ bytes: [UInt8]) -> [DebugKey?] {
        var rest = bytes[...]
        let reader = DebugKeyReader(next: { _ in rest.popFirst() })
        var keys: [DebugKey?] = []
        while !rest.isEmpty { keys.append(reader.key(waiting: 0)) }
        return keys
    }

    @Test func sequencesBecomeKeys() {
        #expect(keys(Array("\u{1B}[A\u{1B}OB\u{1B}[1;5C\u{1B}[D".utf8)) == [.up, .down, .right, .left])
        #expect(
            keys(Array("\u{1B}[5~\u{1B}[6~\u{1B}[H\u{1B}[4~\u{1B}[3~".utf8)) == [
                .pageUp, .pageDown, .home, .end, .delete,
            ])
        #expect(keys(Array("臺a\r\t\u{7F}".utf8)) == [.character("臺"), .character("a"), .enter, .tab, .backspace])
        #expect(keys([27]) == [.escape])
        #expect(keys([3, 26]) == [.control("c"), .control("z")])
        #expect(keys([0xE8, 0x87, 0x41]) == [nil])
        #expect(keys(Array("\u{1B}[99999999999999999999x".utf8)).first == .some(nil))
    }

    @Test func everyByteIsRead() {
        var random: UInt64 = 88_172_645_463_325_252
        for _ in 0..<2000 {
            let bytes = (0..<12).map { _ in
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                return UInt8(truncatingIfNeeded: random >> 24)
            }
            _ = keys(bytes)
        }
    }
}
