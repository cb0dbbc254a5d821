// Many texts looked for at once, against looking for each at every place.
import Phrases
import Testing

@Suite struct TextSetTests {
    /// Texts and bytes of two letters, so that they overlap and stand in each other.
    @Test(arguments: 0..<200) func findsWhatStandsThere(_ seed: UInt64) throws {
        var draw = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func below(_ bound: UInt64) -> Int {
            draw = draw &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((draw >> 33) % bound)
        }
        func letters(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(97 + below(2)) } }
        let texts = (0..<below(9)).map { _ in letters(below(6)) }
        let bytes = letters(60)
        let set = TextSet(texts)
        var state = 0
        for end in 1...bytes.count {
            state = set.next(state, bytes[end - 1])
            let before = bytes[..<end]
            let ended = texts.indices.filter { place in
                !texts[place].isEmpty && before.suffix(texts[place].count) == texts[place][...]
                    && texts.firstIndex(of: texts[place]) == place
            }
            #expect(set.ended(state).sorted() == ended)
            #expect(set.longest(state) == ended.max { texts[$0].count < texts[$1].count })
            let begun = (1...end).filter { count in texts.contains { $0.starts(with: before.suffix(count)) } }
            #expect(set.begun(state) == begun.last ?? 0)
            #expect(set.open(state).map { set.begun($0) } == begun.reversed())
            for beginning in set.open(state) {
                let start = Array(before.suffix(set.begun(beginning)))
                let longer = texts.indices.filter {
                    texts[$0].starts(with: start) && texts[$0].count > start.count
                        && texts.firstIndex(of: texts[$0]) == $0
                }
                #expect(set.texts(longerThan: beginning).sorted() == longer)
            }
        }
        for text in texts where !text.isEmpty {
            let places = bytes.indices.filter { bytes[$0...].starts(with: text) }
            #expect(TextSet([text]).places(in: bytes) == places)
            #expect(TextSet([text]).firstEnd(in: bytes[...]) == places.first.map { $0 + text.count })
        }
    }

    /// What begins again at every byte costs no more than its length: this would not end.
    @Test func aLongTextIsFoundInALongOne() {
        let (half, whole) = ([UInt8](repeating: 97, count: 500_000), [UInt8](repeating: 97, count: 1_000_000))
        #expect(TextSet([half + [98]]).firstEnd(in: whole[...]) == nil)
        #expect(TextSet([half]).places(in: whole).count == 500_001)
    }
}
