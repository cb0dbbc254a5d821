// Attention of a batch over the cache, for any architecture: scores, softmax, the weighted mix of values.
//   weights(q, k) = softmax_k( q·k / √headSize ),  mix(q) = Σ_k weights(q, k) · value(k)      (Vaswani et al. 2017)
internal import CKernels
internal import Kernels
internal import Traces

/// The attention of one model. Holds scratch memory; not for use from two threads at once.
final class Attention {
    private let heads: Int
    private let keyValueHeads: Int
    private let headSize: Int
    private let compute: Compute
    private var scratch = FloatBuffer(count: 1)
    private var scratchWidth = 0

    /// Queries that one piece of work takes together, and keys that one piece of a decode step does.
    private static let queryTile = 16
    private static let keyBlocks = 8
    /// Below this many keys a decode step is one piece of work per head.
    private static let smallContext = 128

    init(_ configuration: Configuration, _ compute: Compute) {
        heads = configuration.heads
        keyValueHeads = configuration.keyValueHeads
        headSize = configuration.headSize
        self.compute = compute
    }

    private var headsPerKey: Int { heads / keyValueHeads }
    private var width: Int { heads * headSize }

    /// Where one call finds its operands. queries and out: (token, head, headSize).
    struct Call {
        let batch: Batch
        let layer: Int
        let cache: KeyValueCache
        let queries: UnsafePointer<Float>
        let out: UnsafeMutablePointer<Float>
        let recorder: (any Recorder)?
        let ablated: Set<Int>  // heads of this layer whose output is set to zero

        /// The recorder, if it wants attention.
        var attentionRecorder: (any Recorder)? { recorder.flatMap { $0.wantsAttention ? $0 : nil } }
    }

    func run(_ call: Call) {
        if let table = call.batch.slotTable {
            table.withPointers { alongPaths(call, $0) }
        } else if call.batch.count == 1 {
            oneQuery(call, keys: call.batch.positions[0] + 1)
        } else {
            manyQueries(call)
        }
        for head in call.ablated {
            for token in 0..<call.batch.count {
                (call.out + token * width + head * headSize).update(repeating: 0, count: headSize)
            }
        }
    }

    /// Rows of scores, `count` of them, with room for `keys` keys each.
    private func rows(_ count: Int, keys: Int) -> UnsafeMutablePointer<Float> {
        scratchWidth = (keys + 15) / 16 * 16 + 16
        if scratch.count < count * scratchWidth { scratch = FloatBuffer(count: count * scratchWidth * 3 / 2) }
        return scratch.pointer
    }

    private var scale: Float { 1 / Float(headSize).squareRoot() }

    /// Decoding: one query over the slots 0 ..< keys. Scores are split over the keys, the rest over the heads.
    private func oneQuery(_ call: Call, keys: Int) {
        let scores = rows(heads, keys: keys)
        let (stride, headSize, headsPerKey, scale) = (scratchWidth, headSize, headsPerKey, scale)
        // Plain values for the threads: counting references to shared objects would cost more than the work on a head.
        let functions = compute.kernels.functions
        let (cache, layer, queries, out) = (call.cache.pointers(layer: call.layer), call.layer, call.queries, call.out)
        let recorder = call.attentionRecorder
        let blocks = (keys + 15) / 16
        let small = keys <= Self.smallContext
        if !small {
            let chunks = (blocks + Self.keyBlocks - 1) / Self.keyBlocks
            compute.pool.run(keyValueHeads * chunks) { item, _ in
                let (keyValueHead, chunk) = (item / chunks, item % chunks)
                let first = chunk * Self.keyBlocks
                var view = cache.view(keyValueHead: keyValueHead)
                let head = keyValueHead * headsPerKey
                functions.pointee.scores(
                    &view, Int64(first), Int64(min(Self.keyBlocks, blocks - first)), queries + head * headSize,
                    Int64(headSize), Int64(headsPerKey), scale, scores + head * stride, Int64(stride))
            }
        }
        compute.pool.run(heads) { head, _ in
            var view = cache.view(keyValueHead: head / headsPerKey)
            let row = scores + head * stride
            if small {
                functions.pointee.scores(
                    &view, 0, Int64(blocks), queries + head * headSize, Int64(headSize), 1, scale, row, Int64(stride))
            }
            functions.pointee.softmax(row, Int64(keys))
            recorder?.recordAttention(layer: layer, head: head, query: keys - 1, weights: row)
            functions.pointee.mix(
                &view, Int64(keys), nil, row, Int64(stride), 1, out + head * headSize, Int64(headSize))
        }
    }

