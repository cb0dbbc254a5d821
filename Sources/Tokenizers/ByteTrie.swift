// All texts of a set that begin at a place of another text, by one walk over its bytes.

/// A tree over bytes, its edges in one hash table: a step is one look-up, and a walk ends where no text goes on.
struct ByteTrie: Sendable {
    static let root: UInt32 = 0
    /// (node << 8 | byte) << 32 | child; `empty` where there is none. Linear probing, at most half full.
    private var slots: [UInt64]
    private static let empty: UInt64 = .max
    private var scattering: Scattering
    /// The value of the text that ends at each node, `noValue` where none does.
    private var values: [UInt32] = [ByteTrie.noValue]
    static let noValue: UInt32 = .max

    /// - Parameter byteCount: how many bytes the texts have together, at most 2²⁴; the table grows where that is too low.
    init(byteCount: Int) {
        slots = [UInt64](repeating: Self.empty, count: tableSize(min(byteCount, 1 << 16)))
        scattering = Scattering(over: slots.count)
    }

    /// Adds a text; of two equal ones the first keeps its value.
    ///
    /// - Parameter passing: hears of every node on the way, with its number of bytes less one.
    mutating func insert(
        _ text: some Collection<UInt8>, _ value: UInt32, passing: (Int, UInt32) -> Void = { _, _ in }
    ) {
        var node = Self.root
        for (depth, byte) in text.enumerated() {
            defer { passing(depth, node) }
            if let next = child(of: node, byte) { node = next; continue }
            // Ids of nodes have 24 bits beside the byte.
            if values.count >= 1 << 24 { return }
            if 2 * (values.count + 1) > slots.count { grow() }
            let next = UInt32(values.count)
            values.append(Self.noValue)
            put(UInt64(node << 8 | UInt32(byte)) << 32 | UInt64(next))
            node = next
        }
        if values[Int(node)] == Self.noValue { values[Int(node)] = value }
    }

    /// The node after `byte`, nil where no text goes on so.
    @inline(__always)
    func child(of node: UInt32, _ byte: UInt8) -> UInt32? {
        let key = node << 8 | UInt32(byte)
        return slots.withUnsafeBufferPointer { slots in
            let mask = slots.count - 1
            var slot = scattering.place(of: UInt64(key))
            while slots[slot] != Self.empty {
                if slots[slot] >> 32 == UInt64(key) { return UInt32(truncatingIfNeeded: slots[slot]) }
                slot = (slot + 1) & mask
            }
            return nil
        }
    }

    /// The value of the text that ends at a node.
    @inline(__always)
    func value(at node: UInt32) -> UInt32? {
        let value = values[Int(node)]
        return value == Self.noValue ? nil : value
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: Self.empty, count: 2 * old.count)
        scattering = Scattering(over: slots.count)
        for entry in old where entry != Self.empty { put(entry) }
    }

    private mutating func put(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = scattering.place(of: entry >> 32)
        while slots[slot] != Self.empty { slot = (slot + 1) & mask }
        slots[slot] = entry
    }
}
