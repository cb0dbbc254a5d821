// Places of the text: what stands around the cursor, and places to come back to.
internal import Phrases
internal import Traces

extension Debugger {
    /// How many tokens `list` shows.
    private static let listLength = 10

    func list(_ range: ListRange) throws(DebuggingError) -> [ListedToken] {
        let count = reader.tokenCount
        let cursorPlace = cursor < 0 ? trace.prompt.tokens.count - 1 : trace.position(ofStep: cursor)
        let half = Self.listLength / 2
        var wanted: Range<Int>
        switch range {
        case .next:
            let start = listed?.upperBound ?? max(0, min(cursorPlace - half, count - Self.listLength))
            wanted = start..<(start + Self.listLength)
        case .before:
            let end = listed?.lowerBound ?? max(cursorPlace - half, 0)
            wanted = max(0, end - Self.listLength)..<end
        case .around(let step):
            let place = trace.position(ofStep: min(step, trace.steps.count))
            wanted = max(0, place - half)..<(place + half)
            if place >= count { wanted = count..<count }
        case .steps(let first, let last):
            // However far the numbers lie behind the end, they are behind it.
            let ends = (min(first, trace.steps.count), min(last, trace.steps.count))
            wanted = trace.position(ofStep: ends.0)..<(trace.position(ofStep: ends.1) + 1)
        }
        wanted = wanted.clamped(to: 0..<count)
        if wanted.isEmpty {
            throw .command(
                Phrase(
                    "there is nothing more to list; the steps are 0…\(trace.steps.count - 1)",
                    "沒有更多可以列出的；步驟為 0…\(trace.steps.count - 1)"))
        }
        listed = wanted
        return wanted.map { position in
            let step = trace.step(at: position)
            return ListedToken(
                position: position, step: step, token: reader.token(at: position),
                probability: step.map { trace.steps[$0].chosen?.probability } ?? score(at: position)?.probability,
                isCurrent: position == cursorPlace)
        }
    }

    /// How well a prompt token was foreseen, where that was recorded.
    func score(at position: Int) -> PromptScore? {
        position < trace.prompt.scores.count ? trace.prompt.scores[position] : nil
    }

    // MARK: checkpoints

    func checkpoint(_ name: String?) throws(DebuggingError) -> Outcome {
        if let name, Int(name) != nil || checkpoints.contains(where: { $0.name == name }) {
            let shown = readable(name)
            throw .command(
                Phrase("\(shown) cannot name a checkpoint: a number, or taken", "\(shown) 不能當檢查點名稱：是數字，或已被使用"))
        }
        let made = Checkpoint(
            id: nextCheckpointNumber(), name: name, place: place, token: currentStep.map { $0.token.bytes })
        checkpoints.append(made)
        return .info(.checkpoints([made]))
    }

    /// Back to where the checkpoint was made. What is recorded in a branch stays as it was, so nothing is computed.
    func restart(_ name: String) throws(DebuggingError) -> Outcome {
        guard let wanted = checkpoints.first(where: { String($0.id) == name || $0.name == name }) else {
            let list = checkpoints.isEmpty ? "—" : checkpoints.map { $0.name ?? String($0.id) }.joined(separator: ", ")
            let shown = readable(String(name.prefix(40)))
            throw .command(
                Phrase("there is no checkpoint \(shown); there are: \(list)", "沒有 \(shown) 這個檢查點；現有：\(list)"))
        }
        guard let target = lines.firstIndex(where: { $0.branch.id == wanted.place.branch }) else { return .nothing }
        let changesBranch = target != current
        if changesBranch {
            lines[current].branch.cursor = cursor
            current = target
            forgetReader()
        }
        move(to: wanted.place.step ?? Self.prompt)
        frames = wanted.place.frames
        let stopped = stop(.moved)
        return changesBranch ? .branched(lines[current].branch, stopped) : .stopped(stopped)
    }

    func forgetCheckpoints(_ ids: [Int]) throws(DebuggingError) -> Outcome {
        let gone = try checked(ids, among: checkpoints.map { $0.id }, Phrase("checkpoint", "檢查點"))
        checkpoints.removeAll { gone.contains($0.id) }
        return .info(.checkpoints(checkpoints))
    }

    /// Whether a checkpoint stands at the cursor: what it remembers must not be changed in place.
    var isAtCheckpoint: Bool {
        checkpoints.contains {
            $0.place.branch == lines[current].branch.id && ($0.place.step ?? Self.prompt) == cursor
        }
    }
}
