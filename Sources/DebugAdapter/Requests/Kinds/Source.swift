// `source`: the text of a document.
internal import JSONText

extension AdapterRequest {
    static let source = AdapterRequest("source") { (adapter, arguments, body) throws(AdapterError) in
        // The number stands in the request itself; newer clients put it into the source too.
        let isInside = arguments["sourceReference"] == nil
        let (document, form) = try adapter.document(isInside ? try arguments.object("source") : arguments)
        body.shown("content", document.content(form))
        body.member("mimeType", form == .tokens ? RunLanguage.mediaType : "text/plain")
        return .nothing
    }
}
