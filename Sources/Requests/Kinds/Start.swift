// Beginning a run: from a prompt, or from a recorded one.
internal import Debugging
internal import Generation
internal import JSONText
internal import Phrases
internal import Stages
internal import Tokenizers
internal import Traces

extension Request {
    /// `model`, `text`; `settings` as in trace.json, `options` as they are typed in the command, by their long names.
    static let start = Request("start", "model text? settings? options?") {
        (engine, arguments, answer) throws(RequestError) in
        let model = try engine.model(arguments)
        var settings = try arguments.settings()
        for (name, value) in try arguments.texts("options") {
            do throws(DebuggingError) { try settings.set(name, to: value, find: { model.token($0) }) } catch {
                throw .debugger(error)
            }
        }
        let run: OpenRun
        do throws(GenerationError) {
            let reading = try model.read(arguments.promptText(), settings: settings)
            if !reading.usesDate { settings.date = nil }
            let maker = try LiveMaker(model, reading.prompt, settings, engine.info, host: engine.host)
            run = engine.add(Debugger(maker), OpenRun.Live(model))
        } catch {
            throw .run(error.phrase)
        }
        answer.json.value(run, withPrompt: true)
    }

    /// Attachment 0: a trace.json; `model`: what it may go on with.
    static let load = Request("load", "model? +trace") { (engine, arguments, answer) throws(RequestError) in
        guard arguments["model"] != nil else { return try loadRecord.answer(engine, arguments, &answer) }
        let debugger = Debugger(try arguments.trace())
        let model = try engine.model(arguments)
        let (info, host) = (engine.info, engine.host)
        debugger.revive = { (trace) throws(DebuggingError) in
            do throws(GenerationError) { return try LiveMaker(continuing: trace, model, info, host: host) } catch {
                throw .maker(error.phrase)
            }
        }
        debugger.revivedSettingNames = LiveMaker.settingNames
        answer.json.value(engine.add(debugger, OpenRun.Live(model), sent: arguments.sentBytes), withPrompt: true)
    }

    /// Attachment 0: a trace.json, which is looked at only.
    static let loadRecord = Request("load", "model? +trace") { (engine, arguments, answer) throws(RequestError) in
        answer.json.value(engine.add(Debugger(try arguments.trace()), nil, sent: arguments.sentBytes), withPrompt: true)
    }

    /// `run`: how it stands.
    static let run = Request("run", "run") { (engine, arguments, answer) throws(RequestError) in
        answer.json.value(try engine.run(arguments), withPrompt: true)
    }

    /// `run`: forgets it.
    static let end = Request("end", "run") { (engine, arguments, answer) throws(RequestError) in
        engine.end(try engine.run(arguments))
        answer.json.object { _ in }
    }
}

extension RequestArguments {
    /// The prompt; a chat's messages need none.
    fileprivate func promptText() -> String { self["text"]?.string ?? "" }

    /// The trace in attachment 0.
    /// Bytes of all attachments.
    var sentBytes: Int64 { attachments.reduce(0) { $0 + Int64($1.bytes.count) } }

    func trace() throws(RequestError) -> Trace {
        let bytes = try attachment(0).copied
        do { return try Trace(parsing: bytes) } catch { throw .run(error.phrase) }
    }
}
