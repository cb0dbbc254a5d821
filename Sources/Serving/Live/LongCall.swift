// Calls that may take long, cut into parts: whoever else waits has a turn between them. Which these are, and how one goes on,
// stands here; the desk's jobs carry the parts out.
internal import Debugging
internal import JSONText
internal import Requests

/// A call whose work is done in parts, each a message of its own.
struct LongCall {
    /// Where a run stands, as the engine tells it.
    typealias Standing = (_ run: Int) -> (step: Int, steps: Int, canGoOn: Bool)?

    private enum Kind: String {
        /// A line of the debugger: it tells the line that goes on with it.
        case line
        /// A record made again: it tells the number that goes on.
        case verify
        /// To a step: those before it are made one after another.
        case go
        /// Several steps: the answer has those of all parts.
        case step
    }

    /// The members that each may have; a message with another one is no such call, and is refused in words.
    private static let known: [Kind: [String]] = [
        .line: ["request", "run", "line", "width", "milliseconds"],
        .verify: ["request", "model", "verification", "milliseconds"],
        .go: ["request", "run", "to"],
        .step: ["request", "run", "count", "milliseconds"],
    ]

    private let kind: Kind
    private var attachments: [AttachedBytes]
    /// Those of the next part, but for what each part has anew.
    private var members: [(key: String, value: JSONValue)]
    /// The caller's own bound in milliseconds; nil: until it is done.
    private let budget: Double?
    /// The run that is asked; less than 0: none.
    private let run: Int
    /// Of ``Kind/go``: the step, and where the part before it came to.
    private let target: Int
    private var reached: Int?
    /// Of ``Kind/step``: how many there are still to be made, and those that were made.
    private var left: Int
    private var made: [JSONValue] = []

    /// nil for all others.
    init?(_ message: Message) {
        guard let json = try? JSONValue(parsing: message.json), let all = json.object?.members,
            let kind = json["request"]?.string.flatMap(Kind.init(rawValue:)), let known = Self.known[kind],
            all.allSatisfy({ known.contains($0.key) })
        else { return nil }
        (run, target) = (json["run"]?.int ?? -1, json["to"]?.int ?? -1)
        left = json["count"]?.int ?? 1
        if kind == .go, json["run"]?.int == nil || json["to"]?.int == nil { return nil }
        self.kind = kind
        attachments = message.attachments
        budget = json["milliseconds"]?.double
        members = all.filter { !["milliseconds", "to", "count"].contains($0.key) }
    }

    /// The run whose prompt must be read before it can be done; nil where nothing of it has to be.
    func unread(_ standing: Standing) -> Int? {
        guard standing(run)?.steps == 0 else { return nil }
        let makesSteps =
            switch kind {
            case .step: true
            case .go: target >= 0
            case .verify: false
            case .line:
                switch try? parseCommand(members.first { $0.key == "line" }?.value.string ?? "") {
                case .step, .continue, .run, .runTo, .until: true
                default: false
                }
            }
        return makesSteps ? run : nil
    }

    /// The next part.
    ///
    /// - Parameters:
    ///   - milliseconds: how long it may take; 0: as little as there is.
    ///   - spent: milliseconds since the first part began.
    func part(_ milliseconds: Double, spent: Double, _ standing: Standing) -> Message {
        var json = JSONWriter()
        json.object { json in
            for (key, value) in members {
                json.key(key)
                json.value(value)
            }
            if kind == .step { json.member("count", left) }
            if kind == .go {
                // What is there already costs nothing: the first part goes to the end of it, and one step beyond.
                json.member("to", standing(run).map { min(target, $0.steps) } ?? target)
            } else {
                json.member("milliseconds", budget.map { min(milliseconds, max(0, $0 - spent)) } ?? milliseconds)
            }
        }
        return Message(json: json.bytes, attachments: attachments)
    }

    /// Takes a part's answer; returns whether there is another part.
    ///
    /// - Parameter spent: milliseconds since the first part began.
    mutating func took(_ answer: Message, spent: Double, _ standing: Standing) -> Bool {
        if kind == .go {
            defer { reached = standing(run)?.step }
            guard !answer.isError, let now = standing(run)?.step else { return false }
            // A run that has ended makes no further step, however far one wishes to go.
            return now < target && reached.map { now > $0 } ?? true
        }
        let result = (try? JSONValue(parsing: answer.json))?["result"]
        if kind == .step {
            let steps = result?["steps"]?.array ?? []
            made += steps
            left -= steps.count
            return left > 0 && !steps.isEmpty && budget.map { spent < $0 } ?? true
        }
        guard let more = result?["more"], budget.map({ spent < $0 }) ?? true else { return false }
        switch kind {
        case .line:
            guard let line = more["line"], line.string != nil,
                let place = members.firstIndex(where: { $0.key == "line" })
            else { return false }
            members[place].value = line
        case .verify:
            guard let number = more["verification"] else { return false }
            members = members.filter { $0.key == "request" } + [("verification", number)]
            attachments = []
        case .go, .step: return false
        }
        return true
    }

    /// The answer to the whole call.
    ///
    /// - Parameter last: that to its last part.
    func whole(_ last: Message) -> Message {
        guard kind == .step, let result = (try? JSONValue(parsing: last.json))?["result"],
            let run = result["run"], (result["steps"]?.array?.count ?? 0) < made.count
        else { return last }
        var json = JSONWriter()
        json.object { json in
            json.object("result") { json in
                json.array("steps") { json in for step in made { json.value(step) } }
                json.key("run")
                json.value(run)
            }
        }
        return Message(json: json.bytes)
    }
}

extension Message {
    /// Whether an answer is that something is wrong: it begins so, and what is long is not read for it.
    var isError: Bool { json.starts(with: Self.error) }

    private static let error = Array(#"{"error""#.utf8)
}
