// `setBreakpoints`: stops at positions, one line each, in the branch whose document it is.
internal import Phrases

extension AdapterRequest {
    static let setBreakpoints = AdapterRequest("setBreakpoints") { (adapter, arguments, body) throws(AdapterError) in
        let asked = try arguments.objects("breakpoints")
        let lines = try asked.map { (asked) throws(AdapterError) in adapter.lineIn(try asked.whole("line")) }
        try adapter.check(asked)
        guard let (document, form) = try adapter.documentOfLine(try arguments.object("source")) else {
            let reason = Phrase("this file is no document of the run", "這個檔案不是這次執行的文件")
            body.members(
                "breakpoints",
                lines.map {
                    BreakpointRow(
                        id: adapter.nextPoint(), isVerified: false, message: adapter.shown(reason),
                        line: adapter.lineOut($0))
                })
            return .nothing
        }
        let source = document.source(form, adapter.language)
        adapter.forgetPoints { $0 == .line(source: source.reference) }
        var rows: [BreakpointRow] = []
        for (line, asked) in zip(lines, asked) {
            guard let step = document.step(onLine: line, form) else {
                let reason = Phrase(
                    "no step stands on this line: the prompt is read at once, and the run ends at line \(document.lineCount)",
                    "這一行沒有步驟：提示是一次讀完的，執行到第 \(document.lineCount) 行為止")
                rows.append(
                    BreakpointRow(
                        id: adapter.nextPoint(), isVerified: false, message: adapter.shown(reason),
                        line: adapter.lineOut(line), source: source))
                continue
            }
            rows.append(
                try adapter.set(
                    .line(source: source.reference), question: "step == \(step)", asked, line: adapter.lineOut(line),
                    source: source))
        }
        body.members("breakpoints", rows)
        return .nothing
    }
}
