// The field that says where the logits lie which a step does not list: no larger than two kilobytes, and refused where it
// says what cannot be.
import Foundation
import JSONText
import TestTools
import Testing
import TraceSamples

@testable import Traces

@Suite struct TailFieldTests {
    /// As much as there may be, in the longest numbers there are.
    @Test func takesTwoKilobytesAtMost() throws {
        let bins = (0..<TailLogits.binLimit).map {
            TailLogits.Bin(count: 1 << 20, highest: Float(-$0) - 1.5, mean: Float(-$0) - 1.75, deviation: 0.1)
        }
        let full = TailLogits(
            seen: [Float](repeating: -1.2345678e-30, count: TailLogits.seenLimit),
            next: [Float](repeating: -1.2345678e-30, count: TailLogits.nextLimit), bins: bins,
            lowest: -1.2345678e-38)
        let tail = Tail(count: 1, rawProbability: 0, probability: 0, logits: full)
        let without = Tail(count: 1, rawProbability: 0, probability: 0)
        #expect(bytes(tail).count - bytes(without).count <= 2048)
        let read = try Tail.table.read(try JSONValue(parsing: bytes(tail)), Bounds(vocabularySize: 1 << 30, layers: 1))
        #expect(read == tail)
    }

    /// The tokens that a context has are kept from step to step: walked anew at each they take a step's whole context.
    @Test func theLatestTokensOfAContext() {
        var random = SplitMix64(state: 6)
        for kinds in [1, 3, 70, 200] {
            let prompt = (0..<150).map { _ in Int.random(in: 0..<kinds, using: &random) }
            var output: [Int] = []
            var latest = LatestTokens(of: prompt, limit: TailLogits.seenLimit + 4)
            for _ in 0..<120 {
                let listed = (0..<4).map { _ in Int.random(in: 0..<kinds, using: &random) }
                let wanted = TailLogits.seenTokens(prompt: prompt, output: output, listed: listed)
                #expect(TailLogits.seenTokens(prompt: [], output: latest.ids, listed: listed) == wanted)
                output.append(Int.random(in: 0..<kinds, using: &random))
                latest.add(output[output.count - 1])
            }
            #expect(latest.ids.count <= TailLogits.seenLimit + 4)
        }
    }

    /// What many beams' paths take is known before any is walked.
    @Test func pathsOfBeamsHaveAnEnd() throws {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 3; $0.beams = 256; $0.vocabularySize = 600; $0.attention = false
            })
        let deepest = try #require(
            trace.beam?.nodes.indices.max { trace.beam!.nodes[$0].depth < trace.beam!.nodes[$1].depth })
        _ = try Trace(parsing: try traceJSON(trace))
        var node = trace.beam!.nodes[deepest]
        for depth in node.depth + 1...32_768 {
            // The longest that is read.
            if depth == 32_768 { _ = try Trace(parsing: try traceJSON(trace)) }
            (node.parent, node.id, node.depth) = (node.id, 100_000 + depth, depth)
            trace.beam?.nodes.append(node)
        }
        let error = #expect(throws: TraceError.self) { try Trace(parsing: try traceJSON(trace)) }
        #expect(error?.description.contains("reach depth 32768: 256 beams have more than 8388608 tokens") == true)
    }

    private func bytes(_ tail: Tail) -> [UInt8] {
        var json = JSONWriter()
        Tail.table.write(tail, &json, .everything)
        return json.bytes
    }

    @Test func whatCannotBeIsRefused() throws {
        let whole = sampleTrace(
            SampleShape {
                $0.steps = 3; $0.tailLogits = true; $0.attention = false
            })
        _ = try Trace(parsing: try traceJSON(whole))
        let wrong: [(String, (inout TailLogits) -> Void)] = [
            ("steps[1].tail.logits.next does not fall", { $0.next.reverse() }),
            ("steps[1].tail.logits holds", { $0.next.removeLast() }),
            (
                "steps[1].tail.logits.seen holds",
                {
                    $0.next.append($0.seen.removeLast()); $0.next.sort(by: >)
                }
            ),
            ("steps[1].tail.logits.seen holds no number", { $0.seen[0] = .nan }),
            ("steps[1].tail.logits.next holds no number", { $0.next[0] = .infinity }),
            ("steps[1].tail.logits.bins[1] is no bin", { $0.bins[1].count = 0 }),
            ("steps[1].tail.logits.bins[0] is no bin", { $0.bins[0].deviation = -1 }),
            ("steps[1].tail.logits.bins[1] is no bin", { $0.bins.swapAt(0, 1) }),
            ("steps[1].tail.logits.bins[0] is no bin", { $0.bins[0].mean = $0.bins[0].highest + 1 }),
        ]
        for (message, change) in wrong {
            var trace = whole
            var logits = try #require(trace.steps[1].tail.logits)
            change(&logits)
            trace.steps[1].tail.logits = logits
            let json = try traceJSON(trace)
            do {
                _ = try Trace(parsing: json)
                Issue.record("taken: \(message)")
            } catch {
                #expect("\(error)".contains(message), "\(error)")
            }
        }
    }
}
