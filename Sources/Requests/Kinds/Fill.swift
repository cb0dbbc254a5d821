// Filling the masks of a text, or scoring each of its tokens behind a mask.
internal import Debugging
internal import Generation
internal import JSONText
internal import Phrases
internal import Traces

extension Request {
    /// `model` (an encoder), `text`; `scoreEach`: score each token behind a mask of its own; `candidates`, how many are
    /// listed; `record`, a list of "attention", "logits", "hidden". Answers with a run, whose steps are the masks.
    static let fill = Request("fill", "model text scoreEach? candidates? record?") {
        (engine, arguments, answer) throws(RequestError) in
        let model = try engine.model(arguments)
        let scoresEach = try arguments.flag("scoreEach", or: false)
        var settings = scoresEach ? Settings.scoringEach : Settings.filling
        if let candidates = try arguments.countIfAny("candidates") { settings.candidates = candidates }
        if arguments["record"] != nil {
            let named = try arguments.list("record") { $0.string.flatMap { RecordKind(rawValue: $0) } }
            settings.record = RecordKind.allCases.filter {
                $0 == .prompt ? scoresEach : named.contains($0)
            }
        }
        let text = try arguments.text("text")
        let trace: Trace
        do throws(GenerationError) {
            let filling = try Filling(
                model, reading: try model.read(text, settings: settings), settings: settings,
                engine: engine.info, scoresEach: scoresEach)
            while try filling.advance() {}
            filling.finish(peakMemoryBytes: engine.host.peakMemoryBytes())
            trace = filling.trace
        } catch {
            throw .run(error.phrase)
        }
        answer.json.value(engine.add(Debugger(trace), OpenRun.Live(model)), withPrompt: true)
    }
}
