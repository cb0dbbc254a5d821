// What a matcher remembers of the states that it has been in, where a match takes long.

/// The states from which nothing matches, and what looks and atomic groups match where they were tried. Kept by place, so
/// that only places which a long match has come to take room.
struct PatternStates {
    /// An instruction at a place in the text.
    struct State: Hashable {
        var place: Int
        var instruction: Int
    }

    /// How many there are, results with them.
    private(set) var count = 0
    private var visited: [Int: Set<Int>] = [:]
    private var results: [State: Result] = [:]

    /// What a body matched: to where, nil where it did not.
    struct Result {
        var end: Int?
    }

    /// Whether the state is new, which it is no more.
    mutating func insert(_ state: State) -> Bool {
        let isNew = visited[state.place, default: []].insert(state.instruction).inserted
        if isNew { count += 1 }
        return isNew
    }

    mutating func forget(_ state: State) {
        if visited[state.place]?.remove(state.instruction) != nil { count -= 1 }
    }

    /// Takes out all states of the places from `first` to `last`.
    mutating func forget(from first: Int, through last: Int) {
        if visited.isEmpty { return }
        for place in first...max(first, last) { count -= visited.removeValue(forKey: place)?.count ?? 0 }
    }

    func result(of body: State) -> Result? { results.isEmpty ? nil : results[body] }

    mutating func keep(_ end: Int?, of body: State) {
        if results.updateValue(Result(end: end), forKey: body) == nil { count += 1 }
    }
}
