// The blackboard: what the table and the JSON say of logits given by hand.
import ArgumentParser
import Stages
import JSONText
import Testing
import Traces

@testable import stepglass

@Suite struct SampleCommandTests {
    private func sample(_ arguments: String...) throws -> (choice: StepChoice, table: [String]) {
        let command = try SampleCommand.parse(arguments)
        let sample = try command.handSample()
        let (choice, _) = try sample.choose()
        let table = SampleTable(choice, hasLabels: !sample.labels.isEmpty, terminal: Terminal(-1))
        return (choice, table.lines(width: 80))
    }

    @Test func tableOfTemperatureAndTopP() throws {
        let (_, table) = try sample(
            "--logits", "4,3,2,1", "--labels", "Paris,Lyon,Nice,Metz", "--temperature", "0.5", "--top-p", "0.9")
        #expect(
            table == [
                "id  token    raw  temperature  p raw  p final",
                " 0  Paris  4.000        8.000  64.4%    88.1%  ◀ chosen",
                " 1  Lyon   3.000        6.000  23.7%    11.9%",
                " 2  Nice   2.000        4.000  8.71%        0  ✕ top-p",
                " 3  Metz   1.000        2.000  3.21%        0  ✕ top-p",
                "",
                "raw          kept 4",
                "temperature  kept 4  temperature 0.5",
                "top-p        kept 2, removed 2  p 0.9",
                "",
                "entropy  raw 1.367 bits, final 0.527 bits",
                "draw     u = 0.636962 in 0.000000 … 0.880797: token 0 Paris",
            ])
    }

    @Test func manyStagesStayWithinTheWidth() throws {
        let (choice, table) = try sample(
            "--logits", "4,3,-2,1", "--labels", "台灣大學的長標籤文字很長,里昂,尼斯,x", "--history", "0,里昂,2",
            "--repetition-penalty", "1.2", "--frequency-penalty", "-0.3", "--presence-penalty", "0.1", "--temperature",
            "0.7", "--logit-bias", "1=2", "--top-p", "0.9", "--uniform", "0.5")
        #expect(table.allSatisfy { displayWidth($0) <= 80 })
        #expect(table.contains { $0.hasPrefix("left out for the width: ") })
        #expect(table.contains("logit-bias          kept 4  token 1 2"))
        #expect(choice.draw?.uniform == 0.5)
    }

    @Test func jsonHasTheFieldsOfAStep() throws {
        let (choice, _) = try sample(
            "--logits", "-1,2,0.5", "--history", "1,1", "--repetition-penalty", "2", "--greedy")
        let json = try JSONValue(parsing: SampleCommand.json(choice, notes: ["a note"]))
        #expect(json["stages"]?.array?.compactMap { $0["name"]?.string } == ["raw", "repetition-penalty", "greedy"])
        let first = try #require(json["candidates"]?.array?.first)
        #expect(first["id"]?.int == 1 && first["logits"]?.array?.map(\.double) == [2, 1, 1])
        #expect(first["probability"]?.double == 1 && first["removedBy"]?.isNull == true)
        #expect(json["draw"]?.isNull == true && json["chosen"]?.int == 1)
        #expect(json["notes"]?.array?.first?.string == "a note")
        #expect(json["tail"]?["count"]?.int == 0)
    }

    @Test func wrongUseIsRefused() {
        for arguments in [
            ["--logits", "4,a"], ["--logits", ""], ["--logits", "1,2", "--history", "2"],
            ["--logits", "1,2", "--top-p", "1.4"], ["--logits", "1,2", "--temperature", "-1"],
            ["--logits", "1,2", "--beams", "3"], ["--logits", "1,2", "--logit-bias", "1:3"],
            ["--logits", "1,2", "--ban-tokens", "1,,2"],
        ] {
            #expect(throws: (any Error).self, "\(arguments)") {
                let command = try SampleCommand.parse(arguments)
                _ = try command.handSample()
            }
        }
    }

    @Test func labelsAndDrawAreCheckedAgainstTheLogits() throws {
        for arguments in [
            ["--logits", "1,2", "--labels", "a"], ["--logits", "1,2", "--uniform", "1"],
            ["--logits", "1,2", "--order", "topmost"], ["--logits", "1,2", "--ban-tokens", "0,1"],
        ] {
            #expect(throws: StagesError.self, "\(arguments)") {
                _ = try SampleCommand.parse(arguments).handSample().choose()
            }
        }
    }
}
