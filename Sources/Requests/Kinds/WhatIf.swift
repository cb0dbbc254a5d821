// A step told as a story, and chosen once more with other settings.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Stories
internal import Traces

extension Request {
    /// `run`, `from`, `to` (not included): each step of the current branch as a story.
    static let stories = Request("stories", "run from? to?") { (engine, arguments, answer) throws(RequestError) in
        let trace = try engine.run(arguments).debugger.trace
        let stretch = try arguments.stretch(of: trace.steps.count)
        answer.json.object { json in
            json.array("stories") { json in
                for step in trace.steps[stretch] { json.value(Story(of: step, in: trace)) }
            }
        }
    }

    /// `run`, `step`; `options` as typed in the command, by their long names, in place of the step's own; `uniform`: the
    /// number to draw with.
    static let whatIf = Request("what-if", "run step options? uniform?") {
        (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let index = try arguments.count("step")
        let uniform = try arguments.numberIfAny("uniform")
        if let uniform, !(0..<1).contains(uniform) {
            throw .request(Phrase("\"uniform\" must be in 0..<1", "「uniform」必須在 0 以上、1 以下（不含 1）"))
        }
        var settings = run.debugger.trace.settings.at(step: index)
        for (name, value) in try arguments.texts("options") {
            do throws(DebuggingError) { try settings.set(name, to: value, find: run.live?.findToken) } catch {
                throw .debugger(error)
            }
        }
        let found: WhatIf
        do throws(DebuggingError) {
            found = try run.debugger.whatIf(step: index, settings: settings, uniform: uniform)
        } catch {
            throw .debugger(error)
        }
        // The story is that of a run with these settings.
        var trace = run.debugger.trace
        settings.forced = [:]
        trace.settings = settings
        trace.beam = nil
        let story = Story(of: found.step, in: trace)
        answer.json.object { json in
            json.key("step")
            json.value(found.step)
            json.key("story")
            json.value(story)
            json.member("bound", found.bound)
            json.key("stairs")
            if let stairs = found.stairs { json.value(stairs) } else { json.null() }
            json.array("notes") { json in for note in found.notes { json.value(note) } }
        }
    }

    /// Each point of a curve is a choice among the whole vocabulary.
    private static let mostPoints = 200
    /// Points times tokens of the vocabulary: 200 points over the largest vocabulary of a model known take as many.
    private static let mostChoices: Int64 = 1 << 26

    /// `run`, `step`, `tokens` (ids that the step lists), `temperatures` (at most 200): the tokens' probabilities at each,
    /// and the entropy.
    static let curve = Request("curve", "run step tokens temperatures") {
        (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let index = try arguments.count("step")
        let tokens = try arguments.list("tokens", atMost: 1000) { $0.int }
        let temperatures = try arguments.list("temperatures", atMost: mostPoints) { $0.double }
        let choices = Int64(temperatures.count) * Int64(run.debugger.trace.model.vocabularySize)
        guard choices <= mostChoices else {
            throw .request(
                Phrase(
                    "\(temperatures.count) points are too many for such a vocabulary",
                    "詞彙表這麼大，\(temperatures.count) 個點太多了"))
        }
        let points: [TemperaturePoint]
        do throws(DebuggingError) {
            points = try run.debugger.curve(step: index, tokens: tokens, temperatures: temperatures)
        } catch {
            throw .debugger(error)
        }
        answer.json.object { json in
            json.array("points") { json in
                for point in points {
                    json.object { json in
                        json.member("temperature", point.temperature)
                        json.array("probabilities") { json in for p in point.probabilities { json.value(p) } }
                        json.member("entropyBits", point.entropyBits)
                        json.member("bound", point.bound)
                    }
                }
            }
        }
    }

    /// `run`, `step`; `options`; `token`: another run, the same up to before the step, with these options from there on and
    /// this token taken first. It goes on by `step`, and is forgotten by `end`.
    static let tryout = Request("try", "run step token? options?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let index = try arguments.count("step")
        let token = try arguments.countIfAny("token")
        let options = try arguments.texts("options").map { (name: $0.key, value: $0.value) }
        let debugger: Debugger
        do throws(DebuggingError) {
            debugger = try run.debugger.tryout(from: index, settings: options, token: token)
        } catch {
            throw .debugger(error)
        }
        answer.json.value(engine.add(debugger, run.live), withPrompt: false)
    }
}

extension JSONWriter {
    /// `{"p","treads":[{"id","share"}]}`
    fileprivate mutating func value(_ stairs: Stairs) {
        object { json in
            json.member("p", stairs.p)
            json.array("treads") { json in
                for tread in stairs.treads {
                    json.object { json in
                        json.member("id", tread.id)
                        json.member("share", tread.share)
                    }
                }
            }
        }
    }
}
