// The words that the page builder hands over: those of the reasons in the trace.
import Foundation
import JSONText
import Phrases
import Testing
import Traces

@testable import Viewer

@Suite struct PageWordsTests {
    @Test func reasonsAreHandedOverInChinese() throws {
        let reason = BeamReason.outranked(rank: 5, of: 8, width: 4, penalty: 0)
        let json =
            #"{"a":"\"why\":\"stop string\"","nodes":[{"why":"end token"},{"why": "\#(reason.text)"},"#
            + #"{"why":null},{"why":"of another program"},{"why":"with \"quotes\""},{"why":"end token"}]}"#
        let words = try JSONValue(parsing: pageWords(Array(json.utf8)))
        #expect(words["end token"]?.string == BeamReason.finished(.eos).phrase.chinese)
        #expect(words[reason.text]?.string == reason.phrase.chinese)
        #expect(words["of another program"] == nil && words["stop string"] == nil)
        #expect(String(decoding: pageWords(Array("{}".utf8)), as: UTF8.self) == "{}")
        for broken in [#"{"why":"end"#, #"{"why":"#, #""why""#, ""] {
            #expect(pageWords(Array(broken.utf8)) == Array("{}".utf8))
        }
    }

    /// With a run's numbers in its places, the form of each reason is the reason itself, in both languages.
    @Test func formsAreTheReasonsWithoutTheirNumbers() throws {
        let forms = try #require(try JSONValue(parsing: pageWordForms()).object?.members)
        var reasons: [BeamReason] = [
            .notReached, .outranked(rank: 5, of: 8, width: 4, penalty: 0),
            .outranked(rank: 5, of: 8, width: 4, penalty: 0.7),
        ]
        for finish in FinishReason.allCases {
            reasons += [
                .finished(finish), .displaced(finish, width: 4), .endsTooLow(finish, rank: 5, of: 8, width: 4),
            ]
        }
        func filled(_ form: String) -> String {
            ["{1}": "5", "{2}": "8", "{3}": "4", "{4}": "0.7"].reduce(form) { $0.replacing($1.key, with: $1.value) }
        }
        let said = Dictionary(forms.map { (filled($0.key), filled($0.value.string ?? "")) }) { first, _ in first }
        for reason in reasons { #expect(said[reason.text] == reason.phrase.chinese, "\(reason.text)") }
        #expect(said.count == Set(reasons.map { $0.text }).count)
    }

    /// Every reason that a page shows comes through the words.
    @Test func thePageLooksThemUp() throws {
        let panel = try pageFile("panels/beam-tree.js")
        #expect(panel.components(separatedBy: "plain(told(node.why").count == 3)
        #expect(panel.components(separatedBy: "plain(node.why").count == 1)
    }
}
