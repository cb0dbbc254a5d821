// What a client can ask for: one row for each request of the protocol. To add one, write its file in Kinds and its row here.
internal import JSONText

/// One kind of request.
struct AdapterRequest: Sendable {
    /// What must be there before it.
    enum Need: Sendable { case nothing, session, run }

    /// Its name in the protocol.
    let name: String
    let needs: Need
    /// Writes the members of the answer's body, or throws and leaves the session as it was; says what follows the answer.
    let answer: @Sendable (Adapter, Arguments, inout JSONWriter) throws(AdapterError) -> Afterwards

    init(
        _ name: String, needs: Need = .run,
        _ answer: @escaping @Sendable (Adapter, Arguments, inout JSONWriter) throws(AdapterError) -> Afterwards
    ) {
        (self.name, self.needs, self.answer) = (name, needs, answer)
    }

    /// All of them.
    static let all: [AdapterRequest] = [
        // The session.
        initialize, launch, attach, configurationDone, restart, terminate, disconnect,
        // Breakpoints.
        setBreakpoints, breakpointLocations, setFunctionBreakpoints, dataBreakpointInfo, setDataBreakpoints,
        setExceptionBreakpoints, exceptionInfo,
        // Moving.
        next, stepIn, stepOut, stepBack, forwards, reverseContinue, gotoTargets, goto, pause,
        // Looking.
        threads, stackTrace, scopes, variables, source, loadedSources,
        // Asking and changing.
        setVariable, evaluate, completions,
    ]
}
