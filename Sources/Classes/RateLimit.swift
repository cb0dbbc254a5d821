// How much of a kind may happen in a minute, for the class and for each address.

/// The limits of a class.
public struct ClassLimits: Sendable {
    /// Students who are not removed.
    public var students = 500
    /// New students in a minute; a class that comes in at once stays below.
    public var joinsPerMinute = 600
    /// Times in a minute that one student comes back by the resume code.
    public var resumesPerMinute = 30
    /// Wrong codes in a minute, of one address.
    public var wrongCodesPerMinute = 20
    /// Wrong codes in a minute, of all.
    public var wrongCodesOfAllPerMinute = 300
    /// Answers of one student in a minute.
    public var answersPerMinute = 30
    /// Answers of one student in all, as many as a submission holds.
    public var answersOfStudent = 2_000
    /// What a student may tell of where he is, in a minute.
    public var looksPerMinute = 120

    public init() {}
}

/// Counts what happens by key, and says no when a minute's share is used up: each key has a bucket that fills again evenly.
struct RateLimit {
    let perMinute: Int
    private var buckets: [String: (level: Double, seen: Double)] = [:]
    /// As many keys as are remembered; full buckets are forgotten first, then all.
    private static let limitKeys = 4_096

    init(perMinute: Int) { self.perMinute = perMinute }

    /// How many keys are remembered.
    var keys: Int { buckets.count }

    private func level(_ key: String, at seconds: Double) -> Double {
        guard let bucket = buckets[key] else { return Double(perMinute) }
        let filled = max(0, seconds - bucket.seen) * Double(perMinute) / 60
        return min(Double(perMinute), bucket.level + filled)
    }

    /// How many seconds to wait before one more; nil: now.
    mutating func wait(_ key: String, at seconds: Double) -> Int? {
        // Where a clock was set back, the bucket fills from there on.
        if let bucket = buckets[key], bucket.seen > seconds { buckets[key]?.seen = seconds }
        let level = level(key, at: seconds)
        return level >= 1 ? nil : Int(((1 - level) * 60 / Double(perMinute)).rounded(.up))
    }

    /// Takes one, whether or not there is one.
    mutating func count(_ key: String, at seconds: Double) {
        let level = level(key, at: seconds)
        if buckets.count >= Self.limitKeys, buckets[key] == nil {
            buckets = buckets.filter { self.level($0.key, at: seconds) < Double(perMinute) - 0.5 }
            if buckets.count >= Self.limitKeys { buckets = [:] }
        }
        buckets[key] = (max(0, level - 1), seconds)
    }

    /// Takes one.
    ///
    /// - Throws: ``Refusal/tooFast(seconds:)``.
    mutating func take(_ key: String, at seconds: Double) throws(ClassError) {
        if let wait = wait(key, at: seconds) { throw .refused(.tooFast(seconds: wait)) }
        count(key, at: seconds)
    }
}
