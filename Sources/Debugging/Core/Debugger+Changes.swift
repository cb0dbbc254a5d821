// What changes a run: force, set, ablate, fork; and going from one branch to another.
internal import Phrases
public import Traces

extension Debugger {
    /// The current branch's maker; a saved run's is made now, from the model that it names.
    func liveMaker(_ what: String) throws(DebuggingError) -> any TraceMaker {
        if trace.run == .fill {
            throw .command(
                Phrase(
                    "\(what) changes a run that goes on, and this one filled masks at once; fill the text again with other options",
                    "\(what) 用來改變進行中的執行，而這是一次填完遮罩的紀錄；請以其他選項重新 fill"))
        }
        if let maker = try revived() { return maker }
        throw .command(
            Phrase(
                "\(what) needs the model, and this is a saved trace; start stepglass debug with a prompt instead",
                "\(what) 需要模型，這裡只有存檔的紀錄；請改用提示啟動 stepglass debug"))
    }

    /// The current branch's maker, made where it has none yet; nil where there is no way to make one.
    func revived() throws(DebuggingError) -> (any TraceMaker)? {
        if let maker = lines[current].maker { return maker }
        guard let revive, trace.run != .fill else { return nil }
        let maker = try revive(trace)
        lines[current].maker = maker
        lines[current].branch.isLive = true
        adopt(maker)
        return maker
    }

    /// Whether a change at the cursor would rewrite what is recorded: steps after it, or this branch's own steps.
    private func needsFork(_ change: Change) -> Bool {
        let line = lines[current]
        if cursor + 1 < line.trace.steps.count { return true }
        // A forced token is recorded with its step, so the run stays a function of its settings.
        if case .force = change { return false }
        if isAtCheckpoint { return true }
        return line.trace.steps.count > line.branch.sharedSteps
    }

    /// Applies a change from the next step on, in a new branch where the old one has something to lose.
    func change(_ change: Change) throws(DebuggingError) -> Outcome {
        let maker = try liveMaker(change.command)
        try apply(change, maker)
        return .branched(lines[current].branch, stop(.moved))
    }

    private func apply(_ change: Change, _ maker: any TraceMaker) throws(DebuggingError) {
        if needsFork(change) {
            let forked = try maker.fork(steps: cursor + 1)
            try forked.apply(change)
            open(forked, change: record(change, maker), name: nil)
        } else {
            try maker.apply(change)
            adopt(maker)
            let made = record(change, maker)
            lines[current].branch.changes.append(made.words)
            lines[current].history.append(made)
            lines[current].isSaved = false
        }
        frames = []
    }

    /// A forced token is named by its text.
    private func words(_ change: Change, _ maker: any TraceMaker) -> String {
        guard case .force(let id) = change, let bytes = maker.tokenBytes(of: id) else { return change.words }
        return "force " + quoted(bytes)
    }

    private func record(_ change: Change, _ maker: any TraceMaker) -> RecordedChange {
        let isForce = if case .force = change { true } else { false }
        return RecordedChange(words: words(change, maker), step: cursor + 1, isForce: isForce)
    }

    private func open(_ maker: any TraceMaker, change: RecordedChange?, name: String?) {
        lines[current].branch.cursor = cursor
        let parent = lines[current].branch
        let trace = maker.trace
        // A second token forced at the same step takes the place of the first.
        let inherited = lines[current].history.filter { old in
            old.reaches(forkAt: cursor + 1) && !(old.isForce && change?.isForce == true && old.step == change?.step)
        }
        let own = change.map { [$0] } ?? []
        // A fork without a change is lost with nothing, until it has a step of its own.
        let isSaved = change == nil
        let branch = Branch(
            id: lines.count + 1, name: name, parent: parent.id, sharedSteps: cursor + 1,
            inherited: inherited.map { $0.words }, changes: own.map { $0.words }, cursor: cursor,
            steps: trace.steps.count,
            ending: Branch.ending(of: trace), isLive: true)
        lines.append(Line(branch: branch, trace: trace, maker: maker, history: inherited + own, isSaved: isSaved))
        current = lines.count - 1
        forgetReader()
    }

    func changeHead(_ change: Change, _ layer: Int, _ head: Int) throws(DebuggingError) -> Outcome {
        let model = trace.model
        guard layer < model.layers, head < model.heads else {
            throw .command(
                Phrase(
                    "\(layer).\(head) is no head of this model: layers are 0…\(model.layers - 1), heads 0…\(model.heads - 1)",
                    "這個模型沒有 \(layer).\(head) 這個頭：層為 0…\(model.layers - 1)，頭為 0…\(model.heads - 1)"))
        }
        return try self.change(change)
    }

    // MARK: force

