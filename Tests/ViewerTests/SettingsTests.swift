// The page lists the settings with their defaults, to tell those that were asked for: they must be the engine's.
import JSONText
import Testing
import Traces

@testable import Viewer

@Suite struct SettingsTests {
    @Test func thePagesDefaultsAreTheEngines() throws {
        let text = try pageFile("base/settings.js")
        let object = try #require(text.firstMatch(of: /const defaults = (\{[^;]*\});/)).1
        // JavaScript's object as JSON: names in quotes, no comma at the end.
        let quoted = object.replacing(#/(\w+): /#) { "\"\($0.1)\": " }.replacing(#/,\s*\}$/#) { _ in "}" }
        var writer = JSONWriter()
        writer.value(Settings())
        let page = try JSONValue(parsing: Array(quoted.utf8))
        let engine = try JSONValue(parsing: writer.bytes)
        let (ours, theirs) = (try #require(page.object).members, try #require(engine.object).members)
        #expect(ours.map(\.key) == theirs.map(\.key))
        for (mine, other) in zip(ours, theirs) {
            // 1 and 1.0 are the same number.
            let isSame = mine.value.double.map { $0 == other.value.double } ?? (mine.value == other.value)
            #expect(isSame, "\(mine.key): \(mine.value), \(other.value)")
        }
    }
}
