// The numbers by which a client asks for what a stop holds: frames and things with variables in them. A movement forgets them.

/// A frame of a thread's stack, from the outermost.
struct FrameKey: Hashable {
    var branch: Int
    /// A beam's place among its level's, best first; nil for the run itself.
    var beam: Int?
    /// 0 is the step, or the prompt.
    var depth: Int
}

/// Something that has variables.
enum Container: Hashable {
    case scope(ScopeKind, FrameKey)
    case candidate(branch: Int, step: Int, id: Int)
    case stage(branch: Int, step: Int, index: Int)
    /// A layer's heads.
    case layer(Int)
    /// What a head looked at; nil for the mean over the layer's heads, and over all.
    case looked(layer: Int?, head: Int?)
    /// The tokens of a place's variable, by its place in the list.
    case tokens(Int)
}

/// What a frame shows, one below the other.
enum ScopeKind: Hashable, CaseIterable { case here, candidates, stages, draw, attention, cache, times, settings, beam }

/// Things with numbers of their own, the same thing always the same number.
struct Numbered<Key: Hashable> {
    private var numbers: [Key: Int] = [:]
    private var keys: [Key] = []

    mutating func number(of key: Key) -> Int {
        if let known = numbers[key] { return known }
        keys.append(key)
        numbers[key] = keys.count
        return keys.count
    }

    subscript(number: Int) -> Key? { keys.indices.contains(number - 1) ? keys[number - 1] : nil }
}
