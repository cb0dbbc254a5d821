// `initialize`: who the client is, and what this adapter can do.
internal import JSONText
internal import Phrases

extension AdapterRequest {
    static let initialize = AdapterRequest("initialize", needs: .nothing) {
        (adapter, arguments, body) throws(AdapterError) in
        var client = Adapter.ClientFacts()
        client.linesStartAt1 = try arguments.flag("linesStartAt1", or: true)
        client.columnsStartAt1 = try arguments.flag("columnsStartAt1", or: true)
        client.hearsProgress = try arguments.flag("supportsProgressReporting", or: false)
        client.hearsInvalidated = try arguments.flag("supportsInvalidatedEvent", or: false)
        client.hearsTypes = try arguments.flag("supportsVariableType", or: false)
        let locale = try arguments.textIfAny("locale")
        try adapter.greet()
        adapter.client = client
        if locale?.lowercased().hasPrefix("zh") == true { adapter.language = .chinese }
        for name in capabilities { body.member(name, true) }
        body.array("completionTriggerCharacters") { json in for sign in [" ", "("] { json.value(sign) } }
        body.array("exceptionBreakpointFilters") { json in
            for filter in ExceptionFilter.all { json.value(filter, adapter.language) }
        }
        return .nothing
    }

    /// What this adapter can do, by the protocol's names.
    private static let capabilities = [
        "supportsConfigurationDoneRequest", "supportsFunctionBreakpoints", "supportsConditionalBreakpoints",
        "supportsHitConditionalBreakpoints", "supportsEvaluateForHovers", "supportsStepBack", "supportsSetVariable",
        "supportsGotoTargetsRequest", "supportsCompletionsRequest", "supportsRestartRequest",
        "supportsExceptionFilterOptions", "supportsExceptionInfoRequest", "supportsLoadedSourcesRequest",
        "supportsLogPoints", "supportsTerminateRequest", "supportsDataBreakpoints",
        "supportsBreakpointLocationsRequest", "supportsClipboardContext",
    ]
}

extension JSONWriter {
    fileprivate mutating func value(_ filter: ExceptionFilter, _ language: Language) {
        object { json in
            json.member("filter", filter.id)
            json.member("label", filter.label[language])
            json.member("description", filter.description[language])
            json.member("default", false)
            json.member("supportsCondition", filter.question != nil)
            if filter.question != nil {
                json.member("conditionDescription", filter.conditionDescription[language])
            }
        }
    }
}
