// A question about a step, without a session: all that a page needs that shows a record and cannot go on.
internal import Debugging
internal import JSONText
internal import Phrases

extension Request {
    /// `run`, `step`, `question`; `width`: the columns of the drawn lines. The answer as of a line `print`, and as lines in
    /// both languages. Nothing of the run changes.
    static let ask = Request("ask", "run step question width?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let question = try arguments.text("question")
        let step = try arguments.count("step")
        let width = try arguments.width()
        let answered: Answered
        do throws(DebuggingError) { answered = try run.debugger.answer(question, at: step) } catch {
            throw .debugger(error)
        }
        answer.json.object { json in
            json.members(answered)
            json.object("text") { json in
                for language in Language.allCases {
                    json.array(language.rawValue) { json in
                        for line in TextRenderer(language: language, width: width).lines(answered) { json.value(line) }
                    }
                }
            }
        }
    }
}
