// Texts and numbers that all came to one place of a table, when tables were the same in every run.
import Testing

@testable import Tokenizers

struct HashFloodTests {
    /// Two texts each with one and the same sum by Fowler, Noll and Vo, one pair behind the other: what is made of them all
    /// has one sum.
    private static let alike = [
        ("SjZQOBo", "IQSeMsP"), ("ORHxvWB", "kZFeKGN"), ("mFOLgOK", "rTgTQHi"), ("KhkqcZw", "lAmveZF"),
        ("sJsZjJO", "LUknCYQ"), ("EtdEuDB", "GaJQpYk"), ("maxQcWt", "MpDZveU"), ("dQsWKnf", "YIsXpmh"),
        ("rGUZhHv", "YuaiBcI"), ("nAXwHxy", "PsIIvgY"), ("ufPnESJ", "lFWGIDF"), ("jzzSZhj", "uTRlVCc"),
        ("bzOeatv", "skZLZwX"), ("HsgQXhR", "ToLHuGF"), ("UokcAvo", "ZzoXlOx"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    @Test("tokens whose sums are the same are found as fast as others")
    func vocabulary() {
        var vocabulary = Vocabulary()
        let count = 1 << Self.alike.count
        for number in 0..<count {
            for (place, pair) in Self.alike.enumerated() {
                vocabulary.bytes += number >> place & 1 == 0 ? pair.0 : pair.1
            }
            vocabulary.offsets.append(UInt32(vocabulary.bytes.count))
            vocabulary.kinds.append(.normal)
        }
        vocabulary.reserveSlots(count)
        for id in 0..<count where vocabulary.insert(id) != nil { Issue.record("\(id) is there already") }
        for id in stride(from: 0, to: count, by: 999) { #expect(vocabulary.id(of: vocabulary.bytes(of: id)) == id) }
    }

    /// What keys were multiplied by.
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    @Test("pairs whose products end alike too")
    func pairs() {
        let (count, bits) = (1 << 17, UInt32(18))
        let rights = (UInt32(0)..<70_000).filter { UInt64($0) &* Self.factor >> 32 & (1 << 18 - 1) < 64 }
        var table = PairTable(capacity: count)
        var made: [(UInt32, UInt32)] = []
        for left in UInt32(0)..<1 << 14 {
            for right in rights where made.count < count { made.append((left << bits, right)) }
        }
        #expect(made.count == count)
        for (rank, pair) in made.enumerated() {
            let entry = PairTable.Entry(left: pair.0, right: pair.1, rank: UInt32(rank), merged: 0)
            if !table.insert(entry, replacing: false) { Issue.record("\(pair) is there already") }
        }
        for rank in stride(from: 0, to: count, by: 999) {
            #expect(table.find(made[rank].0, made[rank].1).rank == UInt32(rank))
        }
    }

    @Test("so are the nodes of a tree")
    func nodes() {
        var trie = ByteTrie(byteCount: 0)
        var texts: [[UInt8]] = [[]]
        var next = 0
        while texts.count < 60_000 {
            for byte in UInt8.min...UInt8.max where texts.count < 60_000 {
                let key = UInt64(next) << 8 | UInt64(byte)
                if next > 0, key &* Self.factor >> 33 & (1 << 17 - 1) >= 2_048 { continue }
                texts.append(texts[next] + [byte])
                trie.insert(texts[texts.count - 1], UInt32(texts.count - 1))
            }
            next += 1
        }
        for number in stride(from: 1, to: texts.count, by: 999) {
            var node = ByteTrie.root
            for byte in texts[number] { node = trie.child(of: node, byte) ?? ByteTrie.root }
            #expect(trie.value(at: node) == UInt32(number))
        }
    }
}
