// What a matcher remembers of the states that it has been in, where a match takes long.

/// The states from which nothing matches, and what looks and atomic groups match where they were tried. Kept by place, so
/// that only places which a long match has come to take room.
struct PatternStates {
    /// An instruction at a place in the text.
    struct State: Hashable {
        var place: Int
        var instruction: Int
    }

    private var visited: [Int: Set<Int>] = [:]
    private var results: [State: Result] = [:]

    /// What a body matched: to where, nil where it did not.
    struct Result {
        var end: Int?
    }

    /// Whether the state is new, which it is no more.
    mutating func insert(_ state: State) -> Bool {
        visited[state.place, default: []].insert(state.instruction).inserted
    }

    mutating func forget(_ state: State) { visited[state.place]?.remove(state.instruction) }

    /// Takes out all states of the places from `first` to `last`.
    mutating func forget(from first: Int, through last: Int) {
        if visited.isEmpty { return }
        for place in first...max(first, last) { visited[place] = nil }
    }

    func result(of body: State) -> Result? { results.isEmpty ? nil : results[body] }

    mutating func keep(_ end: Int?, of body: State) { results[body] = Result(end: end) }
}
