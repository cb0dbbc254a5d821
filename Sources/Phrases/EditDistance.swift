// The nearest known name to a misspelt one.

/// Levenshtein distance over bytes with one addition: swapping two neighbours counts once (optimal string alignment).
///
/// - Complexity: O(a · b) time, O(b) space.
public func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var twoAgo = [Int](repeating: 0, count: b.count + 1)
    var previous = Array(0...b.count)
    var current = previous
    for i in 1..<(a.count + 1) {
        current[0] = i
        for j in 1..<(b.count + 1) {
            let same = a[i - 1] == b[j - 1]
            current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                current[j] = min(current[j], twoAgo[j - 2] + 1)
            }
        }
        twoAgo = previous
        previous = current
    }
    return previous[b.count]
}

/// The name closest to `name`, nil when none is close: one that it is a beginning of (3 letters or more), else one at most
/// a third of its length away (at least 1); case, `-` and `_` aside. Ties go to the one with the same first letter, then to
/// the earlier name.
public func nearest(to name: String, among names: [String]) -> String? {
    let wanted = spelling(name)
    guard !wanted.isEmpty, wanted.count <= 40 else { return nil }
    if let alike = names.first(where: { spelling($0) == wanted }) { return alike }
    if wanted.count >= 3, let longer = names.first(where: { spelling($0).starts(with: wanted) }) { return longer }
    let limit = max(1, (wanted.count + 1) / 3)
    var best: (distance: Int, name: String)?
    for candidate in names {
        let bytes = spelling(candidate)
        if abs(bytes.count - wanted.count) > limit { continue }
        let distance = editDistance(wanted, bytes)
        if distance > limit { continue }
        let isCloser = best.map { distance < $0.distance } ?? true
        let isTie = best.map { distance == $0.distance && spelling($0.name).first != wanted.first } ?? false
        if isCloser || isTie && bytes.first == wanted.first { best = (distance, candidate) }
    }
    return best?.name
}
