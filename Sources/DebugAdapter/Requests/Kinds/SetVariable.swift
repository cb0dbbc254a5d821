// `setVariable`: another token in place of the chosen one, which forks; another setting, from the next step on.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Traces

extension AdapterRequest {
    static let setVariable = AdapterRequest("setVariable") { (adapter, arguments, body) throws(AdapterError) in
        let (name, value) = (try arguments.text("name"), try arguments.text("value"))
        let reference = try arguments.whole("variablesReference")
        guard let row = try adapter.variables(reference).first(where: { $0.name == name }) else {
            throw .debugger(Phrase("there is no variable \(readable(name))", "沒有 \(readable(name)) 這個變數"))
        }
        guard row.canBeSet, case .scope(let kind, _)? = adapter.containers[reference] else {
            throw .debugger(Phrase("\(readable(name)) cannot be set", "\(readable(name)) 不能改"))
        }
        let before = adapter.snapshot
        if kind == .draw {
            let outcome = try adapter.force(value)
            let token = adapter.debugger.currentStep.map { quoted($0.token.bytes) } ?? value
            body.member("value", token)
            return .changed(since: before, description: outcome)
        }
        _ = try adapter.execute(.set(name: name, value: value))
        body.shown("value", value)
        return .changed(
            since: before, description: adapter.say("\(name) = \(value)", "\(name) = \(value)"))
    }
}

extension Adapter {
    /// Puts a token in place of the chosen one; a text may be written without quotation marks.
    fileprivate func force(_ value: String) throws(AdapterError) -> String? {
        let isWritten = value.hasPrefix("\"") || value.hasPrefix("#") || value.hasPrefix("top(")
        let source = isWritten ? value : quoted(Array(value.utf8))
        guard case .several(let outcomes) = try execute(.force(source, next: false)),
            case .said(let words)? = outcomes.first
        else { return nil }
        return shown(words)
    }
}
