// A run's record: all of it, its attention, and whether a record is what this engine computes.
internal import Debugging
internal import Generation
internal import JSONText
internal import Phrases
internal import RunVerification
internal import Traces

extension Request {
    /// `run`: attachment 0 is the trace.json of its current branch; `attention` false leaves the attention out.
    static let trace = Request("trace", "run attention?") { (engine, arguments, answer) throws(RequestError) in
        let run = try engine.run(arguments)
        var trace = run.debugger.trace
        if !(try arguments.flag("attention", or: true)) { trace.attention = nil }
        if trace.model.sha256.isEmpty, let live = run.live { trace.model.sha256 = live.weightsHash() }
        let bytes: [UInt8]
        do throws(TraceError) { bytes = try traceJSON(trace) } catch { throw .run(error.phrase) }
        let place = answer.attach(bytes)
        answer.json.object { json in
            json.member("attachment", place)
            json.member("bytes", bytes.count)
        }
    }

    /// Of one answer: 256 MB.
    static let mostWeights: Int64 = 1 << 26

    /// `run`, `layer`: attachment 0 is (head, query, key) as 32-bit floats, 0 for keys that a query does not see; with `from`
    /// and `to` (not included) only the rows of those queries, for who has the others.
    static let attention = Request("attention", "run layer from? to?") {
        (engine, arguments, answer) throws(RequestError) in
        let trace = try engine.run(arguments).debugger.trace
        let layer = try arguments.count("layer")
        guard let attention = trace.attention else {
            throw .run(Phrase("the run records no attention", "這次執行沒有記錄注意力"))
        }
        guard (0..<attention.layers).contains(layer) else {
            throw .request(
                Phrase(
                    "there is no layer \(layer); layers are 0…\(attention.layers - 1)",
                    "沒有第 \(layer) 層；層的編號為 0…\(attention.layers - 1)"))
        }
        let from = try arguments.countIfAny("from") ?? 0
        let to = try arguments.countIfAny("to") ?? attention.positions
        guard 0 <= from, from <= to, to <= attention.positions else {
            throw .request(
                Phrase(
                    "there are no rows \(from) to \(to); they are counted from 0 to \(attention.positions)",
                    "沒有第 \(from) 列到第 \(to) 列；列從 0 數到 \(attention.positions)"))
        }
        let count = Int64(attention.heads) * Int64(to - from) * Int64(attention.positions)
        guard count <= mostWeights else {
            throw .request(Phrase("these are \(count) weights; ask for fewer rows", "這是 \(count) 個權重；請改要較少的列"))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * Int(count))
        for head in 0..<attention.heads {
            attention.matrix(layer: layer, head: head, queries: from..<to).withUnsafeBytes {
                bytes.append(contentsOf: $0)
            }
        }
        let place = answer.attach(bytes)
        answer.json.object { json in
            json.member("heads", attention.heads)
            json.member("positions", attention.positions)
            json.key("pattern")
            json.value(attention.patterns.layers[layer])
            json.member("from", from)
            json.member("to", to)
            json.member("attachment", place)
        }
    }

    /// `model`; attachment 0: a trace.json, which is made again and compared value by value. With `milliseconds` only a part
    /// of it; the answer is then `{"more": {"verification", "done", "of"}}`, and `verification` (in place of `model` and the
    /// attachment) goes on.
    static let verify = Request("verify", "model? verification? milliseconds? +trace") {
        (engine, arguments, answer) throws(RequestError) in
        let limit = try arguments.numberIfAny("milliseconds").map { $0 / 1000 } ?? .infinity
        let (number, verifier) = try engine.verification(arguments)
        let start = engine.now
        var found: Verification?
        do throws(GenerationError) {
            repeat {
                found = try verifier.advance(tokens: engine.host.passTokens)
            } while found == nil
                && engine.now - start < limit && engine.host.goesOn()
        } catch {
            engine.forgetVerification(number)
            throw .run(error.phrase)
        }
        if let found {
            engine.forgetVerification(number)
            answer.json.value(found)
            return
        }
        answer.json.object { json in
            json.object("more") { json in
                json.member("verification", number)
                json.member("done", verifier.progress.done)
                json.member("of", verifier.progress.of)
            }
        }
    }
}

extension JSONWriter {
    /// `{"outcome","notes"}`, and what differs.
    fileprivate mutating func value(_ found: Verification) {
        object { json in
            switch found.outcome {
            case .identical: json.member("outcome", "identical")
            case .identicalWithin(let distance):
                json.member("outcome", "within")
                json.member("distance", distance)
            case .different(let difference):
                json.member("outcome", "different")
                json.member("step", difference.step)
                json.member("what", difference.what.phrase)
                json.member("recorded", difference.recorded)
                json.member("computed", difference.computed)
                json.member("distance", difference.distance)
            }
            if let cause = found.cause { json.member("cause", cause.phrase) }
            json.array("notes") { json in for note in found.notes { json.value(note.phrase) } }
        }
    }
}
