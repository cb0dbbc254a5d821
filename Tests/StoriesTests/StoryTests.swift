// Thirty situations made by hand, each with its story in both languages.
import Phrases
import Stories
import Testing
import TraceSamples
import Traces

@Suite struct StoryTests {
    /// A step in a run, and the story that a person would tell of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var step: Step
        var settings: @Sendable (inout Settings) -> Void = { _ in }
        var english: String
        var chinese: String
        var testDescription: String { name }
    }

    @Test(arguments: cases) func tells(_ one: Case) {
        var trace = sampleTrace(SampleShape { $0.steps = 1 })
        trace.settings = Settings()
        one.settings(&trace.settings)
        let story = Story(of: one.step, in: trace)
        // Numbers keep to their percent sign.
        #expect(story.phrase.english.replacing("\u{A0}", with: " ") == one.english)
        #expect(story.phrase.chinese.replacing("\u{A0}", with: " ") == one.chinese)
    }

    @Test func thirtyOrMore() {
        #expect(Self.cases.count >= 30)
        #expect(Set(Self.cases.map { $0.english }).count == Self.cases.count, "no two of them are told alike")
    }

    /// A step chosen anew from a list may fall on a token beyond it.
    @Test func aTokenBeyondTheListHasNoName() {
        var step = step([(" tea", [0.6]), (" milk", [0.2])], takes: " milk", drawn: 0.7)
        step.token.id = 99
        step.token.bytes = []
        let phrase = Story(of: step, in: sampleTrace(SampleShape { $0.steps = 1 })).phrase
        #expect(phrase.english.hasSuffix("The draw fell on a token that is not listed."))
        #expect(phrase.chinese.hasSuffix("抽選抽中一個未列出的詞元。"))
    }

    /// Every step of a run has something to tell, and no sentence is empty.
    @Test func everyStepHasOne() {
        let trace = sampleTrace(SampleShape { $0.steps = 40 })
        for step in trace.steps {
            let story = Story(of: step, in: trace)
            #expect(story.phrase.english.hasSuffix("."))
            #expect(story.phrase.chinese.hasSuffix("。"))
            #expect(!story.phrase.english.contains("  ") && !story.phrase.chinese.contains(" 。"))
        }
    }
}
