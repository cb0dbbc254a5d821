// A run as the documents that an editor opens: one token a line, and the text, line by line as it stands.
internal import Phrases
internal import Traces

/// The documents of one branch.
final class RunDocument {
    /// Which of the two.
    enum Form: Int { case tokens = 0, text = 1 }

    let trace: Trace
    let branch: Int
    /// The first token of each line of the text, for the lines that one begins on; a client asks for many at once.
    private lazy var firstOnLine = positionsOfLines()

    init(trace: Trace, branch: Int) { (self.trace, self.branch) = (trace, branch) }

    /// The number that a client asks for a document by.
    static func reference(_ branch: Int, _ form: Form) -> Int { 2 * branch + form.rawValue }
    /// The document of a number; nil where no branch can have it.
    static func place(_ reference: Int) -> (branch: Int, form: Form)? {
        guard reference >= 2, let form = Form(rawValue: reference % 2) else { return nil }
        return (reference / 2, form)
    }

    func source(_ form: Form, _ language: Language) -> SourceRow {
        switch form {
        case .tokens:
            SourceRow(
                name: "branch-\(branch)" + RunLanguage.suffix, reference: Self.reference(branch, form),
                origin: Phrase("one token a line", "一行一個詞元")[language])
        case .text:
            SourceRow(
                name: "branch-\(branch).txt", reference: Self.reference(branch, form),
                origin: Phrase("the text", "全文")[language])
        }
    }

    /// Tokens that are there, and the lines that a run which goes on will fill: a breakpoint can stand on them already.
    var lineCount: Int { max(trace.prompt.tokens.count + stepsAtMost, 1) }

    /// How many steps the run can have.
    private var stepsAtMost: Int {
        if trace.run != .generate { return trace.run == .fill ? 0 : trace.steps.count }
        let isOver = trace.steps.last?.finish != nil || trace.ended != nil
        return isOver ? trace.steps.count : max(trace.steps.count, min(trace.settings.maxTokens, 100_000))
    }

    func content(_ form: Form) -> String {
        switch form {
        case .text: return trace.prompt.rendered + trace.text
        case .tokens:
            let tokens = trace.tokens
            var lines = tokens.map { quoted($0.bytes) }
            lines += [String](repeating: "", count: max(lineCount - tokens.count, 0))
            return lines.joined(separator: "\n") + "\n"
        }
    }

    // MARK: lines and positions

    /// The line of a position in the document of tokens, from 1.
    static func line(ofPosition position: Int) -> Int { position + 1 }

    /// The line of a step; of the prompt's last token for the prompt.
    func line(ofStep step: Int?) -> Int {
        guard let step else { return max(trace.prompt.tokens.count, 1) }
        return Self.line(ofPosition: trace.position(ofStep: step))
    }

    /// The step whose token stands on a line, made or to come; nil for the prompt's lines, and behind the last.
    func step(onLine line: Int, _ form: Form) -> Int? {
        guard let position = position(onLine: line, form), position < trace.prompt.tokens.count + stepsAtMost else {
            return nil
        }
        if trace.run == .fill { return trace.step(at: position) }
        return position < trace.prompt.tokens.count ? nil : position - trace.prompt.tokens.count
    }

    /// The first token of a line; nil where there is none.
    func position(onLine line: Int, _ form: Form) -> Int? {
        guard line >= 1 else { return nil }
        return form == .tokens ? line - 1 : firstOnLine[line]
    }

    private func positionsOfLines() -> [Int: Int] {
        var positions: [Int: Int] = [:]
        var line = 1
        for (position, token) in trace.tokens.enumerated() {
            if positions[line] == nil { positions[line] = position }
            line += token.bytes.count { $0 == 0x0A }
        }
        return positions
    }
}
