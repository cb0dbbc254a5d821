// The figures of exercises: what they keep to themselves.
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

@Suite struct FigureTests {
    /// Where the draw is the question, the figure's run ends before it.
    @Test(arguments: ["taken", "drawn"]) func aFigureTellsNoDrawThatIsAskedFor(_ id: String) throws {
        let room = try classroom()
        for student in 0..<5 {
            let sitting = try room.sit(id, student: "\(student)")
            let (whole, shown) = (sitting.trace, sitting.shownTrace())
            let step = try #require(shown.steps.last)
            #expect(step.index == sitting.step && shown.steps.count == sitting.step + 1)
            #expect(step.draw == nil && step.finish == nil && step.token.id == -1 && step.token.text.isEmpty)
            #expect(step.candidates == whole.steps[sitting.step].candidates)
            #expect(shown.steps.dropLast() == whole.steps[..<sitting.step])
            #expect(shown.text == whole.steps[..<sitting.step].map { $0.token.text }.joined())
        }
    }
}
