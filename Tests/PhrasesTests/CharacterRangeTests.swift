// The tables of characters against the standard library's, over all there are.
import Testing

@testable import Phrases

@Suite struct CharacterRangeTests {
    private static let scalars = (UInt32(0)...0x10FFFF).compactMap { Unicode.Scalar($0) }

    @Test func ignorableCharactersAreThoseOfTheStandardLibrary() {
        let different = Self.scalars.filter {
            ignorableCharacters.contains($0.value) != $0.properties.isDefaultIgnorableCodePoint
        }
        #expect(different.isEmpty, "\(different.prefix(9))")
    }

    /// An emoji is wide by itself or made so by the selector; nothing else is.
    @Test func emojiAreThoseOfTheStandardLibrary() {
        let different = Self.scalars.filter {
            let isPicture = narrowEmoji.contains($0.value)
            return isPicture != ($0.properties.isEmoji && !wideCharacters.contains($0.value))
        }
        #expect(different.isEmpty, "\(different.prefix(9))")
    }

    @Test func stretchesRise() {
        for table in [wideCharacters, narrowEmoji, ignorableCharacters] {
            let bounds = table.bounds
            for place in bounds.indices.dropFirst() {
                #expect(place % 2 == 0 ? bounds[place] > bounds[place - 1] : bounds[place] >= bounds[place - 1])
            }
            #expect(bounds.count % 2 == 0 && table.contains(bounds[0]) && !table.contains(bounds[0] - 1))
        }
    }
}