    /// Prefill: consecutive queries of one sequence, in tiles; each sees the slots up to its own position.
    private func manyQueries(_ call: Call) {
        let (count, positions) = (call.batch.count, call.batch.positions)
        let tiles = (count + Self.queryTile - 1) / Self.queryTile
        let memory = rows(compute.pool.threadCount * Self.queryTile, keys: positions[count - 1] + 1)
        let (stride, heads, headSize, headsPerKey) = (scratchWidth, heads, headSize, headsPerKey)
        let (width, scale, firstPosition) = (width, scale, positions[0])
        let functions = compute.kernels.functions
        let (cache, layer, queries, out) = (call.cache.pointers(layer: call.layer), call.layer, call.queries, call.out)
        let recorder = call.attentionRecorder
        compute.pool.run(heads * tiles) { item, worker in
            // The last tiles see the most keys: they go first.
            let (head, tile) = (item % heads, tiles - 1 - item / heads)
            let first = tile * Self.queryTile
            let queryCount = min(Self.queryTile, count - first)
            let keys = firstPosition + first + queryCount
            let scores = memory + worker * Self.queryTile * stride
            let offset = first * width + head * headSize
            var view = cache.view(keyValueHead: head / headsPerKey)
            functions.pointee.scores(
                &view, 0, Int64((keys + 15) / 16), queries + offset, Int64(width), Int64(queryCount), scale, scores,
                Int64(stride))
            for query in 0..<queryCount {
                let position = firstPosition + first + query
                let row = scores + query * stride
                functions.pointee.softmax(row, Int64(position + 1))
                // Keys after the query's own weigh nothing; the tile's mix runs over all of its keys.
                let padded = (position + 16) / 16 * 16
                if padded < keys { (row + padded).update(repeating: 0, count: keys - padded) }
                recorder?.recordAttention(layer: layer, head: head, query: position, weights: row)
            }
            functions.pointee.mix(
                &view, Int64(keys), nil, scores, Int64(stride), Int64(queryCount), out + offset, Int64(width))
        }
    }

    /// Branches and beams: each query sees the slots of its path. Scores are computed for whole blocks of 16 slots and
    /// gathered by position, so the numbers are those the sequence would get alone.
    private func alongPaths(_ call: Call, _ table: SlotTable.Pointers) {
        let slots = call.cache.capacity
        let (shared, keyValueHeads, headSize, width, scale) = (headsPerKey, keyValueHeads, headSize, width, scale)
        // Per thread: scores by slot for the heads that share keys, then their rows by position.
        let memory = rows(compute.pool.threadCount * 2 * shared, keys: slots)
        let stride = scratchWidth
        let functions = compute.kernels.functions
        let (cache, layer, queries, out) = (call.cache.pointers(layer: call.layer), call.layer, call.queries, call.out)
        let recorder = call.attentionRecorder
        compute.pool.run(call.batch.count * keyValueHeads) { item, worker in
            let (token, keyValueHead) = (item / keyValueHeads, item % keyValueHeads)
            let path = table.path(token)
            let bySlot = memory + worker * 2 * shared * stride
            let byPosition = bySlot + shared * stride
            let offset = token * width + keyValueHead * shared * headSize
            var view = cache.view(keyValueHead: keyValueHead)
            for run in table.blocks(token) {
                functions.pointee.scores(
                    &view, Int64(run.lowerBound), Int64(run.count), queries + offset, Int64(headSize), Int64(shared),
                    scale, bySlot, Int64(stride))
            }
            for head in 0..<shared {
                let (scores, row) = (bySlot + head * stride, byPosition + head * stride)
                for position in path.indices { row[position] = scores[Int(path[position])] }
                functions.pointee.softmax(row, Int64(path.count))
                recorder?.recordAttention(
                    layer: layer, head: keyValueHead * shared + head, query: path.count - 1, weights: row)
            }
            functions.pointee.mix(
                &view, Int64(path.count), path.baseAddress, byPosition, Int64(stride), Int64(shared), out + offset,
                Int64(headSize))
        }
    }
}
