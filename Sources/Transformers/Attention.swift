// Attention of a batch over the cache, for any architecture: scores, softmax, the weighted mix of values.
//   weights(q, k) = softmax_k( scale · q·k ),  mix(q) = Σ_k weights(q, k) · value(k)      (Vaswani et al. 2017)
// over the keys k that the layer's pattern lets the query at its position see. Kernels work on blocks of 16 slots, so each
// path below begins at the block that holds the first key and gives what the query does not see in it no weight.
internal import CKernels
internal import Kernels
internal import Traces

/// How the queries of a layer look at the keys.
struct AttentionRule: Sendable {
    let pattern: AttentionPattern
    /// What scores are multiplied with.
    let scale: Float
    /// Scores are cap · tanh(score / cap) before the softmax; nil: as they are. (Gemma 2, 2024)
    var cap: Float?

    /// 1/√d, over the keys that the configuration says: one rule for each layer.
    static func usual(_ c: Configuration) -> [AttentionRule] {
        c.attention.layers.map { AttentionRule(pattern: $0, scale: 1 / Float(c.headSize).squareRoot()) }
    }
}

/// The attention of one model. Holds scratch memory; not for use from two threads at once.
final class Attention {
    let heads: Int
    let keyValueHeads: Int
    let headSize: Int
    let compute: Compute
    let piecesDone: PieceCounts
    private var scratch = FloatBuffer(count: 1)
    private(set) var scratchWidth = 0

    /// Queries that one piece of work takes together.
    private static let queryTile = 16

    init(_ configuration: Configuration, _ compute: Compute) {
        heads = configuration.heads
        keyValueHeads = configuration.keyValueHeads
        headSize = configuration.headSize
        self.compute = compute
        piecesDone = PieceCounts(keyValueHeads)
    }

    var headsPerKey: Int { heads / keyValueHeads }
    private var width: Int { heads * headSize }

    /// Where one call finds its operands. queries and out: (token, head, headSize).
    struct Call {
        let batch: Batch
        let layer: Int
        let rule: AttentionRule
        let cache: KeyValueCache
        let queries: UnsafePointer<Float>
        let out: UnsafeMutablePointer<Float>
        let recorder: (any Recorder)?
        let ablated: Set<Int>  // heads of this layer whose output is set to zero
        let dropped: [Int]  // positions that no later query finds

        /// The recorder, if it wants attention.
        var attentionRecorder: (any Recorder)? { recorder.flatMap { $0.wantsAttention ? $0 : nil } }
    }

    func run(_ call: Call) {
        if let table = call.batch.slotTable {
            table.withPointers { alongPaths(call, $0) }
        } else if call.batch.count == 1 {
            oneQuery(call)
        } else {
            manyQueries(call)
        }
        for head in call.ablated {
            for token in 0..<call.batch.count {
                (call.out + token * width + head * headSize).update(repeating: 0, count: headSize)
            }
        }
        for (token, place) in call.batch.ablated.enumerated() {
            guard let place, place.layer == call.layer else { continue }
            (call.out + token * width + place.head * headSize).update(repeating: 0, count: headSize)
        }
        for (token, owner) in call.batch.owners.enumerated() where !owner.ablated.isEmpty {
            for head in owner.ablated.heads(ofLayer: call.layer) {
                (call.out + token * width + head * headSize).update(repeating: 0, count: headSize)
            }
        }
    }

    /// Rows of scores, `count` of them, with room for `keys` keys each.
    func rows(_ count: Int, keys: Int) -> UnsafeMutablePointer<Float> {
        scratchWidth = (keys + 15) / 16 * 16 + 16
        if scratch.count < count * scratchWidth { scratch = FloatBuffer(count: count * scratchWidth * 3 / 2) }
        return scratch.pointer
    }

