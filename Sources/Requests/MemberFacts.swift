// The schema of messages, made of the table of requests and of what each member is; no part of the engine inside a page.
#if !hasFeature(Embedded)
    internal import JSONText

    extension Request {
        /// Whether a member stands in the request's row.
        func takes(_ name: String) -> Bool { members.fact.contains { $0.name == name && !$0.isAttached } }
    }

    /// What a member of a request is. The same name means the same in all of them.
    private struct MemberFact {
        enum Form: String {
            case text = #"{"type":"string"}"#
            case whole = #"{"type":"integer"}"#
            case number = #"{"type":"number"}"#
            case flag = #"{"type":"boolean"}"#
            case texts = #"{"type":"array","items":{"type":"string"}}"#
            case wholes = #"{"type":"array","items":{"type":"integer"}}"#
            case numbers = #"{"type":"array","items":{"type":"number"}}"#
            case numbersOrNull = #"{"type":"array","items":{"type":["number","null"]}}"#
            case textMembers = #"{"type":"object","additionalProperties":{"type":"string"}}"#
            case object = #"{"type":"object"}"#
        }

        var form: Form
        var note: String

        static let all: [(name: String, fact: MemberFact)] = [
            ("model", .init(form: .whole, note: "the number of an open model, as its opening told")),
            ("other", .init(form: .whole, note: "the number of the run that is compared")),
            ("run", .init(form: .whole, note: "the number of a run, as its beginning told")),
            ("course", .init(form: .whole, note: "the number of an open course")),
            ("verification", .init(form: .whole, note: "the number of one that goes on; else model and record")),
            ("name", .init(form: .text, note: "of a model, a setting, a branch")),
            ("text", .init(form: .text, note: "a prompt, or a text to be taken apart")),
            ("bytes", .init(form: .text, note: "a text's bytes in hexadecimal digits")),
            ("files", .init(form: .texts, note: "the names of the attachments, one for each")),
            ("sha256", .init(form: .text, note: "of the weights, where it is known")),
            ("settings", .init(form: .object, note: "as in trace.json; those left out are at their defaults")),
            ("options", .init(form: .textMembers, note: "settings as they are typed, by the options' long names")),
            ("value", .init(form: .text, note: "of a setting, as it is typed")),
            ("count", .init(form: .whole, note: "of steps")),
            ("milliseconds", .init(form: .number, note: "after these no further part is begun")),
            ("step", .init(form: .whole, note: "from 0")),
            ("from", .init(form: .whole, note: "the first step, or the first row of attention")),
            ("to", .init(form: .whole, note: "the step after the last; of go: the step, or -1 for the prompt")),
            ("token", .init(form: .whole, note: "its id")),
            ("tokens", .init(form: .wholes, note: "their ids")),
            ("temperatures", .init(form: .numbers, note: "where the curve is asked for, at most 200 of them")),
            ("uniform", .init(form: .number, note: "the number to draw with, in 0..<1")),
            ("layer", .init(form: .whole, note: "from 0")),
            ("head", .init(form: .whole, note: "from 0")),
            ("branch", .init(form: .whole, note: "its number")),
            ("next", .init(form: .flag, note: "the step to come instead of the one at hand")),
            ("line", .init(form: .text, note: "a command or question as it is typed in the debugger")),
            ("question", .init(form: .text, note: "as behind the debugger's print")),
            ("width", .init(form: .whole, note: "columns of the lines that are drawn")),
            ("attention", .init(form: .flag, note: "whether the record holds its attention")),
            ("special", .init(form: .flag, note: "whether control tokens in the text are meant")),
            ("scoreEach", .init(form: .flag, note: "score each token behind a mask of its own")),
            ("candidates", .init(form: .whole, note: "how many are listed")),
            ("record", .init(form: .texts, note: "what is recorded: attention, logits, hidden")),
            ("tells", .init(form: .flag, note: "whether stories come with the steps")),
            ("logits", .init(form: .numbersOrNull, note: "by hand; null is minus infinity")),
            ("labels", .init(form: .texts, note: "of the logits")),
            ("history", .init(form: .wholes, note: "ids that were written")),
            ("promptHistory", .init(form: .wholes, note: "ids of the prompt")),
            ("lesson", .init(form: .text, note: "its id")),
            ("screen", .init(form: .text, note: "its id")),
            ("exercise", .init(form: .text, note: "its id")),
            ("student", .init(form: .text, note: "whose variant; none: the common one")),
            ("answer", .init(form: .text, note: "as the student typed it")),
            ("previous", .init(form: .text, note: "the answer before")),
        ]

        /// What attachments are, by the word behind "+".
        static let attached = [
            "files": "the files that \"files\" names", "trace": "a trace.json", "course": "the course as JSON",
        ]
    }

    /// The JSON Schema of what a server's engine is sent, answers and tells.
    public func liveSchema() -> [UInt8] {
        let used = Request.ofShelf.flatMap { $0.members.fact }.filter { !$0.isAttached }.map { $0.name }
        let facts = MemberFact.all.filter { used.contains($0.name) }
        let members = facts.map { "\(quoted($0.name)): \(described($0.fact.form.rawValue, $0.fact.note))" }
        let requests = Request.ofShelf.map { schema($0) }
        return Array(
            """
            {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Stepglass live",
            "description": "A message to the engine behind a served page; $defs has its answers and events too.",
            "oneOf": [
            \(requests.joined(separator: ",\n"))
            ],
            "$defs": {
            \(members.joined(separator: ",\n")),
            \(answers)
            }
            }

            """.utf8)
    }

    private func described(_ form: String, _ note: String) -> String {
        "{\"description\":\(quoted(note)),\(form.dropFirst())"
    }

    private func schema(_ request: Request) -> String {
        let own = request.members.fact.filter { !$0.isAttached }
        let members = own.map { ",\(quoted($0.name)):{\"$ref\":\"#/$defs/\($0.name)\"}" }.joined()
        let needed = (["request"] + own.filter { $0.isNeeded }.map { $0.name }).map { quoted($0) }.joined(
            separator: ",")
        let brought = request.members.fact.filter { $0.isAttached }.compactMap { MemberFact.attached[$0.name] }
        let note = brought.isEmpty ? "" : "\"description\":\(quoted("attached: " + brought.joined(separator: ", "))),"
        return "{\"title\":\(quoted(request.name)),\(note)\"type\":\"object\",\"additionalProperties\":false,"
            + "\"properties\":{\"request\":{\"const\":\(quoted(request.name))}\(members)},\"required\":[\(needed)]}"
    }

    private func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.value(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// What comes back. The parts of a result that a record has too are those of `stepglass schema`.
    private let answers = """
        "phrase": {"type":"object","required":["en","zh-TW"],"properties":{"en":{"type":"string"},"zh-TW":{"type":"string"}}},
        "reply": {"description":"what a message is answered with: one of the two","type":"object","minProperties":1,"maxProperties":1,"additionalProperties":false,"properties":{"result":{"type":"object"},"error":{"type":"object","required":["kind","message"],"properties":{"kind":{"enum":["request","model","run","question","command"]},"message":{"$ref":"#/$defs/phrase"},"source":{"type":"string"},"start":{"type":"integer"},"end":{"type":"integer"}}}}},
        "part": {"description":"an event: steps of a walk, as the replies to step, stories and attention; bytes: the rows in base64","type":"object","required":["call","run","ended"],"properties":{"call":{"type":"string"},"run":{"type":"integer"},"ended":{"type":"boolean"},"layer":{"type":["integer","null"]},"bytes":{"type":"string"},"step":{"$ref":"#/$defs/reply"},"stories":{"$ref":"#/$defs/reply"},"rows":{"$ref":"#/$defs/reply"}}},
        "progress": {"description":"an event: how far the work is that the next step waits for","type":"object","required":["call","work","done","of"],"properties":{"call":{"type":"string"},"work":{"enum":["prompt","beams"]},"done":{"type":"integer"},"of":{"type":"integer"}}},
        "state": {"description":"an event: the session's place in the row of those who wait (0: it does not wait), and what its runs hold and may hold","type":"object","required":["place","of","heldMegabytes","mostMegabytes"],"properties":{"place":{"type":"integer"},"of":{"type":"integer"},"heldMegabytes":{"type":"integer"},"mostMegabytes":{"type":"integer"}}}
        """
#endif
