// Random command lines and questions: every one ends in an answer or in a message, whatever it is.
import Phrases
import Debugging
import Testing
import TraceSamples
import Traces

/// A generator of pseudo-random numbers that gives the same lines everywhere (xorshift64).
private struct Random {
    var state: UInt64

    mutating func next(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % limit
    }

    mutating func pick<T>(_ items: [T]) -> T { items[next(items.count)] }
}

private struct LineMaker {
    var random: Random
    private static let words =
        QuestionFunction.allCases.map(\.rawValue) + Aggregate.allCases.map(\.rawValue)
        + AggregateDomain.allCases.map(\.rawValue) + [
            "and", "or", "not", "contains", "starts", "ends", "in", "over", "of", "where", "s", "at(", "raw", "final",
            "none", "top_p",
            "temperature", "eos", "length", "h", "l", "c", "t", "beam(0)", "true", "layer:", "head:", "to:", "stage:",
            "(", ")", ",", ".", "..", "+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "=", "#", "#17",
            "\"", "\" Taipei\"", "\"世界\"", "\"\\n\"", "0", "1", "2.5", "1e308", "99999999999999999999", "-1", "é", "👩‍👩‍👧",
        ]

    mutating func question(_ depth: Int = 0) -> String {
        if random.next(3) == 0 {
            return (0..<(1 + random.next(12))).map { _ in random.pick(Self.words) }.joined(
                separator: random.pick(["", " ", "  "]))
        }
        // Mostly well-formed, so that the evaluator gets its share.
        switch random.next(depth > 3 ? 3 : 10) {
        case 0: return "\(random.next(2000) - 1000)"
        case 1: return random.pick(["step", "entropy", "margin", "tail.count", "h", "l", "logsumexp", "draw.u"])
        case 2:
            return random.pick([
                "p(top(\(random.next(12))))", "rank(chosen)", "logit(argmax, raw)",
                "mass(head(\(random.next(6)), 1), 0..\(random.next(30)))",
            ])
        case 3: return "(\(question(depth + 1))) \(random.pick(["+", "-", "*", "/", "%"])) (\(question(depth + 1)))"
        case 4: return "(\(question(depth + 1))) \(random.pick(["<", ">", "==", "!=", "<="])) (\(question(depth + 1)))"
        case 5: return "(\(question(depth + 1))) \(random.pick(["and", "or"])) not (\(question(depth + 1)))"
        case 6:
            return
                "\(random.pick(["max", "min", "mean", "sum"])) over \(random.pick(["heads", "layers", "candidates", "positions"])) of (\(question(depth + 1)))"
        case 7: return "\(random.pick(["any", "all", "count"])) over candidates of (p(c) > \(question(depth + 1)))"
        case 8:
            return "attention(\(random.next(6)), \(random.next(8)), \"\(random.pick(["世", " a", "", " Taipei,"]))\")"
        default: return "text \(random.pick(["contains", "starts", "ends"])) \"\(random.pick(["a", "", "\\n", "世界"]))\""
        }
    }

    mutating func line() -> String {
        let name = random.pick(CommandName.allCases.flatMap { [$0.rawValue] + $0.aliases })
        switch random.next(10) {
        case 0: return String(decoding: (0..<random.next(60)).map { _ in UInt8(random.next(256)) }, as: UTF8.self)
        case 1: return String(name.prefix(1 + random.next(5)))
        case 2: return name + " \(random.next(400) - 50)"
        case 3:
            return name + " "
                + random.pick([
                    "to 5", "to end", "in", "candidates", "attention 1.2", "html", "temperature 0.5", "1.2", "x y z",
                ])
        case 4:
            return random.pick([
                "step 3", "back 2", "run to 3", "run to start", "step in", "finish", "fork", "continue", "rc",
            ])
        default:
            return random.pick(["break", "tbreak", "watch", "display", "print", "why", "assert", "force", "p"]) + " "
                + question()
        }
    }
}

@Suite struct Fuzz {
    @Test(arguments: 1...4) func anyLineEndsInAnAnswer(_ seed: Int) throws {
        var maker = LineMaker(random: Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1))
        let live = Debugger(SampleMaker(steps: 12))
        let saved = Debugger(
            sampleTrace(
                SampleShape {
                    $0.beams = 2; $0.lens = true
                }))
        var answered = 0
        for number in 0..<2500 {
            let line = maker.line()
            let debugger = number % 2 == 0 ? live : saved
            // Watches and branches would pile up and slow the rest; a person clears them too.
            if number % 50 < 2 {
                for line in ["unwatch", "undisplay", "delete"] { _ = try debugger.execute(line: line) }
            }
            let renderer = TextRenderer(language: number % 3 == 0 ? .chinese : .english, width: 60)
            let output: [String]
            do {
                output = renderer.lines(try debugger.execute(line: line))
                answered += 1
            } catch {
                output = renderer.lines(error)
                #expect(!output.isEmpty && !error.phrase.english.isEmpty && !error.phrase.chinese.isEmpty)
                if case .question(let source, let span, _) = error {
                    #expect(span.lowerBound >= 0 && span.upperBound <= source.utf8.count)
                }
            }
            for row in output where columns(row) > 60 { Issue.record("\(line): a row of \(columns(row)): \(row)") }
        }
        #expect(answered > 500)
    }
}
