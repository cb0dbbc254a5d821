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

    /// Every reason that a page shows comes through the words.
    @Test func thePageLooksThemUp() throws {
        let panel = try pageFile("panels/beam-tree.js")
        #expect(panel.components(separatedBy: "plain(told(node.why").count == 3)
        #expect(panel.components(separatedBy: "plain(node.why").count == 1)
    }
}
