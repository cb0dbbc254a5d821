// The heatmap command: what it draws, where it writes, what it refuses.
import ArgumentParser
import Testing

@testable import stepglass

@Suite struct HeatmapCommandTests {
    private func refusal(_ arguments: String...) -> String {
        do {
            _ = try HeatmapCommand.parse(arguments)
            return ""
        } catch { return HeatmapCommand.message(for: error) }
    }

    @Test func choicesThatDoNotGoTogetherAreRefused() {
        #expect(refusal("t", "--head", "2").contains("--head needs the layer"))
        #expect(refusal("t", "--scale", "0").contains("must be in 0.5…8"))
        #expect(refusal("t", "--chart", "candidates").contains("add --step N"))
        #expect(refusal("t", "--chart", "entropy", "--step", "1").contains("leave out --step"))
        #expect(refusal("t", "--chart", "beams", "--layer", "1").contains("--chart attention"))
        #expect(refusal("t", "--theme", "pink").contains("light"))
        #expect(refusal("t", "--layer", "1", "--head", "0", "--step", "3", "--lang", "zh-TW") == "")
        #expect(refusal("t", "--language", "zh-TW").contains("--language"))
    }

    @Test func theDefaultNameSaysWhatIsShown() throws {
        func path(_ arguments: String...) throws -> String { try HeatmapCommand.parse(arguments).path }
        #expect(try path("runs/a/trace.json") == "runs/a/attention.png")
        #expect(
            try path("trace.json", "--layer", "5", "--head", "2", "--step", "3") == "attention-layer5-head2-step3.png")
        #expect(try path("trace.json", "--chart", "entropy") == "entropy.png")
    }

    @Test func aMissingTraceIsOneLine() throws {
        var command = try HeatmapCommand.parse(["/no/such/trace.json"])
        #expect {
            try command.run()
        } throws: { error in
            "\(error)".contains("/no/such/trace.json") && !"\(error)".contains("\n")
        }
    }
}
