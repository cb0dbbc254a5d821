// What the runs of an engine hold, for a program in which many engines share a machine: bounded, given up, taken back.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension Engine {
    /// Bytes that the runs hold: keys, values and logits, what was recorded, and what records that were sent take once they
    /// are read, which is some twice their length.
    public var heldBytes: Int64 {
        var bytes: Int64 = 0
        for run in runs.values { bytes += run.debugger.heldBytes + run.debugger.recordBytes + 2 * run.sentBytes }
        for verification in verifications.values { bytes += 2 * verification.bytes }
        return bytes
    }

    /// Whether the runs hold more than they may. A long call ends its part there, so that how far a run grows beyond its
    /// bound does not depend on how many steps a part has time for.
    var isFull: Bool { host.mostBytes.map { heldBytes > $0 } ?? false }

    /// Has all runs let go of what can be computed again: nobody uses them at present.
    public func rest() { for run in runs.values { run.debugger.letGo() } }

    /// Has a run that rested take back a part of what a request needs; whether all is there, so that the request is answered
    /// without delay.
    public func wake(for message: Message, seconds: Double) -> Bool {
        guard let (request, number) = asked(message), let run = number.flatMap({ runs[$0] }),
            !Request.ofRecordAlone.contains(where: { $0.name == request })
        else { return true }
        return run.debugger.wake(seconds: seconds)
    }

    /// Before a run grows beyond what an engine may hold, the others rest; where that is not enough, it does not grow.
    ///
    /// - Returns: the answer to a request that must not be carried out; nil for all others.
    public func refusal(of message: Message) -> Message? {
        guard let most = host.mostBytes, isFull, let (request, own) = asked(message),
            Request.growing.contains(where: { $0.name == request })
        else { return nil }
        for (number, run) in runs where number != own { run.debugger.letGo() }
        let held = heldBytes
        if held <= most { return nil }
        let (now, limit) = (held >> 20, most >> 20)
        return Self.answer(
            .request(
                Phrase(
                    "the runs here hold \(now) MB, and may hold \(limit) MB; end one of them, or begin a shorter one",
                    "這裡的執行占了 \(now) MB，上限是 \(limit) MB；請結束其中一個，或開始一個較短的")))
    }

    /// The answer to a call that was ended before its run, which had rested, was read again.
    public static var interruption: Message {
        answer(
            .run(
                Phrase(
                    "the call was ended before its run had been read again; ask once more",
                    "還沒重讀完這次執行，呼叫就結束了；請再問一次")))
    }

    private static func answer(_ error: RequestError) -> Message {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.value(error)
        }
        return Message(json: json.bytes)
    }

    /// Where a run's cursor stands (−1: before the first step), how many steps there are, and whether it can go on; nil where
    /// there is no such run.
    public func standing(ofRun number: Int) -> (step: Int, steps: Int, canGoOn: Bool)? {
        runs[number].map { ($0.debugger.place.step ?? -1, $0.debugger.trace.steps.count, $0.debugger.canGoOn) }
    }

    private func asked(_ message: Message) -> (request: String, run: Int?)? {
        guard let json = try? JSONValue(parsing: message.json), let request = json["request"]?.string else {
            return nil
        }
        return (request, json["run"]?.int)
    }
}
