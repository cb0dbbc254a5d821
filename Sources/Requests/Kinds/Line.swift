// The debugger's commands as they are typed, and the same as requests with members.
internal import Debugging
internal import JSONText
internal import Kernels
internal import Phrases
internal import Traces

extension Request {
    /// `run`, `line`; `width`: the columns of the drawn lines; `milliseconds`: a longer walk, or a sweep, stops after them
    /// and says so in `more`, with the line that goes on with it.
    static let line = Request("line", "run line width? milliseconds?") {
        (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let line = try arguments.text("line")
        try run.carryOut(arguments, &answer, engine, line: line) { (debugger) throws(DebuggingError) in
            try debugger.execute(line: line)
        }
    }

    /// `run`, `line`: what its last word could become.
    static let complete = Request("complete", "run line") { (engine, arguments, answer) throws(RequestError) in
        let (candidates, length) = try engine.run(arguments).debugger.completions(of: try arguments.text("line"))
        answer.json.object { json in
            json.array("candidates") { json in for candidate in candidates { json.value(candidate) } }
            json.member("wordLength", length)
        }
    }

    /// `run`, `token` (an id); `next`: of the next step instead of the cursor's.
    static let force = command("force", "token next?") { (arguments) throws(RequestError) in
        .force("#\(try arguments.count("token"))", next: try arguments.flag("next", or: false))
    }

    /// `run`, `name`, `value`: an option of the run as it is typed.
    static let set = command("set", "name value") { (arguments) throws(RequestError) in
        .set(name: try arguments.text("name"), value: try arguments.text("value"))
    }

    /// `run`, `layer`, `head`.
    static let ablate = command("ablate", "layer head") { (arguments) throws(RequestError) in
        .ablate(layer: try arguments.count("layer"), head: try arguments.count("head"))
    }

    /// `run`, `layer`, `head`; without them all heads.
    static let restore = command("restore", "layer? head?") { (arguments) throws(RequestError) in
        if arguments["layer"] == nil { return .restoreAll }
        return .restore(layer: try arguments.count("layer"), head: try arguments.count("head"))
    }

    /// `run`, `name`.
    static let fork = command("fork", "name?") { (arguments) throws(RequestError) in
        .fork(try arguments.textIfAny("name"))
    }

    /// `run`, `branch`: its number.
    static let switchBranch = command("switch", "branch") { (arguments) throws(RequestError) in
        .switchTo(String(try arguments.count("branch")))
    }

    /// A request that is one command of the debugger.
    private static func command(
        _ name: String, _ members: @autoclosure @escaping @Sendable () -> String,
        _ read: @escaping @Sendable (RequestArguments) throws(RequestError) -> Command
    ) -> Request {
        Request(name, "run \(members()) width? milliseconds?") { (engine, arguments, answer) throws(RequestError) in
            let run = try engine.run(arguments)
            let command = try read(arguments)
            try run.carryOut(arguments, &answer, engine) { (debugger) throws(DebuggingError) in
                try debugger.execute(command)
            }
        }
    }
}

extension OpenRun {
    /// Has the debugger do something and writes what came of it: `{"outcomes","text","run"}`.
    ///
    /// - Parameter line: what was typed for it; nil where nothing was.
    fileprivate func carryOut(
        _ arguments: RequestArguments, _ answer: inout Answer, _ engine: Engine, line: String? = nil,
        _ work: (Debugger) throws(DebuggingError) -> Outcome
    ) throws(RequestError) {
        let width = try arguments.width()
        let patience = Patience(try arguments.numberIfAny("milliseconds"), engine)
        patience.watch(debugger)
        defer { patience.leave(debugger) }
        let step = debugger.place.step
        let outcome: Outcome
        do { outcome = try work(debugger) } catch { throw .debugger(error) }
        let outcomes = outcome.parts
        answer.json.openObject()
        answer.json.key("outcomes")
        answer.json.openArray()
        for outcome in outcomes {
            if case .file(let request) = outcome, request.kind != .export(.png) {
                try write(request, &answer)
            } else {
                answer.json.value(outcome)
            }
        }
        answer.json.closeArray()
        answer.json.object("text") { json in
            for language in Language.allCases {
                let renderer = TextRenderer(language: language, width: width)
                json.array(language.rawValue) { json in
                    for line in outcomes.flatMap({ renderer.lines($0) }) { json.value(line) }
                }
            }
        }
        if patience.isOver {
            answer.json.object("more") { json in
                json.member("done", patience.done)
                json.member("of", patience.of)
                json.member("line", line.flatMap { debugger.rest(of: $0, from: step) })
            }
        }
        answer.json.key("run")
        answer.json.value(self, withPrompt: false)
        answer.json.closeObject()
    }

    /// The file that is asked for, as far as it is the trace: whoever sent the request puts it where it belongs.
    private func write(_ request: FileRequest, _ answer: inout Answer) throws(RequestError) {
        let bytes: [UInt8]
        do throws(TraceError) { bytes = try traceJSON(request.trace) } catch { throw .run(error.phrase) }
        let place = answer.attach(bytes)
        if request.holdsTrace { debugger.noteSaved() }
        answer.json.value(.file(request), attachment: place)
    }
}

/// How long a command may take, and how far it has come.
private final class Patience {
    private let end: Double
    private let goesOn: () -> Bool
    private let clock = SteadyClock()
    /// Whether the command was stopped.
    private(set) var isOver = false
    /// Of a sweep: heads.
    private(set) var done: Int?
    private(set) var of: Int?

    /// nil: as long as the host lets it, and has memory for it.
    init(_ milliseconds: Double?, _ engine: Engine) {
        end = clock.now + (milliseconds ?? .infinity) / 1000
        goesOn = { engine.host.goesOn() && !engine.isFull }
    }

    func watch(_ debugger: Debugger) {
        debugger.keepsGoing = { [self] in
            isOver = clock.now >= end || !goesOn()
            return !isOver
        }
        debugger.progress = { [self] done, all in (self.done, of) = (done, all) }
    }

    func leave(_ debugger: Debugger) { (debugger.keepsGoing, debugger.progress) = (nil, nil) }
}

extension Outcome {
    /// One after the other.
    fileprivate var parts: [Outcome] {
        if case .several(let outcomes) = self { return outcomes.flatMap { $0.parts } }
        return [self]
    }
}
