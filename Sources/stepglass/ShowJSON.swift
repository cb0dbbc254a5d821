// What `show` says, as JSON. Steps and beams stand as in trace.json; the summary has a row for each step.
internal import Generation
internal import JSONText
internal import Traces

struct ShowJSON {
    private let trace: Trace

    init(_ trace: Trace) { self.trace = trace }

    /// The summary, a step, or the beams (at a step: the nodes expanded there).
    func bytes(step: Int?, beams: (lengthPenalty: Double?, earlyStopping: EarlyStopping?)?) throws -> [UInt8] {
        var writer = JSONWriter()
        if let beams {
            let tree = try BeamView(
                trace, lengthPenalty: beams.lengthPenalty, earlyStopping: beams.earlyStopping
            ).shown(step: step)
            writer.value(tree)
        } else if let step {
            try checkStep(step, of: trace)
            writer.value(trace.steps[step])
        } else {
            summary(&writer)
        }
        return writer.bytes
    }

    /// `{"run","model","prompt","steps":[{"index","position","token","probability","rank","entropyBits","kept",
    /// "uniform","finish"}],"text","finish","notes"}`; of a scored text `prompt.tokens` have their scores.
    private func summary(_ writer: inout JSONWriter) {
        writer.object { json in
            json.member("run", trace.run.rawValue)
            json.key("model")
            json.value(trace.model)
            json.object("prompt") { json in
                json.member("text", trace.prompt.text)
                json.member("rendered", trace.prompt.rendered)
                json.array("tokens") { json in
                    for (place, token) in trace.prompt.tokens.enumerated() { prompted(token, place, &json) }
                }
            }
            json.array("steps") { json in for step in trace.steps { self.step(step, &json) } }
            json.member("text", trace.text)
            json.member("finish", trace.steps.last?.finish?.rawValue)
            json.array("notes") { json in for note in trace.notes { json.value(note) } }
        }
    }

    private func prompted(_ token: Token, _ place: Int, _ json: inout JSONWriter) {
        json.object { json in
            json.key("token")
            json.value(token)
            guard place < trace.prompt.scores.count, let score = trace.prompt.scores[place] else { return }
            json.member("logit", score.logit)
            json.member("probability", score.probability)
            json.member("rank", score.rank)
            json.member("entropyBits", score.entropyBits)
        }
    }

    private func step(_ step: Step, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", step.index)
            json.member("position", step.position)
            json.key("token")
            json.value(step.token)
            json.member("probability", step.chosen?.probability)
            json.member("rank", step.chosen?.rank)
            json.object("entropyBits") { json in
                json.member("raw", step.entropyBitsRaw)
                json.member("final", step.entropyBitsFinal)
            }
            json.member("kept", step.stages.last?.kept)
            json.member("uniform", step.draw?.uniform)
            json.member("finish", step.finish?.rawValue)
        }
    }
}
