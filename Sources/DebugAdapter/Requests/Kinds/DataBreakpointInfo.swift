// `dataBreakpointInfo`: whether a value can be watched for a change: whatever a question asks for.
internal import Debugging
internal import JSONText
internal import Phrases

extension AdapterRequest {
    static let dataBreakpointInfo = AdapterRequest("dataBreakpointInfo") {
        (adapter, arguments, body) throws(AdapterError) in
        let name = try arguments.text("name")
        var question: String? = name
        if let reference = try arguments.wholeIfAny("variablesReference") {
            question = try adapter.variables(reference).first { $0.name == name }?.question
        }
        if let asked = question {
            do throws(DebuggingError) {
                _ = try Question(asked, in: adapter.scope)
                body.member("dataId", asked)
                body.shown("description", asked)
                body.array("accessTypes") { json in json.value("write") }
                body.member("canPersist", true)
                return .nothing
            } catch {
                body.key("dataId")
                body.null()
                body.member("description", adapter.shown(error.phrase))
                return .nothing
            }
        }
        body.key("dataId")
        body.null()
        let reason = Phrase("no question asks for this value", "沒有問句可以問這個值")
        body.member("description", adapter.shown(reason))
        return .nothing
    }
}
