// Threads and frames: branches with their beams, and the places around the cursor, the innermost first.
internal import Debugging
internal import Phrases
internal import Traces

extension Adapter {
    /// A beam's thread is numbered behind all branches.
    private static let beamStride = 1_000_000

    // MARK: threads

    func threads() -> [ThreadRow] {
        debugger.branches.flatMap { branch -> [ThreadRow] in
            let name = branch.name.map { " " + readable($0) } ?? ""
            let ending = branch.ending.isEmpty ? "" : ": …" + readable(branch.ending)
            let row = ThreadRow(
                id: branch.id, name: say("branch \(branch.id)", "分支 \(branch.id)") + name + ending)
            let beams = self.beams(FrameKey(branch: branch.id, beam: nil, depth: 0)).enumerated().map { beam in
                ThreadRow(
                    id: Self.beamStride * (beam.offset + 1) + branch.id,
                    name: say("beam \(beam.offset)", "路徑 \(beam.offset)") + ": " + quoted(beam.element.token.bytes))
            }
            return [row] + beams
        }
    }

    /// The branch of a thread, be it a beam's.
    func branch(ofThread thread: Int) throws(AdapterError) -> Int {
        let branch = thread % Self.beamStride
        let beam = thread / Self.beamStride - 1
        let count = beam < 0 ? 0 : beams(FrameKey(branch: branch, beam: nil, depth: 0)).count
        guard thread > 0, debugger.trace(ofBranch: branch) != nil, beam < 0 || beam < count else {
            throw .nothing(Phrase("thread", "執行緒"), thread)
        }
        return branch
    }

    // MARK: where a frame is

    func trace(of key: FrameKey) -> Trace { debugger.trace(ofBranch: key.branch) ?? debugger.trace }

    func isCurrent(_ key: FrameKey) -> Bool { key.branch == debugger.place.branch }

    /// The step of a branch's cursor; nil at the prompt.
    func step(of key: FrameKey) -> Step? {
        if isCurrent(key) { return debugger.currentStep }
        let cursor = debugger.branches.first { $0.id == key.branch }?.cursor ?? Debugger.prompt
        let steps = trace(of: key).steps
        return steps.indices.contains(cursor) ? steps[cursor] : nil
    }

    /// The beams that were kept at a branch's step, best first.
    func beams(_ key: FrameKey) -> [BeamNode] {
        guard let tree = trace(of: key).beam, let step = step(of: key) else { return [] }
        return tree.nodes.filter { $0.depth == step.index && $0.state != .pruned }.sorted {
            $0.sumLogProbability != $1.sumLogProbability
                ? $0.sumLogProbability > $1.sumLogProbability : $0.id < $1.id
        }
    }

    // MARK: frames

    func stack(ofThread thread: Int) throws(AdapterError) -> [FrameRow] {
        let branch = try branch(ofThread: thread)
        if thread > Self.beamStride {
            let beam = thread / Self.beamStride - 1
            let key = FrameKey(branch: branch, beam: beam, depth: 0)
            return [row(key, beams(key)[beam].token.bytes)]
        }
        let inside = branch == debugger.place.branch ? debugger.place.frames : []
        return (0...inside.count).reversed().map { depth in
            let key = FrameKey(branch: branch, beam: nil, depth: depth)
            var row = row(key, step(of: key)?.token.bytes)
            if depth > 0 { row.name = inside[depth - 1].title[language] }
            return row
        }
    }

    private func row(_ key: FrameKey, _ token: [UInt8]?) -> FrameRow {
        let trace = trace(of: key)
        let document = RunDocument(trace: trace, branch: key.branch)
        let step = step(of: key)
        let name =
            step.map { step in
                say("step \(step.index): ", "第 \(step.index) 步：") + quoted(token ?? step.token.bytes)
            } ?? say("the prompt", "提示")
        return FrameRow(
            id: frames.number(of: key), name: name, source: document.source(.tokens, language),
            line: lineOut(document.line(ofStep: step?.index)))
    }

    /// The frame of a number.
    func frame(_ number: Int) throws(AdapterError) -> FrameKey {
        guard let key = frames[number] else { throw .nothing(Phrase("frame", "堆疊框架"), number) }
        return key
    }

    // MARK: lines as the client counts them

    func lineOut(_ line: Int) -> Int { client.linesStartAt1 ? line : line - 1 }
    func lineIn(_ line: Int) -> Int { client.linesStartAt1 ? line : line + 1 }

    /// The document that a line is of: by its number, or by its name where a client keeps no number; one without any name
    /// is the current branch's, as some clients show it. nil: a file of the user's own.
    func documentOfLine(
        _ source: Arguments
    ) throws(AdapterError) -> (document: RunDocument, form: RunDocument.Form)? {
        if let number = try source.wholeIfAny("sourceReference"), number != 0 { return try document(source) }
        let path = try source.textIfAny("path") ?? ""
        let last = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? path
        let name = path.isEmpty ? try source.textIfAny("name") ?? "" : last
        for branch in debugger.branches {
            guard let trace = debugger.trace(ofBranch: branch.id) else { continue }
            let document = RunDocument(trace: trace, branch: branch.id)
            if name.isEmpty && branch.id == debugger.place.branch { return (document, .tokens) }
            for form in [RunDocument.Form.tokens, .text] where document.source(form, language).name == name {
                return (document, form)
            }
        }
        return nil
    }

    /// The document of a request, by the number in its `source`.
    func document(_ source: Arguments) throws(AdapterError) -> (document: RunDocument, form: RunDocument.Form) {
        let number = try source.whole("sourceReference")
        guard let place = RunDocument.place(number), let trace = debugger.trace(ofBranch: place.branch) else {
            throw .nothing(Phrase("document", "文件"), number)
        }
        return (RunDocument(trace: trace, branch: place.branch), place.form)
    }
}
