// What comes from another engine, and from an editor.
internal import DebugAdapter
internal import Debugging
internal import Engines
internal import Generation
internal import Phrases
internal import Stages
internal import Tokenizers
internal import TraceSamples
internal import Traces

/// How many tokens the model that ships has.
private let vocabularySize = tinyModel.tokenizer.vocabularySize

private nonisolated(unsafe) let readers = AnswerReader.all(
    of: tinyModel.tokenizer, vocabularySize: vocabularySize)

/// Settings that ask what is listed, and what is not, in all ways.
private let pipelines: [StagePipeline] = {
    func made(_ change: (inout Settings) -> Void) -> StagePipeline {
        var settings = Settings()
        change(&settings)
        do {
            return try StagePipeline(settings: settings, endTokens: [0], vocabularySize: vocabularySize)
        } catch {
            broken("\(error)")
        }
    }
    return [
        made { $0.temperature = 0 }, made { ($0.topK, $0.temperature) = (3, 1.3) },
        made { ($0.topP, $0.frequencyPenalty) = (0.8, 0.5) }, made { ($0.minP, $0.temperature) = (0.05, 0.6) },
        made { $0.extra["typical-p.p"] = 0.9 }, made { $0.presencePenalty = -0.3 },
    ]
}()

/// A message of the Debug Adapter Protocol.
private func framed(_ json: String) -> [UInt8] {
    Array("Content-Length: \(json.utf8.count)\r\n\r\n\(json)".utf8)
}

extension FuzzTarget {
    /// An answer of each kind of server, and the steps that it comes to.
    static let listed = FuzzTarget("listed") { _ in
        let answers = [
            #"{"completion_probabilities":[{"top_logprobs":[{"id":5,"logprob":-0.2},{"id":9,"logprob":-2.5},{"id":7,"logprob":-3}]}],"content":"a"}"#,
            #"{"choices":[{"text":"a","logprobs":{"top_logprobs":[{"token_id:5":-0.2,"token_id:9":-2.5,"token_id:7":null}]}}],"usage":{"prompt_tokens":3}}"#,
            #"{"text":"a","meta_info":{"prompt_tokens":3,"output_top_logprobs":[[[-0.2,5,null],[-2.5,9," a"]]]}}"#,
            #"{"response":"a","prompt_eval_count":3,"logprobs":[{"token":" a","logprob":-0.2,"top_logprobs":[{"token":" a","bytes":[32,97],"logprob":-0.2},{"token":" the","logprob":-3},{"token":"\u{FFFD}","logprob":-4}]}]}"#,
            #"{"choices":[{"text":"a","logprobs":{"content":[{"top_logprobs":[{"id":5,"token":" a","bytes":[32,97],"logprob":-0.2},{"token":" the","bytes":null,"logprob":-3}]}]}}],"usage":{"prompt_tokens":3}}"#,
            #"{"choices":[{"text":"a","logprobs":{"top_logprobs":[{" a":-0.2," the":-3,"bytes:\\xe6":-4}]}}],"usage":{"prompt_tokens":3}}"#,
        ]
        return answers.map { Array($0.utf8) }
    } run: { bytes in
        let bytes = Array(bytes)
        for reader in readers {
            for (place, pipeline) in pipelines.enumerated() {
                guard var state = try? ChoiceState(seed: "\(place)") else { broken("no seed") }
                let history = History(prompt: [1, 2, 5], output: [5])
                do throws(EngineError) {
                    let choice = try reader.choice(
                        bytes, asked: [1, 3, 20, vocabularySize][place % 4], pipeline, history: history, state: &state)
                    guard (0..<vocabularySize).contains(choice.id),
                        choice.candidates.allSatisfy({ $0.rawProbability.isFinite })
                    else { broken("a step with no token, or no number") }
                } catch {
                    if error.description.isEmpty { broken("an error without words") }
                }
            }
        }
    }

    /// An editor's bytes: messages of the Debug Adapter Protocol one behind another.
    static let editor = FuzzTarget("editor") { _ in
        let begin =
            framed(#"{"seq":1,"type":"request","command":"initialize","arguments":{"supportsProgressReporting":true}}"#)
            + framed(#"{"seq":2,"type":"request","command":"attach","arguments":{"trace":"x","stopOnEntry":true}}"#)
        let requests = [
            (
                "setBreakpoints",
                #"{"source":{"sourceReference":2},"breakpoints":[{"line":3,"condition":"entropy > 1","hitCondition":"2","logMessage":"{entropy}"}]}"#
            ),
            ("setFunctionBreakpoints", #"{"breakpoints":[{"name":"top_p"}]}"#),
            ("setDataBreakpoints", #"{"breakpoints":[{"dataId":"entropy","accessType":"write"}]}"#),
            ("setExceptionBreakpoints", #"{"filters":["near-tie","argmax-removed"]}"#), ("configurationDone", "{}"),
            ("next", #"{"threadId":1}"#), ("stepIn", #"{"threadId":1}"#),
            ("stackTrace", #"{"threadId":1,"levels":20}"#),
            ("scopes", #"{"frameId":1}"#), ("variables", #"{"variablesReference":1,"start":0,"count":3}"#),
            ("evaluate", #"{"expression":"info candidates 3","context":"repl","frameId":1}"#),
            ("completions", #"{"text":"info c","column":7}"#), ("stepBack", #"{"threadId":1}"#),
            ("gotoTargets", #"{"source":{"sourceReference":2},"line":4}"#), ("goto", #"{"threadId":1,"targetId":3}"#),
            ("source", #"{"source":{"sourceReference":1},"sourceReference":1}"#),
            ("setVariable", #"{"variablesReference":1,"name":"token","value":"top(2)"}"#),
            ("continue", #"{"threadId":1}"#), ("disconnect", "{}"),
        ].enumerated().map {
            framed(#"{"seq":\#($0 + 3),"type":"request","command":"\#($1.0)","arguments":\#($1.1)}"#)
        }
        return [begin + requests.joined()] + requests.map { begin + $0 }
    } run: { bytes in
        let host = AdapterHost(
            begin: { _, _, _ in Debugger([sample, beams]) },
            write: { _, _ in "" },
            send: { sent in
                var framer = MessageFramer()
                if framer.feed(sent).count != 1 { broken("an answer is no message") }
            }, wantsStop: { false })
        let adapter = Adapter(host, language: .english)
        var framer = MessageFramer()
        for incoming in framer.feed(Array(bytes)).prefix(60) { adapter.handle(incoming) }
    }
}