    /// Prefill: consecutive queries of one sequence, in tiles that share what any of their queries sees.
    private func manyQueries(_ call: Call) {
        let (count, firstPosition) = (call.batch.count, call.batch.positions[0])
        let (positions, pattern) = (firstPosition + count, call.rule.pattern)
        let (scale, cap) = (call.rule.scale, call.rule.cap)
        let tiles = (count + Self.queryTile - 1) / Self.queryTile
        let memory = rows(compute.pool.threadCount * Self.queryTile, keys: positions)
        let (stride, heads, headSize, headsPerKey) = (scratchWidth, heads, headSize, headsPerKey)
        let (width, layer, functions) = (width, call.layer, compute.kernels.functions)
        let cache = call.cache.pointers(layer: layer)
        let (queries, out, recorder, dropped) = (call.queries, call.out, call.attentionRecorder, call.dropped)
        let profile = compute.profile
        compute.pool.run(heads * tiles) { item, worker in
            let profile = worker == 0 ? profile : nil
            profile?.enter(.attentionScores)
            // The last tiles see the most keys: they go first.
            let (head, tile) = (item % heads, tiles - 1 - item / heads)
            let first = tile * Self.queryTile
            let queryCount = min(Self.queryTile, count - first)
            let firstQuery = firstPosition + first
            let together = SeenKeys(
                pattern.keys(of: firstQuery, positions: positions)
                    .lowerBound..<pattern.keys(of: firstQuery + queryCount - 1, positions: positions).upperBound)
            let scores = memory + worker * Self.queryTile * stride
            let offset = first * width + head * headSize
            var view = cache.view(keyValueHead: head / headsPerKey, fromSlot: together.start)
            functions.pointee.scores(
                &view, 0, Int64(together.blocks), queries + offset, Int64(width), Int64(queryCount), scale, scores,
                Int64(stride))
            for query in 0..<queryCount {
                let position = firstQuery + query
                let seen = SeenKeys(pattern.keys(of: position, positions: positions), start: together.start)
                let row = scores + query * stride
                profile?.enter(.softmax)
                seen.weigh(row, cap: cap, lost: dropped, before: position, functions)
                // Keys after those that the query sees weigh nothing; the tile's mix runs over all of its keys.
                let padded = seen.blocks * 16
                if padded < together.count { (row + padded).update(repeating: 0, count: together.count - padded) }
                profile?.enter(.recording)
                recorder?.recordAttention(seen.row(row, layer: layer, head: head, query: position))
            }
            profile?.enter(.attentionMix)
            functions.pointee.mix(
                &view, Int64(together.count), nil, scores, Int64(stride), Int64(queryCount), out + offset, Int64(width))
        }
    }

    /// Where a query of a path finds what it reads, and who hears of it.
    private struct PathOperands {
        let cache: KeyValueCache.LayerPointers
        let recorder: (any Recorder)?
        let dropped: [Int]
    }

    /// By token; a single one where all tokens are of one run.
    private func pathOperands(_ call: Call) -> [PathOperands] {
        if call.batch.owners.isEmpty {
            return [
                PathOperands(
                    cache: call.cache.pointers(layer: call.layer), recorder: call.attentionRecorder,
                    dropped: call.dropped)
            ]
        }
        return call.batch.owners.map { owner in
            PathOperands(
                cache: owner.cache.pointers(layer: call.layer),
                recorder: owner.recorder.flatMap { $0.wantsAttention ? $0 : nil }, dropped: owner.dropped)
        }
    }

