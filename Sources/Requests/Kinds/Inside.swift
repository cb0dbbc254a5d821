// The pass behind a step, made again: what each layer would have said, and what each part added.
internal import Debugging
internal import JSONText
internal import Traces

extension Request {
    /// `run`, `step`; `token` (the step's own): what each layer would have said, as a record with hidden states holds it, and
    /// how the token stands there.
    static let lens = Request("lens", "run step token?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let step = try arguments.count("step")
        let token = try arguments.countIfAny("token")
        let rows: [LensRow]
        do throws(DebuggingError) {
            rows = try run.debugger.lensRows(step: step, token: token)
        } catch {
            throw .debugger(error)
        }
        answer.json.object { json in
            json.array("lens") { json in for row in rows { json.value(row) } }
        }
    }

    /// `run`, `step`; `token` (the step's own): the residual stream as parts of the token's logit, as a record holds it.
    static let residual = Request("residual", "run step token?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let step = try arguments.count("step")
        let token = try arguments.countIfAny("token")
        let reading: ResidualReading
        do throws(DebuggingError) {
            reading = try run.debugger.residual(step: step, token: token)
        } catch {
            throw .debugger(error)
        }
        answer.json.object { json in
            json.key("residual")
            json.value(reading)
        }
    }
}
