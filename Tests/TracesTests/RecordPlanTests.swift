// The plan of what a run records: the form by size, the words that say so.
import Phrases
import Testing
import TraceSamples

@testable import Traces

@Suite struct RecordPlanTests {
    /// The shape of SmolLM2-135M.
    let model = {
        var model = sampleTrace().model
        model.layers = 30
        model.heads = 9
        model.hiddenSize = 576
        model.vocabularySize = 49152
        return model
    }()

    func plan(_ positions: Int, _ record: [RecordKind] = [.attention]) -> RecordPlan {
        var settings = Settings()
        settings.record = record
        return RecordPlan(
            model: model, patterns: AttentionPatterns(.causal, layers: model.layers), positions: positions, steps: 128,
            settings: settings)
    }

    @Test func shortRunsAreKeptExactly() {
        let plan = plan(80)
        #expect(plan.attention == .float32)
        #expect(plan.attentionBytes == 270 * 80 * 81 / 2 * 4)
        #expect(plan.note == nil && !plan.isWorthTelling)
    }

    @Test func longerRunsAreKeptInLessDetailAndSaySo() {
        #expect(plan(1024).attention == .fixed16)
        #expect(plan(1024).attentionBytes == 270 * 1024 * 1025 / 2 * 2)
        #expect(plan(4096).attention == .strongest(keysPerRow: 128))
        #expect(plan(8192).attention == .strongest(keysPerRow: 64))
        for positions in [1024, 4096, 8192, 60000] {
            #expect(plan(positions).attentionBytes <= RecordBudget().attentionBytes)
            #expect(plan(positions).isWorthTelling)
        }
        #expect(plan(8192).summary.english.contains("each row's 64 strongest keys"))
    }

    @Test func whatCannotBeKeptIsSaid() {
        #expect(plan(70000).attention == nil)
        #expect(plan(70000).summary.english.contains("attention is not recorded: 70000 positions are more than 65536"))
        var wide = model
        wide.layers = 1000
        let plan = RecordPlan(
            model: wide, patterns: AttentionPatterns(.causal, layers: 1000), positions: 60000, steps: 1,
            settings: Settings())
        #expect(plan.attention == nil && plan.attentionBytes == 0)
        #expect(plan.note?.english.contains("even 8 keys of each row would take 19.4 GB, more than 805 MB") == true)
    }

    @Test func otherTensors() {
        let plan = plan(100, [.logits, .hidden])
        #expect(plan.logitsBytes == 2 * 128 * 49152 * 4)
        #expect(plan.hiddenBytes == 31 * 100 * 576 * 4)
        #expect(plan.attention == nil && plan.note == nil)
    }

    @Test func bytesInWords() {
        #expect(
            [0, 999, 1000, 33_949, 99_949, 99_951, 999_600, 4_500_000_000].map { byteText($0).english } == [
                "0 bytes", "999 bytes", "1.0 kB", "33.9 kB", "99.9 kB", "100 kB", "1.0 MB", "4.5 GB",
            ])
    }
}
