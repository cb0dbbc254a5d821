// `gotoTargets`: where the cursor can be put from a line.
internal import Phrases
internal import Traces

extension AdapterRequest {
    static let gotoTargets = AdapterRequest("gotoTargets") { (adapter, arguments, body) throws(AdapterError) in
        guard let (document, form) = try adapter.documentOfLine(try arguments.object("source")) else {
            body.members("targets", [TargetRow]())
            return .nothing
        }
        let line = adapter.lineIn(try arguments.whole("line"))
        let tokens = document.trace.tokens
        var rows: [TargetRow] = []
        if let position = document.position(onLine: line, form), tokens.indices.contains(position) {
            let step = document.trace.step(at: position)
            let label = step.map { Phrase("step \($0): ", "第 \($0) 步：") + Phrase(same: quoted(tokens[position].bytes)) }
            rows.append(
                TargetRow(
                    // 0 is the prompt.
                    id: step.map { $0 + 1 } ?? 0, label: adapter.shown(label ?? Phrase("the prompt", "提示")),
                    line: adapter.lineOut(line)))
        }
        body.members("targets", rows)
        return .nothing
    }
}