    /// Branches, beams and rows of several runs: each query sees slots of its path. Scores are computed for whole blocks of
    /// 16 slots and gathered by position, so the numbers are those the sequence would get alone.
    private func alongPaths(_ call: Call, _ table: SlotTable.Pointers) {
        let pattern = call.rule.pattern
        var slots = call.cache.capacity
        for owner in call.batch.owners { slots = max(slots, owner.cache.capacity) }
        let (scale, cap) = (call.rule.scale, call.rule.cap)
        let (shared, keyValueHeads, headSize, width) = (headsPerKey, keyValueHeads, headSize, width)
        // Per thread: scores by slot for the heads that share keys, then their rows by position.
        let memory = rows(compute.pool.threadCount * 2 * shared, keys: slots)
        let (stride, layer, functions) = (scratchWidth, call.layer, compute.kernels.functions)
        let (queries, out, operands) = (call.queries, call.out, pathOperands(call))
        let isOfOne = operands.count == 1
        let profile = compute.profile
        compute.pool.run(call.batch.count * keyValueHeads) { item, worker in
            let profile = worker == 0 ? profile : nil
            profile?.enter(.attentionScores)
            let (token, keyValueHead) = (item / keyValueHeads, item % keyValueHeads)
            let (path, position) = (table.path(token), table.position(token))
            let seen = SeenKeys(pattern.keys(of: position, positions: path.count))
            let bySlot = memory + worker * 2 * shared * stride
            let byPosition = bySlot + shared * stride
            let offset = token * width + keyValueHead * shared * headSize
            let own = operands[isOfOne ? 0 : token]
            var view = own.cache.view(keyValueHead: keyValueHead)
            for run in table.blocks(token) {
                functions.pointee.scores(
                    &view, Int64(run.lowerBound), Int64(run.count), queries + offset, Int64(headSize), Int64(shared),
                    scale, bySlot, Int64(stride))
            }
            let places = path.baseAddress! + seen.start
            for head in 0..<shared {
                let (scores, row) = (bySlot + head * stride, byPosition + head * stride)
                for place in 0..<seen.count { row[place] = scores[Int(places[place])] }
                profile?.enter(.softmax)
                seen.weigh(row, cap: cap, lost: own.dropped, before: position, functions)
                profile?.enter(.recording)
                own.recorder?.recordAttention(
                    seen.row(row, layer: layer, head: keyValueHead * shared + head, query: position))
            }
            profile?.enter(.attentionMix)
            functions.pointee.mix(
                &view, Int64(seen.count), places, byPosition, Int64(stride), Int64(shared), out + offset,
                Int64(headSize))
        }
    }
}

/// The keys that a query sees, in a row of scores that begins with a whole block of 16 keys.
struct SeenKeys {
    /// The key that the row begins with, a multiple of 16.
    let start: Int
    /// How many keys of the row come before the first that is seen.
    let hidden: Int
    /// From the start of the row to the last key seen.
    let count: Int

    /// - Parameter start: where a row begins that queries share.
    @inline(__always)
    init(_ keys: Range<Int>, start: Int? = nil) {
        self.start = start ?? keys.lowerBound / 16 * 16
        hidden = keys.lowerBound - self.start
        count = keys.upperBound - self.start
    }

    /// Blocks of 16 keys that the row takes.
    @inline(__always)
    var blocks: Int { (count + 15) / 16 }

    /// Scores to weights: softmax over the keys seen, 0 for those before them and for those `lost` to the query, which
    /// stands at `position` and always finds its own.
    @inline(__always)
    func weigh(
        _ row: UnsafeMutablePointer<Float>, cap: Float?, lost: [Int], before position: Int,
        _ functions: UnsafePointer<sg_kernels>
    ) {
        if let cap { functions.pointee.soft_cap(row, cap, Int64(count)) }
        if hidden > 0 { row.update(repeating: -.infinity, count: hidden) }
        for key in lost where key < position && key >= start + hidden { row[key - start] = -.infinity }
        functions.pointee.softmax(row, Int64(count))
    }

    /// The weights as a recorder gets them.
    @inline(__always)
    func row(_ row: UnsafePointer<Float>, layer: Int, head: Int, query: Int) -> AttentionRow {
        AttentionRow(
            layer: layer, head: head, query: query, firstKey: start + hidden,
            weights: UnsafeBufferPointer(start: row + hidden, count: count - hidden))
    }
}
