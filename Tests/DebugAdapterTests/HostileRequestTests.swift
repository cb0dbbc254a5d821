// Requests as no editor sends them: in any order, with members of any kind. Each has one answer, and the session goes on.
import DebugAdapter
import Debugging
import JSONText
import Phrases
import TestTools
import Testing
import TraceSamples
import Traces

@Suite struct HostileRequestTests {
    /// What an adapter sent, as values.
    private final class Sent {
        var messages: [JSONValue] = []
    }

    private func session(
        _ sent: Sent, _ traces: [Trace] = [sampleTrace(), sampleTrace(SampleShape { $0.beams = 3 })],
        wantsStop: @escaping () -> Bool = { false }
    ) -> Adapter {
        let host = AdapterHost(
            begin: { _, _, _ in Debugger(traces) },
            write: { _, _ in "" },
            send: { bytes in
                var framer = MessageFramer()
                for incoming in framer.feed(bytes) {
                    if case .message(let message) = incoming {
                        sent.messages.append(message)
                    } else {
                        Issue.record("not a message: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
                    }
                }
            }, wantsStop: wantsStop)
        return Adapter(host, language: .english)
    }

    private func value(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    private static let names = [
        "initialize", "launch", "attach", "configurationDone", "restart", "setBreakpoints", "breakpointLocations",
        "setFunctionBreakpoints", "dataBreakpointInfo", "setDataBreakpoints", "setExceptionBreakpoints",
        "exceptionInfo",
        "next", "stepIn", "stepOut", "stepBack", "continue", "reverseContinue", "gotoTargets", "goto", "pause",
        "threads", "stackTrace", "scopes", "variables", "source", "loadedSources", "setVariable", "evaluate",
        "completions", "", "nonsense",
    ]
    private static let members = [
        "threadId", "frameId", "variablesReference", "source", "sourceReference", "line", "endLine", "column", "text",
        "expression", "context", "name", "value", "targetId", "breakpoints", "filters", "filterOptions", "start",
        "count", "levels", "startFrame", "dataId", "trace", "prompt", "condition", "hitCondition", "logMessage",
    ]
    private static let values = [
        "null", "true", "0", "1", "2", "3", "-1", "7", "2147483648", "-2147483648", "-9223372036854775808", "1e300",
        "99999999999999999999", "\"\"", "\"x\"",
        "\"top_k\"", "\"entropy > 1\"", "\"step == 2\"", "\"{entropy} {\"", "\"repl\"", "\"hover\"", "\"step 3\"", "[]",
        "{}", "[1]", "[{}]", "{\"sourceReference\":2}", "{\"sourceReference\":-4}",
        "[{\"line\":9,\"condition\":\"true\"}]",
        "[{\"name\":\"draw\",\"hitCondition\":\"% 0\"}]", "[{\"dataId\":\"entropy\"}]",
        "[\"near-tie\",\"replay-mismatch\"]",
        "1000001", "\"commands 1\"", "\"back\"", "\"break entropy > 0\"",
    ]

    @Test func everyRequestHasOneAnswerAndNoneTraps() throws {
        var generator = SplitMix64(state: 5)
        for round in 0..<40 {
            let sent = Sent()
            let adapter = session(sent)
            adapter.handle(.message(try value("{\"seq\":1,\"type\":\"request\",\"command\":\"initialize\"}")))
            if round % 4 != 0 {
                let launch = "{\"seq\":2,\"type\":\"request\",\"command\":\"attach\",\"arguments\":{\"trace\":\"x\"}}"
                adapter.handle(.message(try value(launch)))
            }
            for number in 3..<60 {
                var parts: [String] = []
                for member in Self.members where Int.random(in: 0..<3, using: &generator) == 0 {
                    parts.append("\"\(member)\":\(Self.values.randomElement(using: &generator)!)")
                }
                let name = Self.names.randomElement(using: &generator)!
                let text =
                    "{\"seq\":\(number),\"type\":\"request\",\"command\":\"\(name)\",\"arguments\":{\(parts.joined(separator: ","))}}"
                let before = sent.messages.count
                adapter.handle(.message(try value(text)))
                let answers = sent.messages[before...].filter { $0["type"]?.string == "response" }
                #expect(answers.count == 1 && answers.first?["request_seq"]?.int == number, "\(text)")
            }
            #expect(!adapter.hasEnded)
            #expect(sent.messages.map { $0["seq"]?.int } == Array(1...sent.messages.count))
        }
    }

    /// What an editor points at is as long as a token.
    @Test(.timeLimit(.minutes(20))) func pointingAtMuch() throws {
        let sent = Sent()
        let adapter = session(sent)
        for text in [
            #"{"seq":1,"type":"request","command":"initialize"}"#,
            #"{"seq":2,"type":"request","command":"attach","arguments":{"trace":"x"}}"#,
        ] { adapter.handle(.message(try value(text))) }
        for (number, sign) in ["f", "\u{1F469}\u{200D}", "\u{1100}"].enumerated() {
            let long = String(repeating: sign, count: 2_000_000 / sign.utf8.count)
            let asked =
                #"{"seq":\#(3 + number),"type":"request","command":"evaluate","arguments":{"context":"hover","expression":"\#(long)"}}"#
            adapter.handle(.message(try value(asked)))
            #expect(sent.messages.last?["success"]?.bool == false)
        }
    }

    /// A message has more bytes than things in it.
    @Test func manyThingsInAMessage() {
        var framer = MessageFramer()
        let body = Array(("[" + String(repeating: "[0],", count: 300_000) + "0]").utf8)
        let found = framer.feed(Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
        guard case .broken(.notJSON)? = found.first else {
            Issue.record("taken")
            return
        }
    }

    /// A pause ends what is pasted at once, and says so.
    @Test func aPauseBetweenLines() throws {
        let sent = Sent()
        let adapter = session(sent, wantsStop: { true })
        for text in [
            #"{"seq":1,"type":"request","command":"initialize"}"#,
            #"{"seq":2,"type":"request","command":"attach","arguments":{"trace":"x"}}"#,
            #"{"seq":3,"type":"request","command":"evaluate","arguments":{"context":"repl","expression":"where\nwhere"}}"#,
        ] { adapter.handle(.message(try value(text))) }
        let answer = sent.messages.last { $0["request_seq"]?.int == 3 }
        let told = answer?["body"]?["result"]?.string ?? ""
        #expect(told.hasSuffix("\nstopped before line 2; the rest was left"), "\(told)")
    }

    /// What is pasted at once ends, and so does a list of settings.
    @Test func muchAtOnceEnds() throws {
        let sent = Sent()
        let adapter = session(sent)
        func ask(_ number: Int, _ name: String, _ arguments: String) throws -> JSONValue? {
            let text = #"{"seq":\#(number),"type":"request","command":"\#(name)","arguments":\#(arguments)}"#
            adapter.handle(.message(try value(text)))
            return sent.messages.last { $0["type"]?.string == "response" }
        }
        _ = try ask(1, "initialize", "{}")
        for (number, settings) in [#"{"drop":[\#("0,".repeated(300))0]}"#, #"{"\#("x".repeated(65))":1}"#].enumerated()
        {
            let refused = try ask(2 + number, "launch", #"{"prompt":"x","settings":\#(settings)}"#)
            #expect(refused?["success"]?.bool == false, "\(settings.prefix(80))")
        }
        let many = try ask(4, "attach", #"{"trace":[\#("\"x\",".repeated(300))"x"]}"#)
        #expect(many?["success"]?.bool == false)
        #expect(try ask(5, "attach", #"{"trace":"x"}"#)?["success"]?.bool == true)
        let lines = try ask(6, "evaluate", #"{"context":"repl","expression":"\#("where\\n".repeated(2_000))"}"#)
        let told = lines?["body"]?["result"]?.string ?? ""
        #expect(told.hasSuffix("after 500 lines the rest was left"), "\(told.suffix(100))")
    }

    /// A record whose names hold what an editor would obey: all that it is told shows them.
    @Test func nothingHiddenReachesTheEditor() throws {
        let sent = Sent()
        let hidden = "q\u{1B}[2J\u{202E}\u{2028}\u{85}"
        var trace = sampleTrace()
        (trace.model.name, trace.prompt.text, trace.prompt.rendered, trace.text) = (hidden, hidden, hidden, hidden)
        trace.settings.order = [hidden]
        for step in trace.steps.indices {
            trace.steps[step].token.text = hidden
            for place in trace.steps[step].stages.indices.dropFirst() {
                trace.steps[step].stages[place].name = hidden
                for number in trace.steps[step].stages[place].parameters.indices {
                    trace.steps[step].stages[place].parameters[number].name = hidden
                }
            }
            for place in trace.steps[step].candidates.indices { trace.steps[step].candidates[place].removedBy = hidden }
        }
        let adapter = session(sent, [trace])
        var number = 0
        @discardableResult func ask(_ name: String, _ arguments: String = "{}") throws -> JSONValue? {
            number += 1
            adapter.handle(
                .message(
                    try value(
                        "{\"seq\":\(number),\"type\":\"request\",\"command\":\"\(name)\",\"arguments\":\(arguments)}")))
            return sent.messages.last { $0["type"]?.string == "response" }?["body"]
        }
        try ask("initialize", "{\"supportsVariableType\":true}")
        try ask("attach", "{\"trace\":\"x\"}")
        try ask("configurationDone")
        for _ in 0..<2 { try ask("next", "{\"threadId\":1}") }
        let frames = try ask("stackTrace", "{\"threadId\":1}")?["stackFrames"]?.array ?? []
        for reference in [2, 3] { try ask("source", "{\"sourceReference\":\(reference)}") }
        for expression in ["by(top(1))", "text", "info settings", "info candidates"] {
            for context in ["repl", "watch"] {
                try ask("evaluate", "{\"expression\":\"\(expression)\",\"context\":\"\(context)\"}")
            }
        }
        for text in ["kept(", "break st", ""] {
            try ask("completions", "{\"text\":\"\(text)\",\"column\":\(text.count + 1)}")
        }
        var open = try frames.flatMap {
            try ask("scopes", "{\"frameId\":\($0["id"]?.int ?? 0)}")?["scopes"]?.array ?? []
        }
        var rows = 0
        while let row = open.popLast() {
            guard let reference = row["variablesReference"]?.int, reference > 0, rows < 2000 else { continue }
            let inside = try ask("variables", "{\"variablesReference\":\(reference)}")?["variables"]?.array ?? []
            rows += inside.count
            open += inside
        }
        #expect(rows > 50)
        var told = 0
        for text in sent.messages.flatMap({ texts(in: $0) }) {
            told += text.contains("⟨U+202E⟩") ? 1 : 0
            #expect(!text.unicodeScalars.contains { isInvisible($0) && $0 != "\n" }, "\(text.debugDescription)")
        }
        #expect(told > 20)
    }

    private func texts(in value: JSONValue) -> [String] {
        if let text = value.string { return [text] }
        return (value.array ?? value.object?.members.map { $0.1 } ?? []).flatMap { texts(in: $0) }
    }

    @Test(arguments: [
        "7", "[]", "{}", "{\"seq\":1}", "{\"seq\":\"1\",\"type\":\"request\",\"command\":\"threads\"}",
        "{\"seq\":1,\"type\":\"request\",\"command\":7}", "{\"seq\":1,\"type\":\"request\",\"command\":\"threads\"}",
        "{\"seq\":1,\"type\":\"request\",\"command\":\"launch\",\"arguments\":{}}",
        "{\"seq\":1,\"type\":\"request\",\"command\":\"initialize\",\"arguments\":[]}",
    ])
    func whatIsNoRequestIsRefused(_ text: String) throws {
        let sent = Sent()
        let adapter = session(sent)
        adapter.handle(.message(try value(text)))
        #expect(sent.messages.count == 1 && sent.messages[0]["success"] == .bool(false))
        #expect(sent.messages[0]["message"]?.string?.isEmpty == false)
        #expect(!adapter.hasEnded)
    }

    @Test func onlyDisconnectIsAnsweredAfterTerminate() throws {
        let sent = Sent()
        let adapter = session(sent)
        for (number, name) in ["initialize", "attach", "terminate"].enumerated() {
            let text =
                "{\"seq\":\(number),\"type\":\"request\",\"command\":\"\(name)\",\"arguments\":{\"trace\":\"x\"}}"
            adapter.handle(.message(try value(text)))
        }
        #expect(sent.messages.last?["event"]?.string == "terminated")
        for name in Self.names {
            let before = sent.messages.count
            adapter.handle(.message(try value("{\"seq\":9,\"type\":\"request\",\"command\":\"\(name)\"}")))
            #expect(sent.messages.count == before + 1 && sent.messages[before]["success"] == .bool(false), "\(name)")
        }
        adapter.handle(.message(try value("{\"seq\":9,\"type\":\"request\",\"command\":\"disconnect\"}")))
        #expect(adapter.hasEnded && sent.messages.last?["success"] == .bool(true))
    }

    /// As many hits as a fresh run has, not those of the run before.
    @Test func aRestartCountsHitsAnew() throws {
        let sent = Sent()
        let adapter = session(sent)
        var number = 0
        func ask(_ name: String, _ arguments: String = "{}") throws {
            number += 1
            adapter.handle(
                .message(
                    try value(
                        "{\"seq\":\(number),\"type\":\"request\",\"command\":\"\(name)\",\"arguments\":\(arguments)}")))
        }
        try ask("initialize")
        try ask("attach", "{\"trace\":\"x\",\"stopOnEntry\":true}")
        try ask("setFunctionBreakpoints", "{\"breakpoints\":[{\"name\":\"draw\",\"hitCondition\":\"== 1\"}]}")
        try ask("configurationDone")
        let stops = { sent.messages.filter { $0["event"]?.string == "stopped" }.last?["body"]?["reason"]?.string }
        try ask("continue", "{\"threadId\":1}")
        #expect(stops() == "function breakpoint")
        try ask("restart")
        try ask("continue", "{\"threadId\":1}")
        #expect(stops() == "function breakpoint")
        // Of another form: refused, and the points before it stand.
        try ask("setFunctionBreakpoints", "{\"breakpoints\":[{\"name\":\"sum\"},{\"name\":\"draw\",\"condition\":5}]}")
        #expect(sent.messages.last?["success"] == .bool(false))
        try ask("restart")
        try ask("continue", "{\"threadId\":1}")
        #expect(stops() == "function breakpoint")
    }

    @Test func anAnswerOfTheClientsIsPassedOver() throws {
        let sent = Sent()
        let adapter = session(sent)
        adapter.handle(
            .message(
                try value("{\"seq\":1,\"type\":\"response\",\"request_seq\":4,\"success\":true,\"command\":\"x\"}")))
        #expect(sent.messages.isEmpty)
        adapter.handle(.broken(.notJSON("?")))
        #expect(sent.messages.count == 1 && !adapter.hasEnded)
        adapter.handle(.lost(.cut))
        #expect(sent.messages.count == 2 && adapter.hasEnded)
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
