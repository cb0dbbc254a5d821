// One client's session: requests in, answers and events out. Knows the debugger and no stream, no model and no file; what it
// needs of them is handed in.
public import Debugging
internal import JSONText
public import Phrases
public import Traces

/// What a session needs of the program around it.
public struct AdapterHost {
    /// Begins what the configuration asks for: a live run, or recorded ones. Throws why it cannot be.
    public var begin: (Launch, _ language: Language, @escaping AdapterProgress) throws(AdapterError) -> Debugger
    /// Writes a file that a command asks for; returns a line that says where.
    public var write: (FileRequest, Language) throws(AdapterError) -> String
    /// What a client is told of a run before it goes on, a line each.
    public var introduce: (Trace) -> [Phrase] = { _ in [] }
    /// Sends a whole message.
    public var send: ([UInt8]) -> Void
    /// Whether something waits that a walk has to stop for.
    public var wantsStop: () -> Bool

    /// A host by its members.
    public init(
        begin: @escaping (Launch, Language, @escaping AdapterProgress) throws(AdapterError) -> Debugger,
        write: @escaping (FileRequest, Language) throws(AdapterError) -> String,
        send: @escaping ([UInt8]) -> Void, wantsStop: @escaping () -> Bool
    ) {
        (self.begin, self.write, self.send, self.wantsStop) = (begin, write, send, wantsStop)
    }
}

/// Hears of long work: what it is called, how much is done, and of how much.
public typealias AdapterProgress = (_ work: Phrase, _ done: Int, _ of: Int) -> Void

/// A session of the Debug Adapter Protocol. Not for use from two threads at once.
public final class Adapter {
    /// How far the client is.
    enum Stage { case new, initialized, configuring, running, terminated, ended }

    let host: AdapterHost
    private(set) var stage = Stage.new
    var language: Language
    /// The last number of a message of ours.
    private var sequence = 0
    private var started: Debugger?
    var stopsOnEntry = true
    var client = ClientFacts()

    var points: [Point] = []
    private var lastPoint = 0
    var frames = Numbered<FrameKey>()
    var containers = Numbered<Container>()
    /// The filter that the last stop was for, and what it found.
    var exception: (filter: ExceptionFilter, text: String)?
    /// What the filter of mismatches found at the step where a walk stands.
    var mismatch: String?
    /// Steps whose text went out, by branch.
    var toldSteps: [Int: Int] = [:]
    /// Whether the document has lines that the client has not heard of.
    var hasGrown = false
    private var progress: (title: Phrase, number: Int, percent: Int)?
    private var lastProgress = 0

    /// What the client said of itself.
    struct ClientFacts {
        var linesStartAt1 = true
        var columnsStartAt1 = true
        var hearsProgress = false
        var hearsInvalidated = false
        var hearsTypes = false
    }

    /// A session that waits for `initialize`.
    public init(_ host: AdapterHost, language: Language) { (self.host, self.language) = (host, language) }

    /// Whether the session is over: nothing is answered any more.
    public var hasEnded: Bool { stage == .ended }

    // MARK: messages

    /// Answers what came in, and does what it asks for.
    public func handle(_ incoming: Incoming) {
        switch incoming {
        case .message(let message): handle(message)
        case .broken(let fault): refuse(.message(fault), to: nil)
        case .lost(let fault):
            refuse(.message(fault), to: nil)
            stage = .ended
        }
    }

    private func handle(_ message: JSONValue) {
        // An answer to a request of ours: there are none.
        if message["type"]?.string == "response" || message["type"]?.string == "event" { return }
        guard let number = message["seq"]?.int, let name = message["command"]?.string,
            message["type"]?.string == "request"
        else {
            return refuse(.notRequest("seq, type, command"), to: message)
        }
        guard let request = AdapterRequest.all.first(where: { $0.name == name }) else {
            return refuse(.unknownRequest(String(name.prefix(60))), to: message)
        }
        do throws(AdapterError) {
            if stage == .terminated && request.needs != .nothing { throw .over }
            if request.needs == .session && stage == .new { throw .tooEarly(needs: "initialize") }
            if request.needs == .run && started == nil { throw .tooEarly(needs: "launch") }
            if let arguments = message["arguments"], !arguments.isNull, arguments.object == nil {
                throw .member("arguments", expected: Phrase("an object", "物件"))
            }
            let arguments = Arguments(message["arguments"].flatMap { $0.isNull ? nil : $0 } ?? .object(.init()))
            var body = JSONWriter()
            body.openObject()
            let after = try request.answer(self, arguments, &body)
            body.closeObject()
            answer(number, name, body.bytes)
            carryOut(after)
        } catch {
            refuse(error, to: message)
        }
    }

