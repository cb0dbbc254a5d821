// Why a beam ended: every reason is written and read as itself, and told in both languages.
import Phrases
import Testing
import Traces

@Suite struct BeamReasonTests {
    static let reasons: [BeamReason] = {
        var reasons: [BeamReason] = [
            .outranked(rank: 5, of: 8, width: 4, penalty: 0), .outranked(rank: 6, of: 10, width: 2, penalty: 0.5),
            .outranked(rank: 6, of: 10, width: 2, penalty: 1e-05), .notReached,
        ]
        for finish in FinishReason.allCases {
            reasons += [.finished(finish), .displaced(finish, width: 4), .endsTooLow(finish, rank: 7, of: 8, width: 3)]
        }
        return reasons
    }()

    @Test(arguments: reasons) func filesKeepIt(_ reason: BeamReason) {
        #expect(BeamReason(text: reason.text) == reason, "\(reason.text)")
        #expect(reason.phrase.english == reason.text)
        #expect(reason.phrase.chinese.contains { $0 >= "\u{4E00}" })
        // The same numbers in both languages.
        let numbers = { (text: String) in
            text.split { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "e")) }
                .filter { $0.first?.isNumber == true }.sorted()
        }
        #expect(numbers(reason.phrase.english) == numbers(reason.phrase.chinese))
    }

    /// The texts of files that stand.
    @Test func theFilesTexts() {
        #expect(BeamReason.finished(.eos).text == "end token")
        #expect(BeamReason.displaced(.length, width: 4).text == "length limit; 4 finished hypotheses score better")
        #expect(
            BeamReason.outranked(rank: 5, of: 8, width: 4, penalty: 0.5).text
                == "rank 5 of 8, after a diversity penalty of 0.5: the best 4 open ones go on")
    }

    /// What is nearly one of ours, or none, comes back as it was, and is shown with nothing hidden.
    @Test(arguments: [
        "", "rank 05 of 8: the best 4 open ones go on", "rank 5 of 8", "end token ", "END TOKEN", "被剪掉", "a\u{202E}b\n",
        "rank 5 of 8, after a diversity penalty of 0.50: the best 4 open ones go on",
    ])
    func otherTextsAreKept(_ text: String) {
        let reason = BeamReason(text: text)
        #expect(reason == .other(text) && reason.text == text)
        #expect(!reason.phrase.english.contains("\u{202E}") && !reason.phrase.english.contains("\n"))
    }
}
