// The stages on logits given by hand.
internal import Debugging
public import JSONText
internal import Phrases
public import Stages
internal import Traces

extension Request {
    /// `logits`; `labels`, `history` and `promptHistory` (ids), `uniform`, `settings`, `options`.
    static let sample = Request("sample", "logits labels? history? promptHistory? uniform? settings? options?") {
        (_, arguments, answer) throws(RequestError) in
        var settings = try arguments.settings()
        for (name, value) in try arguments.texts("options") {
            do throws(DebuggingError) { try settings.set(name, to: value, find: nil) } catch { throw .debugger(error) }
        }
        // null is minus infinity, as in a trace.
        let logits = try arguments.list("logits") { $0 == .null ? -Float.infinity : $0.double.map { Float($0) } }
        let sample = HandSample(
            logits: logits, labels: try arguments.list("labels") { $0.string },
            history: History(
                prompt: try arguments.list("promptHistory") { $0.int }, output: try arguments.list("history") { $0.int }
            ),
            settings: settings, uniform: try arguments.numberIfAny("uniform"))
        do throws(StagesError) {
            do throws(SettingsError) { try settings.validate() } catch { throw .settings(error) }
            let (choice, notes) = try sample.choose()
            answer.json.value(choice, notes: notes)
        } catch {
            throw .run(error.phrase)
        }
    }
}

extension JSONWriter {
    /// `{"stages","candidates","tail","entropyBits","logSumExp","draw","chosen","notes"}`, each as in a trace's step.
    public mutating func value(_ choice: StepChoice, notes: [String]) {
        object { json in
            json.array("stages") { json in for stage in choice.stages { json.value(stage) } }
            json.array("candidates") { json in for candidate in choice.candidates { json.value(candidate) } }
            json.object("tail") { json in
                json.member("count", choice.tail.count)
                json.member("rawProbability", choice.tail.rawProbability)
                json.member("probability", choice.tail.probability)
            }
            json.object("entropyBits") { json in
                json.member("raw", choice.entropyBitsRaw)
                json.member("final", choice.entropyBitsFinal)
            }
            json.member("logSumExp", choice.logSumExp)
            json.key("draw")
            if let draw = choice.draw { json.value(draw) } else { json.null() }
            json.member("chosen", choice.id)
            json.array("notes") { json in for note in notes { json.value(note) } }
        }
    }
}