    private func answer(_ number: Int, _ name: String, _ body: [UInt8]) {
        var json = begun()
        json.member("type", "response")
        json.member("request_seq", number)
        json.member("success", true)
        json.member("command", name)
        json.key("body")
        // The body is written already, and is the last member.
        host.send(framed(json.bytes + body + [UInt8(ascii: "}")]))
    }

    private func refuse(_ error: AdapterError, to message: JSONValue?) {
        let text = shown(error.phrase)
        send { json in
            json.member("type", "response")
            json.member("request_seq", message?["seq"]?.int ?? 0)
            json.member("success", false)
            json.member("command", message?["command"]?.string.map { readable(String($0.prefix(60))) } ?? "")
            json.member("message", text)
            json.object("body") { json in
                json.object("error") { json in
                    json.member("id", error.number)
                    // Braces would be places for variables.
                    json.member("format", String(text.map { $0 == "{" ? "(" : $0 == "}" ? ")" : $0 }))
                    json.member("showUser", true)
                }
            }
        }
    }

    func tell(_ event: Event) {
        send { json in
            json.member("type", "event")
            json.member("event", event.name)
            json.object("body") { json in event.write(to: &json) }
        }
    }

    /// A message of ours up to its number.
    private func begun() -> JSONWriter {
        sequence += 1
        var json = JSONWriter()
        json.openObject()
        json.member("seq", sequence)
        return json
    }

    private func send(_ members: (inout JSONWriter) -> Void) {
        var json = begun()
        members(&json)
        json.closeObject()
        host.send(framed(json.bytes))
    }

    // MARK: the session

    /// A phrase in the editor's language. What came into it from a file or a person is in its visible form.
    func shown(_ phrase: Phrase) -> String { flowing(phrase[language]) }
    func say(_ english: String, _ chinese: String) -> String { shown(Phrase(english, chinese)) }

    /// The run; a request that needs it is refused before it asks.
    var debugger: Debugger {
        guard let started else { preconditionFailure("a request of a run was let through without one") }
        return started
    }
    var hasRun: Bool { started != nil }

    func greet() throws(AdapterError) {
        if stage != .new { throw .again("initialize") }
        stage = .initialized
    }

    /// Begins the run that a client asks for.
    func begin(_ launch: Launch) throws(AdapterError) {
        if stage != .initialized || started != nil { throw .again("launch") }
        if let chosen = launch.language { language = chosen }
        stopsOnEntry = launch.stopsOnEntry
        let debugger = try host.begin(launch, language) { [weak self] in self?.hear($0, $1, $2) }
        started = debugger
        stage = .configuring
        for branch in debugger.branches { toldSteps[branch.id] = branch.steps }
    }

    /// What is to be said of the run once.
    var introduction: [Event] {
        host.introduce(debugger.trace).map { .output(shown($0) + "\n", category: .console) }
    }

    /// Whether the configuration is complete only now.
    func finishConfiguration() throws(AdapterError) {
        if stage != .configuring { throw stage == .running ? .again("configurationDone") : .tooEarly(needs: "launch") }
        stage = .running
    }

    var isConfiguring: Bool { stage == .configuring }

    func terminate() { stage = .terminated }
    func end() { stage = .ended }

    func nextPoint() -> Int {
        lastPoint += 1
        return lastPoint
    }

    /// Shows how far long work is, where the client shows such things.
    func hear(_ work: Phrase, _ done: Int, _ of: Int) {
        if !client.hearsProgress || of <= 0 { return }
        let percent = min(100 * done / of, 100)
        if progress == nil {
            if done >= of { return }
            lastProgress += 1
            progress = (work, lastProgress, -1)
            tell(.progressStart(id: String(lastProgress), title: shown(work)))
        }
        guard let shown = progress else { return }
        if percent != shown.percent && done < of {
            progress?.percent = percent
            tell(.progressUpdate(id: String(shown.number), percent: percent))
        }
        if done >= of {
            tell(.progressEnd(id: String(shown.number)))
            progress = nil
        }
    }

    /// Takes back a line of progress whose work was stopped.
    func endProgress() {
        if let progress { tell(.progressEnd(id: String(progress.number))) }
        progress = nil
    }
}
