// Joins the full screen to the terminal: reads keys, draws, stops a long walk on Ctrl-C.
internal import Phrases
internal import ArgumentParser
internal import Debugging

struct DebugScreenLoop {
    private let screen: DebugScreen
    private let terminal = DebugTerminal()

    init(_ debugger: Debugger, language: Language) {
        screen = DebugScreen(
            debugger, language: language, width: Terminal.out.columns, hasColor: Terminal.out.hasColor)
    }

    func run() throws {
        try terminal.enter()
        defer { DebugTerminal.leave() }
        var painter = DebugPainter()
        let draw = { [screen, terminal] in
            let size = terminal.size
            let picture = screen.picture(columns: size.columns, rows: size.rows)
            writeAll(1, painter.sequence(for: picture).utf8)
        }
        screen.redraw = draw
        screen.writeFile = { [unowned screen] in try write($0, screen.renderer) }
        let clock = ContinuousClock()
        var lastDrawn = clock.now
        screen.debugger.keepsGoing = { [terminal] in
            // A long walk is shown about twenty times a second.
            if clock.now - lastDrawn > .milliseconds(50) {
                draw()
                lastDrawn = clock.now
            }
            return !terminal.takeInterrupt()
        }
        let keys = DebugKeyReader(next: { [terminal] in terminal.byte(waiting: $0) })
        draw()
        while !terminal.isClosed {
            let key = keys.key(waiting: 250)
            if terminal.takeResize() {
                painter.forget()
                draw()
            }
            guard let key else { continue }
            let effect = screen.handle(key)
            if Progress.takeDrawn() { painter.forget() }
            switch effect {
            case .none: break
            case .quit: throw ExitCode(screen.assertFailed ? 2 : 0)
            case .suspend:
                try terminal.suspend()
                painter.forget()
            }
            draw()
        }
        throw ExitCode(screen.assertFailed ? 2 : 0)
    }
}
