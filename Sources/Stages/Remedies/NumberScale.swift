// The values that a number of the settings may take, and the search for the nearest one that keeps a token.

/// The values around the present one.
struct NumberScale: Equatable {
    /// The ends of the range.
    let low, high: Double
    let isWhole: Bool
    /// A number with a meaning of its own, tried when no other does: the number that switches a stage off.
    let special: Double?
    /// Whether ``special`` acts as a number above all others.
    let isEndless: Bool
    /// The value as it is, or as it acts.
    let present: Double

    /// Values to be tried in either direction; see ``probes(_:)``.
    private(set) var up: [Double] = []
    private(set) var down: [Double] = []

    /// Digits that a value is told in: it is the nearest one to the present of so many significant digits.
    static let digits = 4

    /// - Parameter reach: whole numbers from here on act all alike.
    init(_ range: NumberRange, present: Double, reach: Int) {
        let meaning = range.first ?? range.within
        switch range.span {
        case .real(let span): (low, high, isWhole) = (span.lowerBound, span.upperBound, false)
        case .whole(let span): (low, high, isWhole) = (Double(span.lowerBound), Double(span.upperBound), true)
        case .wholeUpTo(let top): (low, high, isWhole) = (0, Double(top), true)
        case .wholeFrom(let first, let bound):
            (low, high, isWhole) = (Double(first), max(min(Double(bound), Double(reach)), present), true)
        case .more: (low, high, isWhole) = ((meaning?.number ?? 0) + 1, max(Double(reach), present), true)
        }
        special = meaning?.number
        isEndless = meaning?.isEndless ?? false
        self.present = isEndless && present == special ? high + 1 : present
        (up, down) = (probes(.up), probes(.down))
    }

    /// A list without numbers: a token is in or not.
    init() {
        (low, high, isWhole, special, isEndless, present) = (0, 0, true, nil, false, 1)
        down = [0]
    }

    func contains(_ value: Double) -> Bool {
        value >= low && value <= high && value != present && !(isEndless && value == special)
    }

    /// How large a change is beside the range: by ratio where the range begins above 0, by difference elsewhere. 0…1, or
    /// more for a value outside.
    func share(of value: Double) -> Double {
        let end = isEndless && value == special ? high + 1 : value
        if low > 0, end > 0, present > 0, high > low {
            return abs(logarithm(end / present)) / logarithm(high / low)
        }
        return high > low ? abs(end - present) / (high - low) : 1
    }

    // MARK: Values to try

    /// Which way from the present value.
    enum Direction: CaseIterable { case up, down }

    /// Values to be tried, the nearest first, the end of the range last: close to each other near the present value.
    private func probes(_ direction: Direction) -> [Double] {
        let sign = direction == .up ? 1.0 : -1.0
        let end = direction == .up ? high : low
        var values: [Double] = []
        if isWhole {
            var distance = 1.0
            while (end - present - sign * distance) * sign >= 0 {
                values.append(present + sign * distance)
                distance = distance < 64 ? distance + 1 : (distance * 1.1).rounded(.up)
            }
        } else {
            let room = abs(end - present)
            var distance = max(abs(present), (high - low) * 1e-3) * 1e-5
            while distance < room {
                values.append(present + sign * distance)
                distance *= 1.5
            }
            // By ratio too: down to values near 0, and up from them.
            let ratio = direction == .up ? 1.25 : 1 / 1.25
            var value = max(present, low)
            for _ in 0..<100 where value > 0 && low >= 0 {
                value *= ratio
                if (end - value) * sign > 0 { values.append(value) }
            }
            if low > 0, direction == .up { values.append(low) }
        }
        values.append(end)
        var kept: [Double] = []
        for value in values.sorted(by: { ($1 - $0) * sign > 0 })
        where (value - present) * sign > 0 && contains(value) && kept.last != value {
            kept.append(value)
        }
        return kept
    }

