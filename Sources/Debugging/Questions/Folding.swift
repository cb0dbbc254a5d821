// One value from many: what `max over heads of …` and its kin add up.

/// The running state of one aggregate. Unknown members are not added.
struct Folding {
    let aggregate: Aggregate
    var value = 0.0
    var count = 0
    var witness: Int?

    init(_ aggregate: Aggregate) { self.aggregate = aggregate }

    mutating func add(_ number: Double, _ member: Int) {
        let better =
            switch aggregate {
            case .max: count == 0 || number > value
            case .min: count == 0 || number < value
            case .any: number > 0 && value == 0
            case .all: number == 0 && witness == nil
            case .first: number > 0 && witness == nil
            default: false
            }
        if better { witness = member }
        switch aggregate {
        case .max, .min: if better { value = number }
        case .mean, .sum, .count, .any, .all, .first: value += number
        }
        count += 1
    }

    var isDecided: Bool {
        ((aggregate == .any || aggregate == .first) && value > 0) || (aggregate == .all && witness != nil)
    }

    var result: QuestionValue? {
        if count == 0 { return nil }
        switch aggregate {
        case .any: return .boolean(value > 0)
        case .all: return .boolean(witness == nil)
        case .mean: return .number(value / Double(count))
        case .first: return witness.map { .number(Double($0)) }
        default: return .number(value)
        }
    }
}
