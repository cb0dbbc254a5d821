// The forms of values by name: a stage's numbers, a model's tensor types, what settings keep by token or by step.
import JSONText

extension Dictionary where Key: Comparable {
    /// The members by rising key. Only keys are sorted: for the page, sorting is compiled anew for each type that is sorted.
    package var inKeyOrder: [(key: Key, value: Value)] { Array(keys).sorted().map { ($0, self[$0]!) } }
}

/// Reads an object whose names the file chooses, member by member in its order.
private func members(
    _ value: JSONValue, _ body: (String, JSONValue) throws(TraceError) -> Void
) throws(TraceError) {
    for (name, value) in try ObjectReader(value).object.members { try body(name, value) }
}

/// A token id or a step as a name.
private func numberKey(_ name: String) throws(TraceError) -> Int {
    guard let number = Int(name), number >= 0, number.description == name else {
        throw .field(path: shortened(name), problem: "is no whole number of 0 or more")
    }
    return number
}

extension Form where Value == [StageRecord.Parameter] {
    /// A number that is none (NaN) is null.
    static var parameters: Form {
        Form(
            .map(.orNull(.number)),
            write: { parameters, json, _ in
                json.object { json in for parameter in parameters { json.member(parameter.name, parameter.value) } }
            },
            read: { (value, _) throws(TraceError) in
                var parameters: [StageRecord.Parameter] = []
                try members(value) { (name, value) throws(TraceError) in
                    let number =
                        value.isNull ? .nan : try within(name) { () throws(TraceError) in try finiteNumber(value) }
                    parameters.append(StageRecord.Parameter(name, number))
                }
                return parameters
            })
    }
}

extension Form where Value == [(type: String, count: Int)] {
    static var tensorTypes: Form {
        Form(
            .map(.count), tell: { .counts($0.map { (name: $0.type, count: $0.count) }) },
            write: { types, json, _ in
                json.object { json in for entry in types { json.member(entry.type, entry.count) } }
            },
            read: { (value, _) throws(TraceError) in
                var types: [(type: String, count: Int)] = []
                try members(value) { (name, value) throws(TraceError) in
                    let count = try within(name) { () throws(TraceError) in try wholeNumber(value) }
                    types.append((type: name, count: count))
                }
                return types
            })
    }
}

extension Form where Value == [String: Double] {
    /// Numbers by name, in name order.
    static var numbers: Form {
        Form(
            .map(.number), tell: { .numbers($0.inKeyOrder.map { (name: $0.key, number: $0.value) }) },
            write: { numbers, json, _ in
                json.object { json in
                    for (name, number) in numbers.inKeyOrder { json.member(name, number) }
                }
            },
            read: { (value, _) throws(TraceError) in
                var numbers: [String: Double] = [:]
                try members(value) { (name, value) throws(TraceError) in
                    numbers[name] = try within(name) { () throws(TraceError) in try finiteNumber(value) }
                }
                return numbers
            })
    }
}

extension Form where Value == [Int: Double] {
    /// By token id; null stands for −∞, which JSON numbers cannot.
    static var biases: Form {
        Form(
            .map(.orNull(.number), keys: digitsPattern),
            tell: { .biases($0.inKeyOrder.map { (id: $0.key, bias: $0.value) }) },
            write: { biases, json, _ in
                json.object { json in
                    for (id, bias) in biases.inKeyOrder { json.member(id.description, bias) }
                }
            },
            read: { (value, _) throws(TraceError) in
                var biases: [Int: Double] = [:]
                try members(value) { (name, value) throws(TraceError) in
                    let bias =
                        value.isNull
                        ? -.infinity : try within(name) { () throws(TraceError) in try finiteNumber(value) }
                    biases[try numberKey(name)] = bias
                }
                return biases
            })
    }
}

extension Form where Value == [Int: Int] {
    /// Tokens by step.
    static var tokensByStep: Form {
        Form(
            .map(.count, keys: digitsPattern),
            tell: { .forced($0.inKeyOrder.map { (step: $0.key, id: $0.value) }) },
            write: { tokens, json, _ in
                json.object { json in
                    for (step, id) in tokens.inKeyOrder { json.member(step.description, id) }
                }
            },
            read: { (value, _) throws(TraceError) in
                var tokens: [Int: Int] = [:]
                try members(value) { (name, value) throws(TraceError) in
                    let id = try within(name) { () throws(TraceError) in try wholeNumber(value) }
                    tokens[try numberKey(name)] = id
                }
                return tokens
            })
    }
}