    /// Puts a token in place of that of the cursor's step (at the prompt: of the first), or of the step after it.
    func force(_ source: String, next: Bool) throws(DebuggingError) -> Outcome {
        let maker = try liveMaker("force")
        let question = try tokenQuestion(source)
        if next, cursor >= 0, trace.steps[cursor].finish != nil {
            throw .command(
                Phrase(
                    "the text has ended here, there is no next step; force without next changes this one",
                    "文字已在此結束，沒有下一步；不寫 next 就改這一步"))
        }
        let target = next ? cursor + 1 : max(cursor, 0)
        let id = try forcedID(question, source, maker, at: target)
        let old = target < trace.steps.count ? trace.steps[target].token : nil
        let (line, place) = (current, self.place)
        move(to: target - 1)
        let outcome: Outcome
        do throws(DebuggingError) {
            try apply(.force(tokenID: id), maker)
            outcome = try step(1)
        } catch {
            if current == line {
                move(to: place.step ?? Self.prompt)
                frames = place.frames
            }
            throw error
        }
        let name = maker.tokenBytes(of: id).map { quoted($0) } ?? "#\(id)"
        let branch = lines[current].branch.id
        let change =
            old.map {
                Phrase(" in place of \(quoted($0.bytes))", "，原為 \(quoted($0.bytes))")
            } ?? Phrase("", "")
        let said =
            Phrase("step \(target): \(name)", "第 \(target) 步：\(name)") + change
            + (current == line ? Phrase("", "") : Phrase(" (branch \(branch))", "（分支 \(branch)）"))
        return .several([.said(said), outcome])
    }

    /// The token's id: given by number, or the one token that the text is cut into.
    private func forcedID(
        _ question: Question, _ source: String, _ maker: any TraceMaker, at target: Int
    ) throws(DebuggingError) -> Int {
        let bytes: [UInt8]
        switch question.constant {
        case .token(let token)?:
            guard let id = token.id, maker.tokenBytes(of: id) != nil else {
                let size = trace.model.vocabularySize
                throw .command(
                    Phrase("there is no token \(source); ids are 0…\(size - 1)", "沒有 \(source) 這個詞元；編號為 0…\(size - 1)"))
            }
            return id
        case .text(let text)?: bytes = text
        default:
            // `chosen`, `top(2)`, …: asked of the step itself, which must be recorded for that.
            guard target < trace.steps.count else {
                throw .command(
                    Phrase(
                        "step \(target) is not made yet, so \(source) is not known; name the token, for example force \" the\"",
                        "第 \(target) 步還沒產生，不知道 \(source) 是什麼；請直接寫詞元，例如 force \" the\""))
            }
            let token = try token(question.value(at: target, in: reader))
            if let id = token.id { return id }
            bytes = token.bytes ?? []
        }
        let ids = try maker.tokenIDs(of: bytes)
        if ids.count == 1 { return ids[0] }
        let pieces = ids.map { maker.tokenBytes(of: $0).map(quoted) ?? "#\($0)" }.joined(separator: " ")
        throw .command(
            Phrase(
                "\(quoted(bytes)) is \(ids.count) tokens for this model: \(pieces); force one at a time",
                "\(quoted(bytes)) 對這個模型是 \(ids.count) 個詞元：\(pieces)；請一次指定一個"))
    }

    // MARK: branches

    /// The branches in the order they were made.
    public var branches: [Branch] {
        var result = lines.map { $0.branch }
        result[current].cursor = cursor
        return result
    }

    func fork(_ name: String?) throws(DebuggingError) -> Outcome {
        let maker = try liveMaker("fork")
        if let name {
            if Int(name) != nil {
                throw .command(
                    Phrase(
                        "\(readable(name)) cannot name a branch: numbers are what branches have anyway; choose a word",
                        "\(readable(name)) 不能當分支名稱：數字是分支的編號；請改用文字命名"))
            }
            if let other = lines.first(where: { $0.branch.name == name }) {
                throw .command(
                    Phrase(
                        "branch \(other.branch.id) is named \(readable(name)) already; choose another name",
                        "分支 \(other.branch.id) 已經叫 \(readable(name))；請取別的名稱"))
            }
        }
        open(try maker.fork(steps: cursor + 1), change: nil, name: name)
        frames = []
        return .branched(lines[current].branch, stop(.moved))
    }

    private func line(_ name: String) throws(DebuggingError) -> Int {
        if let index = lines.firstIndex(where: { String($0.branch.id) == name || $0.branch.name == name }) {
            return index
        }
        let known = lines.map { $0.branch.name ?? String($0.branch.id) }
        let close = nearest(to: name, among: known).map {
            Phrase("; did you mean \($0)?", "；是不是要寫 \($0)？")
        }
        let list = known.joined(separator: ", ")
        let shown = readable(String(name.prefix(40)))
        throw .command(
            Phrase("there is no branch \(shown); there are: \(list)", "沒有 \(shown) 這個分支；現有：\(list)")
                + (close ?? Phrase("", "")))
    }

    func switchBranch(_ name: String) throws(DebuggingError) -> Outcome {
        let target = try line(name)
        lines[current].branch.cursor = cursor
        current = target
        cursor = lines[target].branch.cursor
        frames = []
        forgetReader()
        return .branched(lines[current].branch, stop(.moved))
    }

    func diff(_ name: String) throws(DebuggingError) -> Outcome {
        let other = try line(name)
        if other == current {
            throw .command(
                Phrase("branch \(name) is this one; diff compares it with another", "分支 \(name) 就是目前這個；diff 要和另一個分支比較"))
        }
        return .difference(
            difference(lines[other].trace, trace), from: lines[other].branch.id, to: lines[current].branch.id)
    }

    /// The recorded run of a branch, for front ends that write or draw it.
    public func trace(ofBranch id: Int) -> Trace? { lines.first { $0.branch.id == id }?.trace }
}

extension Change {
    /// The command that makes it.
    var command: String {
        switch self {
        case .force: "force"
        case .setting: "set"
        case .ablate: "ablate"
        case .restore, .restoreAll: "restore"
        }
    }
}
