// Walking along a run and looking at its steps.
internal import Debugging
internal import JSONText
internal import Traces

extension Request {
    /// `run`; `count` steps on (1), whatever breakpoints there are; after `milliseconds`, and where the memory that runs may
    /// hold is used up, no further one is begun.
    static let step = Request("step", "run count? milliseconds?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let count = try arguments.countIfAny("count") ?? 1
        let limit = try arguments.numberIfAny("milliseconds") ?? .infinity
        let start = engine.now
        var walked: [Int] = []
        for _ in 0..<max(count, 0) {
            let before = run.debugger.place.step ?? -1
            do throws(DebuggingError) { _ = try run.debugger.execute(.runTo(before + 1)) } catch {
                throw .debugger(error)
            }
            guard let now = run.debugger.place.step, now > before else { break }
            walked.append(now)
            if (engine.now - start) * 1000 >= limit || engine.isFull { break }
        }
        answer.json.object { json in
            json.array("steps") { json in for step in walked { json.value(run.debugger.trace.steps[step]) } }
            json.key("run")
            json.value(run, withPrompt: false)
        }
    }

    /// `run`, `milliseconds` (0: one part): does a part of what the next step waits for. To be asked again until `isReady`;
    /// a step that is asked for before does the rest by itself.
    static let prepare = Request("prepare", "run milliseconds?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let milliseconds = try arguments.numberIfAny("milliseconds") ?? 0
        let found: Preparation?
        do throws(DebuggingError) { found = try run.debugger.prepare(seconds: milliseconds / 1000) } catch {
            throw .debugger(error)
        }
        answer.json.object { json in
            json.member("isReady", found?.isReady ?? true)
            if let found {
                json.member("work", found.work.rawValue)
                json.member("done", found.done)
                json.member("of", found.of)
            }
        }
    }

    /// `run`, `to`: a step, −1 for the prompt. A step beyond the last one is made, with those before it.
    static let go = Request("go", "run to") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        let target = try arguments.count("to")
        do throws(DebuggingError) { _ = try run.debugger.execute(.runTo(target)) } catch { throw .debugger(error) }
        answer.json.object { json in
            json.key("run")
            json.value(run, withPrompt: false)
        }
    }

    /// `run`, `from`, `to` (not included): steps of the current branch as in trace.json.
    static let steps = Request("steps", "run from? to?") { (engine, arguments, answer) throws(RequestError) in
        let trace = try engine.run(arguments).debugger.trace
        let stretch = try arguments.stretch(of: trace.steps.count)
        answer.json.object { json in
            json.array("steps") { json in
                for step in trace.steps[stretch] { json.value(step) }
            }
        }
    }
}
