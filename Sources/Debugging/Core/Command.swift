// The commands as values. The parser makes them from a line; any front end may make them itself.
public import Phrases

/// What can be asked about in `info`.
public enum InfoTopic: String, Equatable, Sendable, CaseIterable {
    case candidates, attention, stages, kv, timing, tokens, beam, breakpoints, branches, watches, displays, checkpoints,
        settings
}

/// What `export` writes: a page, a picture, or the trace.
public enum ExportFormat: String, Equatable, Sendable, CaseIterable {
    case html, png, json
}

/// Which stretch of the text `list` shows.
public enum ListRange: Equatable, Sendable {
    /// Around the cursor; after another list what comes next.
    case next
    /// What comes before the last one.
    case before
    /// Around a step.
    case around(Int)
    /// From one step to another, both included.
    case steps(Int, Int)
}

/// A command with its arguments, read but not yet checked against the run.
public enum Command: Equatable, Sendable {
    // Moving.
    /// That many steps on, or up to a breakpoint.
    case step(Int)
    /// That many steps back, past breakpoints.
    case back(Int)
    /// On to the next step where a breakpoint holds, or to the end.
    case `continue`
    /// Back to the last step where a breakpoint holds, or to the prompt.
    case reverseContinue
    /// From the prompt on, to the first breakpoint.
    case run
    /// Straight to a step (breakpoints are not looked at); nil is the end.
    case runTo(Int?)
    /// On until a step, or until a question is true; nil is the next step.
    case until(String?)
    /// One level further into the step: layer, attention, head.
    case stepIn
    /// One level out.
    case finish
    /// Says where the cursor is.
    case `where`
    // Points.
    /// The condition as typed; a temporary breakpoint goes at its first stop.
    case breakIf(String, temporary: Bool)
    /// Empty: all.
    case delete([Int])
    /// Breakpoints by number; empty: all.
    case enable([Int])
    /// Breakpoints by number; empty: all.
    case disable([Int])
    /// Lets a breakpoint pass that many times more.
    case ignore(Int, count: Int)
    /// What follows up to `end` is carried out at each stop of a breakpoint; nil is the one made last.
    case commands(Int?)
    /// Closes `commands`; means nothing elsewhere.
    case end
    /// The question as typed; whether a change of its value stops a walk.
    case watch(String, stops: Bool)
    /// Watches by number; empty: all.
    case unwatch([Int])
    /// nil shows all displays now.
    case display(String?)
    /// Displays by number; empty: all.
    case undisplay([Int])
    // Looking.
    /// `argument` is what follows the topic, empty for nothing: a count, a `LAYER.HEAD`.
    case info(InfoTopic, argument: String)
    case list(ListRange)
    /// The step in a few sentences.
    case story
    /// The question as typed.
    case print(String)
    /// The token as a question writes it.
    case why(String)
    /// The token as a question writes it; nil for the chosen one.
    case lens(String?)
    /// The token as a question writes it, nil for the chosen one, and how many heads to list, nil for all.
    case sweep(String?, count: Int?)
    /// The condition as typed.
    case assert(String)
    // Changing.
    /// The token as a question writes it, in place of that of the cursor's step, or of the next one.
    case force(String, next: Bool)
    /// An option of the run by its long name without dashes, and its value as typed.
    case set(name: String, value: String)
    /// Both from 0; the head exists or the debugger refuses.
    case ablate(layer: Int, head: Int)
    /// Undoes ``ablate(layer:head:)``.
    case restore(layer: Int, head: Int)
    /// Undoes every ``ablate(layer:head:)``.
    case restoreAll
    /// The new branch's name; nil for none.
    case fork(String?)
    /// Lists the branches.
    case branches
    /// A branch by number or name.
    case switchTo(String)
    /// A branch by number or name.
    case diff(String)
    /// Remembers where the cursor is, under a name if one is given.
    case checkpoint(String?)
    /// Back to a checkpoint, by number or name.
    case restart(String)
    /// Checkpoints by number; empty: all.
    case forgetCheckpoints([Int])
    // Files.
    /// The path as typed. `replaces`: a file that is there already may go.
    case save(String, replaces: Bool = false)
    /// The path as typed; nil for the front end's default. `replaces`: a file that is there already may go.
    case export(ExportFormat, String?, replaces: Bool = false)
    // The rest.
    /// The language of what follows.
    case language(Language)
    /// A command, `questions`, or a name of the question language; empty: all commands.
    case help(String)
    case quit
    /// A blank line or a comment.
    case nothing
}
