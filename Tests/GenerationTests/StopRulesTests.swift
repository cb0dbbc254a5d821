// When a run ends, and what is shown until then.
import Phrases
import Testing
import Traces

@testable import Generation
@testable import Stages

@Suite struct StopRulesTests {
    /// Feeds the pieces as tokens 10, 11, … until the run ends; returns what each showed, and the end.
    private func feed(_ pieces: [String], stop: [String], maxTokens: Int = .max) -> (
        shown: [String], end: FinishReason?
    ) {
        var rules = StopRules(endTokens: [2], stop: stop.map { Array($0.utf8) }, maxTokens: maxTokens)
        var shown: [String] = []
        for (index, piece) in pieces.enumerated() where rules.finish == nil {
            shown.append(String(decoding: rules.feed(token: 10 + index, bytes: Array(piece.utf8)).emit, as: UTF8.self))
        }
        return (shown, rules.finish)
    }

    @Test func aStopStringAcrossTokensIsCutAndNeverShown() {
        let run = feed(["one E", "N", "D two", "three"], stop: ["END"])
        #expect(run.shown == ["one ", "", ""] && run.end == .stop)
    }

    @Test func bytesThatTurnOutHarmlessAreShownLater() {
        let run = feed(["E", "NE", "N!", "x"], stop: ["END"])
        #expect(run.shown == ["", "EN", "EN!", "x"] && run.end == nil)
    }

    @Test func overlappingBeginnings() {
        let run = feed(["aa", "a", "aab", "c"], stop: ["aab"])
        #expect(run.shown == ["", "a", "aa"] && run.end == .stop)
    }

    @Test func theFirstCompleteStopStringCounts() {
        #expect(feed(["xabcd"], stop: ["abcd", "bc"]).shown == ["xa"])
        #expect(feed(["xabc"], stop: ["bc", "abc"]).shown == ["x"])
        #expect(feed(["a", "b", "c", "!"], stop: ["abcd", "z"]).shown == ["", "", "", "abc!"])
    }

    @Test func aCharacterOfSeveralBytesIsAStopString() {
        var rules = StopRules(endTokens: [2], stop: [Array("步".utf8)])
        let bytes = Array("走步".utf8)
        #expect(rules.feed(token: 5, bytes: Array(bytes[..<4])).emit == Array("走".utf8))
        #expect(rules.feed(token: 6, bytes: Array(bytes[4...])) == ([], .stop))
        #expect(rules.stopText == Array("步".utf8))
    }

    @Test func endTokensShowNothingAndReleaseWhatWasHeld() {
        var rules = StopRules(endTokens: [2, 7], stop: [Array("END".utf8)])
        #expect(rules.feed(token: 1, bytes: Array("aEN".utf8)) == (Array("a".utf8), nil))
        #expect(rules.feed(token: 7, bytes: Array("<|end|>".utf8)) == (Array("EN".utf8), .eos))
    }

    @Test func lengthAndContext() {
        #expect(feed(["a", "b", "c"], stop: ["bc"], maxTokens: 2).shown == ["a", "b"])
        #expect(feed(["a", "b", "c"], stop: [], maxTokens: 2).end == .length)
        var rules = StopRules(endTokens: [2], maxTokens: 3, promptLength: 6, contextLength: 8)
        #expect(rules.feed(token: 3, bytes: [1]) == ([1], nil))
        #expect(rules.feed(token: 3, bytes: [1]) == ([1], .context))
        var tight = StopRules(endTokens: [2], maxTokens: 2, promptLength: 6, contextLength: 8)
        _ = tight.feed(token: 3, bytes: [1])
        #expect(tight.feed(token: 3, bytes: [1]).finish == .length)
        var last = StopRules(endTokens: [2], stop: [[9]], maxTokens: 1)
        #expect(last.feed(token: 3, bytes: [9]).finish == .stop)
    }

    /// Against the plain definition on random streams: all bytes up to the first complete stop string, minus it.
    @Test func agreesWithASearchOverTheWholeText() {
        var generator = PCG64(seed: 11)
        func random(_ bound: Int) -> Int { Int(generator.uniform() * Double(bound)) }
        for _ in 0..<2000 {
            let stop = (0...random(2)).map { _ in (0...random(4)).map { _ in UInt8(random(2)) } }
            let tokens = (0..<random(12)).map { _ in (0..<random(4)).map { _ in UInt8(random(2)) } }
            var rules = StopRules(endTokens: [], stop: stop)
            var shown: [UInt8] = []
            for token in tokens where rules.finish == nil { shown += rules.feed(token: 0, bytes: token).emit }
            let whole = tokens.flatMap { $0 }
            var expected: [UInt8]?
            for end in 0...whole.count where expected == nil {
                let ending = stop.filter { whole[..<end].suffix($0.count).elementsEqual($0) }
                if let longest = ending.map(\.count).max() { expected = Array(whole[..<(end - longest)]) }
            }
            #expect(rules.finish == (expected == nil ? nil : .stop))
            if let expected { #expect(shown == expected) } else { #expect(whole.starts(with: shown)) }
        }
    }

    /// What may begin a long stop string is held back as it grows, and not moved for each byte: this would not end.
    @Test func aLongStopStringCostsItsLength() {
        let long = [UInt8](repeating: 97, count: 300_000)
        var rules = StopRules(endTokens: [], stop: [long + [98], [99]])
        var shown = 0
        for token in 0..<5 { shown += rules.feed(token: token, bytes: long).emit.count }
        #expect(shown == 4 * 300_000 && rules.finish == nil)
        let last = rules.feed(token: 5, bytes: [98])
        #expect(last.emit.isEmpty && last.finish == .stop && rules.stopText == long + [98])
    }
}
