// `exceptionInfo`: what the last stop for an exception filter found.
internal import JSONText
internal import Phrases

extension AdapterRequest {
    static let exceptionInfo = AdapterRequest("exceptionInfo") { (adapter, _, body) throws(AdapterError) in
        guard let exception = adapter.exception else {
            throw .debugger(Phrase("the run does not stand at such a stop", "目前不是停在這種地方"))
        }
        body.member("exceptionId", exception.filter.id)
        body.member("description", exception.filter.description[adapter.language])
        body.member("breakMode", "always")
        body.object("details") { json in json.shown("message", exception.text) }
        return .nothing
    }
}
