// Scores, softmax and the mix of values against double precision; the same bits however queries and slots come.
import CKernels
import Kernels
import Testing
import TestTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct AttentionTests {
    static let headSizes = [1, 5, 8, 10, 16, 20, 64, 72, 128]
    static let contexts = [1, 15, 16, 17, 32, 100]

    /// Random keys and values of one head in the cache's layout, in memory that ends where the last block does.
    final class Head {
        let headSize: Int
        let slots: Int
        let keys: [Float]  // (slot, headSize)
        let values: [Float]  // (slot, headSize)
        private let keyMemory: Guarded<Float>  // (slot / 16, headSize, 16)
        private let valueMemory: Guarded<Float>  // (slot, valueStride)
        private(set) var view: sg_cache

        init(headSize: Int, slots: Int, seed: UInt64) {
            var random = SplitMix64(state: seed)
            self.headSize = headSize
            self.slots = slots
            keys = random.normals(slots * headSize)
            values = random.normals(slots * headSize)
            let stride = (headSize + 15) / 16 * 16
            // What stands in slots that were never filled must not matter.
            keyMemory = Guarded((slots + 15) / 16 * 16 * headSize, repeating: .nan)
            valueMemory = Guarded(slots * stride, repeating: 0)
            for slot in 0..<slots {
                for d in 0..<headSize {
                    keyMemory.pointer[(slot / 16 * headSize + d) * 16 + slot % 16] = keys[slot * headSize + d]
                    valueMemory.pointer[slot * stride + d] = values[slot * headSize + d]
                }
            }
            view = sg_cache(
                keys: keyMemory.pointer, values: valueMemory.pointer, head_size: Int64(headSize),
                value_stride: Int64(stride))
        }

        /// (query, slot), only the slots there are.
        func scores(_ queries: [Float], count: Int, scale: Float, _ set: KernelSet) -> [Float] {
            let blocks = (slots + 15) / 16
            let input = Guarded(queries)
            let out = Guarded<Float>(count * blocks * 16, repeating: .nan)
            set.functions.pointee.scores(
                &view, 0, Int64(blocks), input.pointer, Int64(headSize), Int64(count), scale, out.pointer,
                Int64(blocks * 16))
            return (0..<count).flatMap { Array(out.array[$0 * blocks * 16..<$0 * blocks * 16 + slots]) }
        }

        /// (query, headSize); weights: (query, slot).
        func mix(_ weights: [Float], count: Int, slots order: [Int32]? = nil, _ set: KernelSet) -> [Float] {
            let keys = weights.count / count
            let input = Guarded(weights)
            let out = Guarded<Float>(count * headSize, repeating: .nan)
            let list = order.map { Guarded($0) }
            set.functions.pointee.mix(
                &view, Int64(keys), list?.pointer, input.pointer, Int64(keys), Int64(count), out.pointer,
                Int64(headSize))
            return out.array
        }
    }

    @Test(arguments: headSizes)
    func scoresAreScaledProducts(headSize: Int) {
        let scale = 1 / Float(headSize).squareRoot()
        for slots in Self.contexts {
            let head = Head(headSize: headSize, slots: slots, seed: UInt64(slots))
            var random = SplitMix64(state: 3)
            let count = 19
            let queries = random.normals(count * headSize)
            var reference: [Float]?
            for set in KernelSet.available {
                let together = head.scores(queries, count: count, scale: scale, set)
                for query in 0..<count {
                    let q = Array(queries[query * headSize..<(query + 1) * headSize])
                    let alone = head.scores(q, count: 1, scale: scale, set)
                    let row = Array(together[query * slots..<(query + 1) * slots])
                    #expect(firstDifference(row, alone) == nil, "\(set.name): query \(query) with others and alone")
                    for slot in 0..<slots {
                        let products = (0..<headSize).map { Double(q[$0]) * Double(head.keys[slot * headSize + $0]) }
                        let size = products.reduce(0) { $0 + abs($1) } * Double(scale)
                        let error = abs(Double(row[slot]) - products.reduce(0, +) * Double(scale))
                        #expect(error <= Double(2 * headSize + 2) * roundoff * size, "\(set.name), slot \(slot)")
                    }
                }
                if let reference { #expect(firstDifference(together, reference) == nil) }
                reference = together
            }
        }
    }

    @Test func scoresOfBlocksInTheMiddleAreTheSame() {
        let head = Head(headSize: 20, slots: 100, seed: 4)
        var random = SplitMix64(state: 5)
        let query = random.normals(20)
        for set in KernelSet.available {
            let all = head.scores(query, count: 1, scale: 0.25, set)
            let out = Guarded<Float>(112, repeating: -7)
            var view = head.view
            set.functions.pointee.scores(&view, 2, 3, query, 20, 1, 0.25, out.pointer, 112)
            #expect(firstDifference(Array(out.array[32..<80]), Array(all[32..<80])) == nil)
            #expect((out.array[..<32] + out.array[80...]).allSatisfy { $0 == -7 }, "only the blocks asked for")
        }
    }

    @Test(arguments: [1, 2, 15, 16, 17, 31, 32, 33, 100, 1000])
    func softmaxRowsSumToOne(count: Int) {
        var random = SplitMix64(state: UInt64(count))
        for spread: Float in [0, 0.1, 5, 60, 1e30] {
            let given = random.normals(count, scale: spread)
            let top = Double(given.max()!)
            let exponentials = given.map { exp(Double($0) - top) }
            let total = exponentials.reduce(0, +)
            var reference: [Float]?
            for set in KernelSet.available {
                let row = softmax(given, set)
                let sum = row.reduce(0.0) { $0 + Double($1) }
                #expect(abs(sum - 1) < 4e-7 + Double(count) * 1e-9, "\(set.name), \(count), spread \(spread): \(sum)")
                for key in 0..<count {
                    let wanted = exponentials[key] / total
                    // The exponent's own rounding weighs by its size; below e^−87 the result is 0.
                    let below = top - Double(given[key])
                    let relative = 4e-7 + roundoff * (min(below, 88) + Double(count) / 16)
                    #expect(abs(Double(row[key]) - wanted) <= relative * wanted + 2e-38, "\(set.name), key \(key)")
                }
                if let reference { #expect(firstDifference(row, reference) == nil) }
                reference = row
            }
        }
    }

    /// The row after the kernel; checks that the padding became 0 and that nothing behind it was touched.
    private func softmax(_ given: [Float], _ set: KernelSet) -> [Float] {
        let padded = (given.count + 15) / 16 * 16
        let row = Guarded(given + [Float](repeating: 55, count: padded - given.count))
        set.functions.pointee.softmax(row.pointer, Int64(given.count))
        #expect(row.array[given.count...].allSatisfy { $0 == 0 && $0.sign == .plus })
        return Array(row.array[..<given.count])
    }

    @Test func softmaxKeepsErrorsVisible() {
        for set in KernelSet.available {
            for place in [0, 3, 20] {
                var row = [Float](repeating: 1, count: 21)
                row[place] = .nan
                #expect(
                    softmaxRaw(row, set).allSatisfy { $0.isNaN },
                    "\(set.name): a score that is no number spoils its row")
            }
            let masked = softmaxRaw([0, -.infinity, 0], set)
            #expect(masked == [0.5, 0, 0.5])
        }
    }

    private func softmaxRaw(_ given: [Float], _ set: KernelSet) -> [Float] {
        let row = Guarded(given + [Float](repeating: 0, count: (given.count + 15) / 16 * 16 - given.count))
        set.functions.pointee.softmax(row.pointer, Int64(given.count))
        return Array(row.array[..<given.count])
    }

    @Test(arguments: headSizes)
    func mixIsTheWeightedSum(headSize: Int) {
        for slots in Self.contexts {
            let head = Head(headSize: headSize, slots: slots, seed: UInt64(slots))
            var random = SplitMix64(state: 7)
            let count = 17
            let weights = (0..<count * slots).map { _ in Float.random(in: 0...1, using: &random) / Float(slots) }
            var reference: [Float]?
            for set in KernelSet.available {
                let together = head.mix(weights, count: count, set)
                for query in 0..<count {
                    let own = Array(weights[query * slots..<(query + 1) * slots])
                    let row = Array(together[query * headSize..<(query + 1) * headSize])
                    let alone = head.mix(own, count: 1, set)
                    #expect(firstDifference(row, alone) == nil, "\(set.name): query \(query) with others and alone")
                    for d in 0..<headSize {
                        let products = (0..<slots).map { Double(own[$0]) * Double(head.values[$0 * headSize + d]) }
                        let size = products.reduce(0) { $0 + abs($1) }
                        let error = abs(Double(row[d]) - products.reduce(0, +))
                        #expect(error <= Double(2 * slots) * roundoff * size, "\(set.name), number \(d)")
                    }
                }
                if let reference { #expect(firstDifference(together, reference) == nil) }
                reference = together
            }
        }
    }

    @Test(arguments: headSizes)
    func slotListsPickTheirSlots(headSize: Int) {
        let head = Head(headSize: headSize, slots: 50, seed: 9)
        let order: [Int32] = [49, 0, 17, 16, 15, 3]
        // The same values in a cache of their own, slot by slot.
        let picked = order.flatMap { head.values[Int($0) * headSize..<(Int($0) + 1) * headSize] }
        var random = SplitMix64(state: 11)
        let weights = random.normals(order.count * 9)
        for set in KernelSet.available {
            let listed = head.mix(weights, count: 9, slots: order, set)
            for query in 0..<9 {
                for d in 0..<headSize {
                    let wanted = order.indices.reduce(0.0) {
                        $0 + Double(weights[query * order.count + $1]) * Double(picked[$1 * headSize + d])
                    }
                    #expect(abs(Double(listed[query * headSize + d]) - wanted) < 1e-5)
                }
                let own = Array(weights[query * order.count..<(query + 1) * order.count])
                let alone = head.mix(own, count: 1, slots: order, set)
                #expect(firstDifference(alone, Array(listed[query * headSize..<(query + 1) * headSize])) == nil)
            }
            // A list of all slots in order is no list.
            let all = random.normals(50)
            let straight = head.mix(all, count: 1, set)
            #expect(firstDifference(head.mix(all, count: 1, slots: (0..<50).map { $0 }, set), straight) == nil)
        }
    }
}
