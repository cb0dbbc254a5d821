// Decoding allocates nothing: a step's forward pass works in the memory that the model holds.
import CAllocations
import Kernels
import TestTools
import Testing

@testable import Transformers

@Suite struct AllocationTests {
    /// Every architecture that decodes.
    private static let names = (SmallModelTests.names + SmallModelTests.decoders).filter { !$0.hasSuffix(".gguf") }

    @Test(.enabled(if: sg_allocations() >= 0, "needs the allocator of glibc, uncounted by others"), arguments: names)
    func aDecodeStepAllocatesNothing(name: String) throws {
        let model = try smallModel(name, threads: 1).model
        let length = model.configuration.contextLength
        let cache = KeyValueCache(model.configuration, slots: length)
        let batches = (0..<length - 1).map { Batch(tokens: [$0 % 7], from: $0) }
        // The first passes make room, the first position of all in every layer's tables.
        for batch in batches.reversed() {
            _ = model.forward(batch, cache: cache, logits: .last, recorder: nil)
        }
        let before = sg_allocations()
        for batch in batches { _ = model.forward(batch, cache: cache, logits: .last, recorder: nil) }
        #expect(sg_allocations() - before == 0, "in \(batches.count) steps")
    }

    /// The count is of what it says.
    @Test(.enabled(if: sg_allocations() >= 0, "needs the allocator of glibc, uncounted by others"))
    func whatIsAllocatedIsCounted() {
        let before = sg_allocations()
        let batches = (0..<10).map { Batch(tokens: [$0], from: $0) }
        #expect(sg_allocations() - before >= 3 * batches.count)
    }
}
