// Decoding allocates nothing: a step's forward pass works in the memory that the model holds.
import CAllocations
import Kernels
import TestTools
import Testing

@testable import Transformers

@Suite struct AllocationTests {
    /// Every architecture that decodes.
    private static let names = (SmallModelTests.names + SmallModelTests.decoders).filter { !$0.hasSuffix(".gguf") }

    /// What a step may allocate. Unoptimised code allocates frames of accessors and iterators, so many a layer and so many
    /// beside them, which are measured; an array more in each product, or a closure, is above it.
    private static func bar(_ name: String, layers: Int) -> Int {
        #if DEBUG
            let hasMoreNorms = name.hasPrefix("qwen3") || name.hasPrefix("gemma3")
            return 29 + (hasMoreNorms ? 67 : 61) * layers
        #else
            return 0
        #endif
    }

    @Test(.enabled(if: sg_allocations() >= 0, "needs the allocator of glibc, uncounted by others"), arguments: names)
    func aDecodeStepAllocatesNothing(name: String) throws {
        let model = try smallModel(name, threads: 1).model
        let length = model.configuration.contextLength
        let cache = KeyValueCache(model.configuration, slots: length)
        let batches = (0..<length - 1).map { Batch(tokens: [$0 % 7], from: $0) }
        // From the last position on, so that these passes make all the room there has to be.
        for batch in batches.reversed() { _ = model.forward(batch, cache: cache, logits: .last, recorder: nil) }
        let before = sg_allocations()
        for batch in batches { _ = model.forward(batch, cache: cache, logits: .last, recorder: nil) }
        let count = sg_allocations() - before
        let bar = Self.bar(name, layers: model.configuration.layers)
        #expect(count <= bar * batches.count, "\(count) in \(batches.count) steps, \(bar) allowed in each")
    }

    /// The count is of what it says.
    @Test(.enabled(if: sg_allocations() >= 0, "needs the allocator of glibc, uncounted by others"))
    func whatIsAllocatedIsCounted() {
        let before = sg_allocations()
        let batches = (0..<10).map { Batch(tokens: [$0], from: $0) }
        // Each holds arrays of its own.
        #expect(sg_allocations() - before > batches.count)
    }
}
