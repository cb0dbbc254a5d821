// The attention of every pattern against the plain formula in double precision, on every path: one query, many queries in
// chunks, scattered slots. What a pattern hides has no weight at all, and the paths agree bit by bit.
import Foundation
import Kernels
import Testing
import TestTools
import Traces

@testable import Transformers

@Suite struct AttentionTests {
    /// 150 positions: past the length from which a decode step is split over the keys; no multiple of a block of 16.
    static let count = 150
    static let patterns: [AttentionPattern] = [
        .causal, .full, .window(1), .window(7), .window(16), .window(40), .window(130), .window(1000),
    ]

    /// Six heads that share two keys and values, of 20 numbers each: head sizes need not fill a vector.
    private let configuration = Configuration(
        architecture: "test", name: "t", vocabularySize: 8, contextLength: 512, layers: 2, hiddenSize: 120, heads: 6,
        keyValueHeads: 2, headSize: 20)
    private let scale: Float = 0.31
    private let queries, keys, values: [[Float]]  // by position

    init() {
        var random = SplitMix64(state: 9)
        let numbers = { (width: Int) in
            (0..<Self.count).map { _ in (0..<width).map { _ in Float.random(in: -1...1, using: &random) } }
        }
        (queries, keys, values) = (numbers(120), numbers(40), numbers(40))
    }

    /// What a pass hands the attention: positions in the order they run, with the slot of each.
    private struct Run {
        var out = [[Float]](repeating: [], count: count)
        var weights: [EverythingRecorder.Row: [Float]] = [:]
    }

    private func run(
        _ pattern: AttentionPattern, _ batches: [Batch], set: KernelSet = .best, threads: Int = 2
    ) -> Run {
        let compute = Compute(kernels: set, threads: threads)
        let attention = Attention(configuration, compute)
        let cache = KeyValueCache(configuration, slots: 2 * Self.count)
        let recorder = EverythingRecorder()
        var run = Run()
        for batch in batches {
            for (position, slot) in zip(batch.positions, batch.slots) {
                cache.store(layer: 1, slot: slot, key: keys[position], value: values[position])
            }
            let rows = batch.positions.flatMap { queries[$0] }
            var out = [Float](repeating: .nan, count: rows.count)
            rows.withUnsafeBufferPointer { rows in
                out.withUnsafeMutableBufferPointer { out in
                    attention.run(
                        Attention.Call(
                            batch: batch, layer: 1, rule: AttentionRule(pattern: pattern, scale: scale), cache: cache,
                            queries: rows.baseAddress!, out: out.baseAddress!, recorder: recorder, ablated: [],
                            dropped: []))
                }
            }
            for (token, position) in batch.positions.enumerated() {
                run.out[position] = Array(out[token * 120..<(token + 1) * 120])
            }
        }
        run.weights = recorder.attention
        return run
    }

    /// All positions at once, in chunks, one by one, and in slots out of order.
    private func batches(_ pattern: AttentionPattern) -> [[Batch]] {
        var random = SplitMix64(state: 4)
        let ids = [Int](repeating: 0, count: Self.count)
        let slots = (0..<2 * Self.count).map { Int32($0) }.shuffled(using: &random).prefix(Self.count)
        let whole = [Batch(tokens: ids, from: 0)]
        let path = Array(slots)
        let positions = Array(0..<Self.count)
        let scattered = [Batch(tokens: ids, positions: positions, paths: positions.map { _ in path })]
        if pattern == .full { return [whole, scattered] }
        let chunks = { (size: Int) in
            stride(from: 0, to: Self.count, by: size).map { start in
                Batch(tokens: Array(ids[start...].prefix(size)), from: start)
            }
        }
        let branch = [Batch(tokens: ids, paths: positions.map { Array(path[...$0]) })]
        return [whole, chunks(1), chunks(13), chunks(64), branch, scattered]
    }

    /// softmax(scale · q·k) over the keys that the rule in words lets the query see, and the mix of their values.
    private func plain(_ sees: (_ query: Int, _ key: Int) -> Bool, _ query: Int, head: Int) -> (
        weights: [Double], mix: [Double]
    ) {
        let shared = head / 3
        let seen = (0..<Self.count).filter { sees(query, $0) }
        let scores = seen.map { key in
            Double(scale)
                * (0..<20).reduce(0) {
                    $0 + Double(queries[query][head * 20 + $1]) * Double(keys[key][shared * 20 + $1])
                }
        }
        let total = scores.reduce(0) { $0 + exp($1) }
        var weights = [Double](repeating: 0, count: Self.count)
        for (key, score) in zip(seen, scores) { weights[key] = exp(score) / total }
        let mix = (0..<20).map { d in seen.reduce(0) { $0 + weights[$1] * Double(values[$1][shared * 20 + d]) } }
        return (weights, mix)
    }

    @Test(arguments: patterns, KernelSet.available.map { $0.name })
    func equalsTheFormula(pattern: AttentionPattern, set: String) throws {
        let run = run(pattern, batches(pattern)[0], set: try #require(KernelSet.named(set)))
        let sees: (Int, Int) -> Bool =
            switch pattern {
            case .causal: { $1 <= $0 }
            case .full: { _, _ in true }
            case .window(let width): { $1 <= $0 && $0 - $1 < width }
            }
        for query in 0..<Self.count {
            for head in 0..<6 {
                let (weights, mix) = plain(sees, query, head: head)
                let row = try #require(run.weights[EverythingRecorder.Row(layer: 1, head: head, query: query)])
                for key in 0..<Self.count {
                    let ours = key < row.count ? Double(row[key]) : 0
                    #expect(abs(ours - weights[key]) < 1e-6 && (weights[key] > 0) == (ours > 0))
                }
                for (ours, wanted) in zip(run.out[query][head * 20..<head * 20 + 20], mix) {
                    #expect(abs(Double(ours) - wanted) < 2e-6)
                }
            }
        }
        #expect(run.weights.count == 6 * Self.count)
    }

    @Test(arguments: patterns)
    func everyPathGivesTheSameBits(pattern: AttentionPattern) {
        let runs = batches(pattern).map { run(pattern, $0) } + [run(pattern, batches(pattern)[0], threads: 1)]
        for other in runs.dropFirst() {
            #expect(other.weights == runs[0].weights)
            for query in 0..<Self.count { #expect(sameBits(other.out[query], runs[0].out[query])) }
        }
    }

    @Test func aWindowWiderThanTheTextIsCausal() {
        let (wide, causal) = (run(.window(1000), batches(.causal)[2]), run(.causal, batches(.causal)[2]))
        #expect(wide.weights == causal.weights && wide.out == causal.out)
    }
}
