// The full screen as a value machine: keys in, a picture out. Touches no terminal, so tests can drive it.
internal import Phrases
internal import Debugging
internal import Traces

/// What colours the token strip.
enum DebugTint: CaseIterable {
    case none, probability, surprise, entropy, attention

    var phrase: Phrase {
        switch self {
        case .none: Phrase("none", "無")
        case .probability: Phrase("p", "機率")
        case .surprise: Phrase("surprise", "驚訝程度")
        case .entropy: Phrase("entropy", "熵")
        case .attention: Phrase("attention", "注意力")
        }
    }
}

final class DebugScreen {
    enum Effect { case none, quit, suspend }

    let debugger: Debugger
    var renderer: TextRenderer
    let hasColor: Bool
    var editor = DebugEditor()
    var isTyping = false
    /// The first line in view of the prompt, or of a place inside a step.
    var panelTop = 0
    /// The last key asked to leave, and was told what that would lose.
    private var isLeaving = false
    /// The chosen row of the ledger.
    var selected = 0
    var tint = DebugTint.probability
    /// The head whose attention is shown; nil layer: the mean of all.
    var layer: Int?
    var head: Int?
    /// The last answer, shown at the bottom or, when long, over the panels.
    var message: [String] = []
    var overlay: [String]?
    var overlayTop = 0
    /// Rows of the overlay, known once it was drawn.
    var overlayHeight = 1
    var assertFailed = false
    var hasQuit = false
    /// Draws the screen in the middle of a command.
    var redraw: () -> Void = {}
    /// Writes the files of `save` and `export`.
    var writeFile: (FileRequest) throws -> String = { _ in "" }

    init(_ debugger: Debugger, language: Language, width: Int, hasColor: Bool) {
        self.debugger = debugger
        renderer = TextRenderer(language: language, width: width)
        self.hasColor = hasColor
        currentWidth = width
        message = [say("→ makes the first step, ? shows the keys", "→ 前進到第一步，? 顯示按鍵")]
    }

    var currentWidth: Int
    func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[renderer.language] }

    // MARK: keys

    func handle(_ key: DebugKey) -> Effect {
        let wasLeaving = isLeaving
        defer { if wasLeaving { isLeaving = false } }
        if overlay != nil { return handleOverlay(key) }
        if isTyping { return handleTyping(key) }
        switch key {
        case .right: run(.step(1))
        case .left: run(.back(1))
        case .pageDown: run(.step(10))
        case .pageUp: run(.back(10))
        case .home: run(.runTo(Debugger.prompt))
        case .end: run(.runTo(max(debugger.trace.steps.count - 1, 0)))
        // What is read and not chosen from scrolls.
        case .up where debugger.currentStep == nil || !debugger.place.frames.isEmpty: panelTop = max(0, panelTop - 1)
        case .down where debugger.currentStep == nil || !debugger.place.frames.isEmpty: panelTop += 1
        case .up: selected = max(0, selected - 1)
        case .down: selected = min(selected + 1, max((debugger.currentStep?.candidates.count ?? 1) - 1, 0))
        case .enter: forkToSelected()
        case .control("z"): return .suspend
        case .control("l"): message = []
        case .escape: if !debugger.place.frames.isEmpty { run(.finish) }
        case .character(let character): return handle(character)
        default: break
        }
        return .none
    }

    private func handle(_ character: Character) -> Effect {
        switch character {
        case ":", "：":
            isTyping = true
            editor.clear()
        case "q": return quit()
        case "?", "？": showOverlay(keyHelp())
        case "t": tint = DebugTint.allCases[(DebugTint.allCases.firstIndex(of: tint)! + 1) % DebugTint.allCases.count]
        case "c": run(.continue)
        case "r": run(.reverseContinue)
        case "i": run(.stepIn)
        case "o": if !debugger.place.frames.isEmpty { run(.finish) }
        case "w": why()
        case "v": if !message.isEmpty { showOverlay(message) }
        case "l": layer = turned(layer, debugger.trace.model.layers, 1)
        case "L": layer = turned(layer, debugger.trace.model.layers, -1)
        case "h": turnHead(1)
        case "H": turnHead(-1)
        case "m": (layer, head) = (nil, nil)
        case "b": nextBranch()
        case "s": showOverlay(lines("info stages"))
        default: break
        }
        return .none
    }

    /// nil, 0, 1, …, count − 1, nil, …
    private func turned(_ value: Int?, _ count: Int, _ step: Int) -> Int? {
        let next = (value ?? -1) + step
        return next < -1 ? count - 1 : next < 0 || next >= count ? nil : next
    }

    private func turnHead(_ step: Int) {
        if layer == nil { layer = 0 }
        head = turned(head, debugger.trace.model.heads, step)
    }

    private func handleOverlay(_ key: DebugKey) -> Effect {
        let count = overlay?.count ?? 0
        let last = max(0, count - overlayHeight)
        switch key {
        case .down: overlayTop = min(overlayTop + 1, last)
        case .up: overlayTop = max(0, overlayTop - 1)
        case .pageDown, .character(" "): overlayTop = min(overlayTop + overlayHeight, last)
        case .pageUp: overlayTop = max(0, overlayTop - overlayHeight)
        case .home: overlayTop = 0
        case .end: overlayTop = last
        case .character(":"):
            overlay = nil
            isTyping = true
        default: overlay = nil
        }
        return .none
    }

    private func handleTyping(_ key: DebugKey) -> Effect {
        switch key {
        case .escape, .control("c"), .control("g"):
            editor.clear()
            isTyping = false
            debugger.stopCollecting()
        case .enter:
            let line = editor.take()
            isTyping = false
            return type(line)
        case .tab:
            let candidates = editor.complete(debugger)
            if !candidates.isEmpty { message = wrapped(candidates, to: currentWidth) }
        case .backspace where editor.text.isEmpty: isTyping = debugger.isCollecting
        case .control("d") where editor.text.isEmpty: return quit()
        default: _ = editor.handle(key)
        }
        return .none
    }

    /// Leaves; asks first where something would be lost.
    func quit() -> Effect {
        guard let question = askedBeforeQuit(debugger), !isLeaving else { return .quit }
        message = [(question + Phrase("; q now leaves without saving", "；再按 q 就不存檔離開"))[renderer.language]]
        isLeaving = true
        return .none
    }

    /// Takes the selected candidate in place of the step's token, in a new branch.
    private func forkToSelected() {
        guard let step = debugger.currentStep, step.candidates.indices.contains(selected) else {
            run(.step(1))
            return
        }
        let wanted = step.candidates[selected]
        if wanted.id == step.token.id {
            message = [say("this token was chosen already; ↑↓ select another", "選中的就是這個詞元；用 ↑↓ 選別的")]
            return
        }
        run(.force("#\(wanted.id)", next: false))
    }

    private func why() {
        guard let step = debugger.currentStep, step.candidates.indices.contains(selected) else { return }
        showOverlay(lines("why #\(step.candidates[selected].id)"))
    }

    private func nextBranch() {
        let ids = debugger.branches.map(\.id)
        guard ids.count > 1, let place = ids.firstIndex(of: debugger.place.branch) else {
            message = [say("there is one branch; Enter on a candidate makes another", "只有一個分支；在候選上按 Enter 可分岔")]
            return
        }
        run(.switchTo("\(ids[(place + 1) % ids.count])"))
    }
}
