// What `loop` is inside a `for` of a chat template.

internal import JSONText

/// The state of a loop that runs. Its items are drawn as they are needed: the loop's condition may depend on what its
/// body did before.
final class TemplateLoopState {
    let loop: TemplateLoop
    let source: TemplateIterator
    let scope: TemplateScope
    /// How many recursive loops stand around this one.
    let depth: Int
    let depthOfItems: Int
    /// Items that were drawn, and how many of them have had their turn.
    private var drawn: [TemplateValue] = []
    private var taken = 0
    /// Items that have had their turn, and the one whose turn it is.
    private(set) var index = 0
    private(set) var previous: TemplateValue?
    private(set) var current: TemplateValue?
    var isOver = false
    /// What `loop.changed` was last asked with.
    var lastChanged: [TemplateValue]?

    init(_ loop: TemplateLoop, _ source: TemplateIterator, scope: TemplateScope, depth: Int) {
        self.loop = loop
        self.source = source
        self.scope = scope
        self.depth = depth
        depthOfItems = source.depth
    }

    /// The item that was drawn and has its turn next.
    var next: TemplateValue? { taken < drawn.count ? drawn[taken] : nil }
    /// How many were drawn and have not had their turn.
    var waiting: Int { drawn.count - taken }

    func draw(_ item: TemplateValue) { drawn.append(item) }

    /// Gives the next item its turn.
    func advance() {
        previous = current
        current = next
        taken += 1
        index += 1
        if taken == drawn.count {
            drawn.removeAll(keepingCapacity: true)
            taken = 0
        }
    }
}

extension TemplateRun {
    /// An attribute of `loop`; nil when there is none of that name.
    func attribute(_ state: TemplateLoopState, _ name: String) throws(ChatTemplateError) -> TemplateValue? {
        switch name {
        case "index": return .integer(state.index)
        case "index0": return .integer(state.index - 1)
        case "first": return .bool(state.index == 1)
        case "last": return .bool(try peek(state) == nil)
        case "length": return .integer(try length(state))
        case "revindex": return .integer(try length(state) - state.index + 1)
        case "revindex0": return .integer(try length(state) - state.index)
        case "depth": return .integer(state.depth + 1)
        case "depth0": return .integer(state.depth)
        case "previtem": return state.previous ?? .undefined("the item before the first one")
        case "nextitem": return try peek(state) ?? .undefined("the item after the last one")
        case "cycle", "changed": return .method(.loop(state), name)
        default: return nil
        }
    }

    private func length(_ state: TemplateLoopState) throws(ChatTemplateError) -> Int {
        while try pull(state) {}
        return state.index + state.waiting
    }

    /// `loop.cycle(…)` and `loop.changed(…)`.
    func call(_ state: TemplateLoopState, _ name: String, _ call: TemplateCall) throws(ChatTemplateError)
        -> TemplateValue
    {
        if !call.named.isEmpty { throw failure("loop.\(name) takes no names") }
        if name == "cycle" {
            if call.positional.isEmpty { throw failure("loop.cycle has no items to cycle through") }
            return call.positional[(state.index - 1) % call.positional.count]
        }
        if let last = state.lastChanged, try areEqual(last, call.positional) { return .bool(false) }
        state.lastChanged = call.positional
        return .bool(true)
    }

    /// `loop(items)` in a recursive loop: what the loop writes for them.
    func recurse(_ state: TemplateLoopState, _ call: TemplateCall) throws(ChatTemplateError) -> TemplateValue {
        if !state.loop.isRecursive { throw failure("the loop is not recursive, so it cannot be called") }
        let items = try call.arguments(["iterable"], required: 1, of: "loop", self)[0]
        let source = try source(items ?? .none, line)
        let written = try capture { () throws(ChatTemplateError) in
            try within(state.scope) { () throws(ChatTemplateError) in
                try run(state.loop, over: source, depth: state.depth + 1)
            }
        }
        return .string(written.text)
    }
}