    /// A value between two others; nil when they are as good as equal, or one lies outside the range.
    private func middle(_ a: Double, _ b: Double) -> Double? {
        let value = isWhole ? ((a + b) / 2).rounded(.down) : (a + b) / 2
        if min(a, b) < low || max(a, b) > high + (isWhole ? 1 : 0) || value == a || value == b { return nil }
        if !isWhole && abs(a - b) <= 1e-12 * abs(value) { return nil }
        return contains(value) ? value : nil
    }

    /// The values to be tried in a direction.
    subscript(direction: Direction) -> [Double] { direction == .up ? up : down }

    // MARK: The search

    /// The value nearest to the present one for which the token stays, of ``digits`` digits where that will do, else of
    /// as few more as will; nil when there is none. The present value must not be one.
    ///
    /// - Parameter every: only every so many of the values are tried before the edge is narrowed down.
    func nearest(every: Int = 1, _ fate: (Double) -> Fate) -> Double? {
        let now = fate(present)
        var best: Double?
        for direction in Direction.allCases {
            let limit = best.map { abs($0 - present) }
            guard let edge = edge(direction, from: now, within: limit, every, fate) else { continue }
            let value = isWhole ? edge : typed(edge, direction, fate)
            if limit.map({ abs(value - present) < $0 }) ?? true { best = value }
        }
        if best == nil, let special, special != present, fate(special) == .stays { return special }
        return best
    }

    /// The first value in that direction for which the token stays. Where the removing stage changes between two values
    /// that are tried, the token may stay in between: both edges are looked for.
    private func edge(
        _ direction: Direction, from now: Fate, within limit: Double?, _ every: Int, _ fate: (Double) -> Fate
    ) -> Double? {
        var (before, was) = (present, now)
        let probes = self[direction]
        for (place, value) in probes.enumerated() where place % every == 0 || place + 1 == probes.count {
            if let limit, abs(before - present) >= limit { return nil }
            let found = fate(value)
            if found == .stays { return first(after: before, upTo: value, fate) }
            if found != was, let between = crossing(before, value, was, fate) {
                return first(after: before, upTo: between, fate)
            }
            (before, was) = (value, found)
        }
        return nil
    }

    /// The value nearest to `low` for which the token stays, as it does for `high`.
    private func first(after low: Double, upTo high: Double, _ fate: (Double) -> Fate) -> Double {
        var (low, high) = (low, high)
        while let value = middle(low, high) {
            if fate(value) == .stays { high = value } else { low = value }
        }
        return high
    }

    /// A value between two with different fates for which the token stays; nil when none is found.
    private func crossing(_ low: Double, _ high: Double, _ was: Fate, _ fate: (Double) -> Fate) -> Double? {
        var (low, high) = (low, high)
        while let value = middle(low, high) {
            let found = fate(value)
            if found == .stays { return value }
            if found == was { low = value } else { high = value }
        }
        return nil
    }

    // MARK: Digits

    /// The first value of few digits from `edge` on, away from the present one, for which the token stays.
    private func typed(_ edge: Double, _ direction: Direction, _ fate: (Double) -> Fate) -> Double {
        if edge == 0 || edge == low || edge == high { return edge }
        for digits in Self.digits...17 {
            for value in rounded(edge, direction, digits) where fate(value) == .stays { return value }
        }
        return edge
    }

    /// Numbers of so many digits around `edge`, nearest to the present first, all on the edge's side of it and allowed.
    private func rounded(_ edge: Double, _ direction: Direction, _ digits: Int) -> [Double] {
        // edge = mantissa · 10^exponent with a mantissa of so many digits.
        var exponent = 0
        var top = abs(edge)
        let bound = power(10, digits)
        while top >= bound {
            top /= 10
            exponent += 1
        }
        while top < bound / 10 {
            top *= 10
            exponent -= 1
        }
        let mantissa = Int64(edge < 0 ? -top : top)
        let steps: [Int64] = direction == .up ? [-1, 0, 1, 2] : [1, 0, -1, -2]
        let sign = direction == .up ? 1.0 : -1.0
        return steps.compactMap { step in
            // As it is typed.
            guard let value = Double("\(mantissa + step)e\(exponent)") else { return nil }
            return (value - present) * sign > 0 && contains(value) ? value : nil
        }
    }
}
