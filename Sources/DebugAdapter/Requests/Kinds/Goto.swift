// `goto`: straight to a step that is recorded, or to the prompt.
internal import Debugging
internal import Phrases
internal import Traces

extension AdapterRequest {
    static let goto = AdapterRequest("goto") { (adapter, arguments, _) throws(AdapterError) in
        let target = try arguments.whole("targetId")
        try adapter.turn(to: try arguments.whole("threadId"))
        guard (0...adapter.debugger.trace.steps.count).contains(target) else {
            throw .nothing(Phrase("target", "目標"), target)
        }
        return .move(.to(target == 0 ? nil : target - 1))
    }
}
