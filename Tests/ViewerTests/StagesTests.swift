// The stages as the page gets them.
import JSONText
import Phrases
import Stages
import Testing
import Traces
import TraceSamples

@testable import Viewer

@Suite struct PageStagesTests {
    @Test func everyStageIsHandedOver() throws {
        let json = try JSONValue(parsing: pageStages())
        for stage in StageList.all {
            let data = try #require(json[stage.name], "\(stage.name)")
            #expect(data["label"]?.array?.map(\.string) == [stage.label.english, stage.label.chinese])
            #expect(data["cut"]?.string == stage.cut?.rawValue)
            #expect(data["formulas"]?.array?.count == stage.formulas.count)
        }
        let page = String(decoding: try tracePage(sampleTrace(SampleShape { $0.steps = 1 })), as: UTF8.self)
        #expect(page.contains("id=\"stages\">{\"raw\":{"))
    }

    @Test func thePageKnowsEveryPlaceholder() throws {
        let script = try pageFile("panels/formulas.js")
        let names = script.matches(of: /\n  (\w+): \(at\) =>/).map { String($0.1) }
        #expect(Set(names) == Set(StageFormula.Value.allCases.map(\.rawValue)))
        for condition in StageFormula.Condition.allCases { #expect(script.contains(" \(condition.rawValue): ")) }
    }
}
