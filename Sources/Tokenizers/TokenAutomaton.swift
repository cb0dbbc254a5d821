// Which of a set of texts begin at each place of another text, in one pass over it whatever the set is.

/// A set of texts, looked for all at once (Aho and Corasick 1975). The texts are taken from their ends to their beginnings
/// and so is the text that is searched: what ends at a place of the backward text begins there in the text itself, and of
/// all that do the longest is known first.
struct TokenAutomaton: Sendable {
    private var trie = ByteTrie(byteCount: 0)
    /// The node above each node, and the byte that leads from there.
    private var above: [UInt32] = [ByteTrie.root]
    private var bytes: [UInt8] = [0]
    /// The node of the longest other text's beginning with which this node's text ends.
    private var fallbacks: [UInt32] = [ByteTrie.root]
    /// Where the nearest whole text stands, from each node by way of the fallbacks, itself first; the root: nowhere.
    private var nearest: [UInt32] = [ByteTrie.root]
    /// Which bytes some text ends with: most places are passed over by this alone.
    private var begins = [Bool](repeating: false, count: 256)

    /// - Parameter texts: with their values; of two equal ones the first keeps its value. None is empty.
    init(_ texts: [(text: [UInt8], value: UInt32)] = []) {
        for (text, value) in texts {
            guard let last = text.last else { continue }
            begins[Int(last)] = true
            insert(text, value)
        }
        link()
    }

    var isEmpty: Bool { above.count == 1 }

    /// The places of `text` at which one of the texts begins, in rising order, each with what ``value(_:)`` and
    /// ``shorter(_:)`` take: the longest text there.
    func places(in text: UnsafeBufferPointer<UInt8>) -> [(place: Int, match: UInt32)] {
        if isEmpty { return [] }
        var found: [(place: Int, match: UInt32)] = []
        var node = ByteTrie.root
        for place in stride(from: text.count - 1, through: 0, by: -1) {
            let byte = text[place]
            if node == ByteTrie.root && !begins[Int(byte)] { continue }
            node = follow(node, byte)
            let match = nearest[Int(node)]
            if match != ByteTrie.root { found.append((place, match)) }
        }
        found.reverse()
        return found
    }

    /// The value of a match's text.
    func value(_ match: UInt32) -> Int { Int(trie.value(at: match) ?? 0) }

    /// The next shorter text that begins at the same place, nil when there is none.
    func shorter(_ match: UInt32) -> UInt32? {
        let next = nearest[Int(fallbacks[Int(match)])]
        return next == ByteTrie.root ? nil : next
    }

    private mutating func insert(_ text: [UInt8], _ value: UInt32) {
        var node = ByteTrie.root
        trie.insert(text.reversed(), value) { [bytes = text] depth, next in
            if Int(next) == above.count {
                above.append(node)
                self.bytes.append(bytes[bytes.count - 1 - depth])
            }
            node = next
        }
    }

    /// Links each node by its fallback, those nearer to the root first.
    private mutating func link() {
        fallbacks = [UInt32](repeating: ByteTrie.root, count: above.count)
        nearest = fallbacks
        for node in byDepth().dropFirst() {
            let parent = above[Int(node)]
            let fallback = parent == ByteTrie.root ? ByteTrie.root : follow(fallbacks[Int(parent)], bytes[Int(node)])
            fallbacks[Int(node)] = fallback
            nearest[Int(node)] = trie.value(at: node) != nil ? node : nearest[Int(fallback)]
        }
    }

    /// All nodes, the root first, by their distance from it.
    private func byDepth() -> [UInt32] {
        // By counting: an array for each distance would take a hundred times a long text's bytes.
        var depths = [UInt32](repeating: 0, count: above.count)
        // Where the nodes of each distance begin, one behind the other.
        var starts: [Int] = [0, 1]
        for node in above.indices.dropFirst() {
            // A node is made after the one above it.
            depths[node] = depths[Int(above[node])] + 1
            let next = Int(depths[node]) + 1
            if next == starts.count { starts.append(0) }
            starts[next] += 1
        }
        for depth in starts.indices.dropFirst() { starts[depth] += starts[depth - 1] }
        var order = [UInt32](repeating: ByteTrie.root, count: above.count)
        for node in above.indices {
            let depth = Int(depths[node])
            order[starts[depth]] = UInt32(node)
            starts[depth] += 1
        }
        return order
    }

    /// The node after a byte: the longest beginning with which what was read so far ends.
    @inline(__always)
    private func follow(_ start: UInt32, _ byte: UInt8) -> UInt32 {
        var node = start
        while true {
            if let next = trie.child(of: node, byte) { return next }
            if node == ByteTrie.root { return node }
            node = fallbacks[Int(node)]
        }
    }
}
