// Decoding: the attention of one query of one sequence, split over the threads.
internal import CKernels
internal import Kernels
internal import Synchronization
internal import Traces

/// How many pieces of each key/value head's scores are done, for the thread that does the last.
final class PieceCounts: @unchecked Sendable {
    fileprivate let counts: UnsafeMutablePointer<Atomic<Int>>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        counts = .allocate(capacity: count)
        for place in 0..<count { (counts + place).initialize(to: Atomic(0)) }
    }

    deinit { counts.deallocate() }

    fileprivate func reset() { for place in 0..<count { counts[place].store(0, ordering: .relaxed) } }
}

/// What the threads need for one query: plain values, so that none of them counts references to shared objects but the
/// recorder's.
private struct DecodeOperands {
    let functions: UnsafePointer<sg_kernels>
    let profile: Unmanaged<Profile>?
    let recorder: (any Recorder)?
    let cache: KeyValueCache.LayerPointers
    let seen: SeenKeys
    let (layer, position): (Int, Int)
    let (headSize, headsPerKey): (Int, Int)
    let scale: Float
    let cap: Float?
    let dropped: [Int]
    let queries: UnsafePointer<Float>
    let out: UnsafeMutablePointer<Float>
    /// (head, `stride`): scores, then weights.
    let scores: UnsafeMutablePointer<Float>
    let stride: Int
    /// Pieces of the keys of a head, of `pieceBlocks` blocks of 16 keys each.
    let (pieces, pieceBlocks): (Int, Int)
    let piecesDone: UnsafeMutablePointer<Atomic<Int>>
    /// Parts of a head's values, of `partSize` numbers each.
    let (parts, partSize): (Int, Int)

    @inline(__always)
    private func enter(_ site: ProfileSite, _ worker: Int) {
        if worker == 0, let profile { profile.takeUnretainedValue().enter(site) }
    }

    /// Scores to weights, and those to the recorder.
    @inline(__always)
    private func weigh(_ head: Int, _ worker: Int) {
        let row = scores + head * stride
        enter(.softmax, worker)
        seen.weigh(row, cap: cap, lost: dropped, before: position, functions)
        if let recorder {
            enter(.recording, worker)
            recorder.recordAttention(seen.row(row, layer: layer, head: head, query: position))
        }
    }

    /// All of one head, where there are few keys.
    func wholeHead(_ head: Int, _ worker: Int) {
        var view = cache.view(keyValueHead: head / headsPerKey, fromSlot: seen.start)
        let row = scores + head * stride
        enter(.attentionScores, worker)
        functions.pointee.scores(
            &view, 0, Int64(seen.blocks), queries + head * headSize, Int64(headSize), 1, scale, row, Int64(stride))
        weigh(head, worker)
        enter(.attentionMix, worker)
        functions.pointee.mix(
            &view, Int64(seen.count), nil, row, Int64(stride), 1, out + head * headSize, Int64(headSize))
    }

    /// One piece of the scores of the heads that share keys; the last of them goes on to the weights.
    func scorePiece(_ item: Int, _ worker: Int) {
        let (keyValueHead, piece) = (item / pieces, item % pieces)
        let head = keyValueHead * headsPerKey
        let first = piece * pieceBlocks
        var view = cache.view(keyValueHead: keyValueHead, fromSlot: seen.start)
        enter(.attentionScores, worker)
        functions.pointee.scores(
            &view, Int64(first), Int64(min(pieceBlocks, seen.blocks - first)), queries + head * headSize,
            Int64(headSize), Int64(headsPerKey), scale, scores + head * stride, Int64(stride))
        let others = piecesDone[keyValueHead].wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue
        if others + 1 == pieces { for shared in 0..<headsPerKey { weigh(head + shared, worker) } }
    }

    /// One part of the values, for the heads that share them.
    func mixPart(_ item: Int, _ worker: Int) {
        let (keyValueHead, part) = (item / parts, item % parts)
        let (head, first) = (keyValueHead * headsPerKey, part * partSize)
        var view = cache.view(keyValueHead: keyValueHead, fromSlot: seen.start)
        view.values += first
        view.head_size = Int64(min(partSize, headSize - first))
        enter(.attentionMix, worker)
        functions.pointee.mix(
            &view, Int64(seen.count), nil, scores + head * stride, Int64(stride), Int64(headsPerKey),
            out + head * headSize + first, Int64(headSize))
    }
}

extension Attention {
    /// Below this many keys a decode step is one piece of work per head.
    private static let smallContext = 128
    /// Blocks of keys that one piece of work takes.
    private static let keyBlocks = 8
    /// Numbers of a value that one piece of work takes: two vectors, so that three heads have sums enough at once.
    private static let valuePart = 32

    /// One query of one sequence. With many keys, scores are split over the keys and the mix over the values' numbers:
    /// heads are few, and seldom as many as threads go into.
    func oneQuery(_ call: Call) {
        let position = call.batch.positions[0]
        let seen = SeenKeys(call.rule.pattern.keys(of: position, positions: position + 1))
        let scores = rows(heads, keys: seen.count)
        compute.count(readBytes: keyValueHeads * seen.count * headSize * 2 * MemoryLayout<Float>.stride)
        let isSmall = seen.count <= Self.smallContext
        if !isSmall { piecesDone.reset() }
        let operands = DecodeOperands(
            functions: compute.kernels.functions, profile: compute.profile.map { Unmanaged.passUnretained($0) },
            recorder: call.attentionRecorder, cache: call.cache.pointers(layer: call.layer), seen: seen,
            layer: call.layer, position: position, headSize: headSize, headsPerKey: headsPerKey,
            scale: call.rule.scale, cap: call.rule.cap, dropped: call.dropped,
            queries: call.queries, out: call.out, scores: scores,
            stride: scratchWidth,
            pieces: (seen.blocks + Self.keyBlocks - 1) / Self.keyBlocks, pieceBlocks: Self.keyBlocks,
            piecesDone: piecesDone.counts, parts: (headSize + Self.valuePart - 1) / Self.valuePart,
            partSize: Self.valuePart)
        withUnsafePointer(to: operands) { run($0, isSmall: isSmall) }
    }

    private func run(_ operands: UnsafePointer<DecodeOperands>, isSmall: Bool) {
        let pool = compute.pool
        if isSmall {
            pool.run(heads, operands) { operands, head, worker in
                operands.assumingMemoryBound(to: DecodeOperands.self).pointee.wholeHead(head, worker)
            }
            return
        }
        pool.run(keyValueHeads * operands.pointee.pieces, operands) { operands, item, worker in
            operands.assumingMemoryBound(to: DecodeOperands.self).pointee.scorePiece(item, worker)
        }
        pool.run(keyValueHeads * operands.pointee.parts, operands) { operands, item, worker in
            operands.assumingMemoryBound(to: DecodeOperands.self).pointee.mixPart(item, worker)
        }
    }
}
