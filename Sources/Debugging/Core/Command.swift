// The commands as values. The parser makes them from a line; any front end may make them itself.
public import Phrases

/// What can be asked about in `info`.
public enum InfoTopic: String, Equatable, Sendable, CaseIterable {
    case candidates, attention, stages, kv, timing, tokens, beam, breakpoints, branches, watches, displays, settings
}

public enum ExportFormat: String, Equatable, Sendable, CaseIterable {
    case html, png, json
}

public enum Command: Equatable, Sendable {
    // Moving.
    case step(Int)
    case back(Int)
    case `continue`
    case reverseContinue
    /// From the prompt on, to the first breakpoint.
    case run
    /// Straight to a step (breakpoints are not looked at); nil is the end.
    case runTo(Int?)
    case stepIn
    case finish
    case `where`
    // Points.
    case breakIf(String, temporary: Bool)
    /// Empty: all.
    case delete([Int])
    case enable([Int])
    case disable([Int])
    case watch(String)
    case unwatch([Int])
    /// nil shows all displays now.
    case display(String?)
    case undisplay([Int])
    // Looking.
    case info(InfoTopic, argument: String)
    case print(String)
    case why(String)
    case assert(String)
    // Changing.
    case force(String)
    case set(name: String, value: String)
    case ablate(layer: Int, head: Int)
    case restore(layer: Int, head: Int)
    case restoreAll
    case fork(String?)
    case branches
    case switchTo(String)
    case diff(String)
    // Files.
    /// `replaces`: a file that is there already may go.
    case save(String, replaces: Bool = false)
    case export(ExportFormat, String?, replaces: Bool = false)
    // The rest.
    case language(Language)
    case help(String)
    case quit
    case nothing
}
