// How often an address may ask: a bucket that fills steadily and that each request takes one from.
internal import Threads

/// A bucket for each address.
final class RateLimit: Sendable {
    private struct Bucket {
        var left: Double
        var at: Double
    }

    private let burst: Double
    private let perSecond: Double
    private let buckets = Guarded<[String: Bucket]>([:])
    /// Addresses that are remembered at most; then those whose buckets are full again are forgotten.
    private static let most = 4096

    init(burst: Double, perSecond: Double) { (self.burst, self.perSecond) = (burst, perSecond) }

    /// Takes one from the address's bucket; false where it is empty.
    ///
    /// - Parameter now: in seconds, of a clock that never jumps.
    func takes(_ address: String, at now: Double) -> Bool {
        buckets.withLock { buckets in
            if buckets.count >= Self.most, buckets[address] == nil {
                buckets = buckets.filter { $0.value.left + (now - $0.value.at) * perSecond < burst }
                if buckets.count >= Self.most { return false }
            }
            var bucket = buckets[address] ?? Bucket(left: burst, at: now)
            bucket.left = min(burst, bucket.left + (now - bucket.at) * perSecond)
            bucket.at = now
            let isLeft = bucket.left >= 1
            if isLeft { bucket.left -= 1 }
            buckets[address] = bucket
            return isLeft
        }
    }

    /// Whether the address's bucket has one, which stays there.
    func hasLeft(_ address: String, at now: Double) -> Bool {
        buckets.withLock { buckets in
            guard let bucket = buckets[address] else { return true }
            return min(burst, bucket.left + (now - bucket.at) * perSecond) >= 1
        }
    }
}
