// The records of a session's runs, for who ends the server: of those that are open then, with all their branches, and of
// those that made room for others.
internal import JSONText
internal import Requests

/// What a page made and let go of, as records. The engine's thread alone uses it.
final class KeptRuns {
    /// The trace.json of each branch, oldest first.
    private(set) var records: [[UInt8]] = []
    /// Runs that are only looked at or tried: nobody would miss them.
    private var passing: Set<Int> = []
    private var byteCount = 0

    /// Bytes that are kept at most; the oldest go.
    private static let most = 256 << 20
    private static let forLooks: Set<String> = ["try", "beside"]

    /// Hears of a message before the engine does: what is about to end is kept.
    func hear(_ message: Message, _ engine: Engine) {
        guard let json = try? JSONValue(parsing: message.json), json["request"]?.string == "end",
            let run = json["run"]?.int
        else { return }
        if passing.remove(run) == nil { keep(run, of: engine) }
    }

    /// Hears what came of a message.
    func hear(_ answer: Message, to message: Message) {
        guard let request = try? JSONValue(parsing: message.json)["request"]?.string, Self.forLooks.contains(request),
            let run = try? JSONValue(parsing: answer.json)["result"]?["run"]?.int
        else { return }
        passing.insert(run)
    }

    /// Keeps the runs that are open still.
    func keepAll(of engine: Engine) {
        for run in engine.runNumbers where !passing.contains(run) { keep(run, of: engine) }
    }

    /// Keeps each branch of a run that has steps; one that is the beginning of another stands in that one.
    private func keep(_ run: Int, of engine: Engine) {
        guard let branches = ask(engine, #"{"request":"run","run":\#(run)}"#).json?["branches"]?.array else { return }
        for branch in branches {
            guard let number = branch["id"]?.int, let steps = branch["steps"]?.int, steps > 0,
                !branches.contains(where: { $0["parent"]?.int == number && $0["sharedSteps"]?.int == steps }),
                let other = ask(engine, #"{"request":"beside","run":\#(run),"branch":\#(number)}"#).json?["run"]?.int
            else { continue }
            if let bytes = ask(engine, #"{"request":"trace","run":\#(other)}"#).attachment { add(bytes) }
            _ = ask(engine, #"{"request":"end","run":\#(other)}"#)
        }
    }

    private func add(_ bytes: [UInt8]) {
        records.append(bytes)
        byteCount += bytes.count
        while byteCount > Self.most && records.count > 1 { byteCount -= records.removeFirst().count }
    }

    private func ask(_ engine: Engine, _ text: String) -> (json: JSONValue?, attachment: [UInt8]?) {
        let answer = engine.call(Message(json: Array(text.utf8)))
        return ((try? JSONValue(parsing: answer.json))?["result"], answer.attachments.first.map { $0.copied })
    }
}
