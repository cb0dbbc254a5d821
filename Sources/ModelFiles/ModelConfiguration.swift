// A JSON file of settings (config.json and its kin) with typed look-ups.

public import JSONText

/// The members of a JSON settings file. Each look-up returns nil when the key is absent or null, and throws
/// ``ModelFileError/wrongType(file:key:found:expected:)`` when its value is of another kind.
public struct ModelConfiguration: Sendable {
    /// The file, for messages.
    public let file: String
    /// The members of the file's outermost object.
    public let values: JSONObject

    /// Parses a file; throws ``ModelFileError/json(file:_:)``, and `wrongType` when it is no object.
    public init(_ mapping: MappedFile) throws(ModelFileError) {
        let value = try parseJSON(mapping)
        guard case .object(let object) = value else {
            throw .wrongType(file: mapping.name, key: "the whole file", found: value.kind, expected: "an object")
        }
        file = mapping.name
        values = object
    }

    /// The members of an object in a file.
    public init(file: String, values: JSONObject) {
        self.file = file
        self.values = values
    }

    /// The value of `key`, nil when it is absent or null. A dot steps into an object: "rope_parameters.rope_theta".
    public subscript(key: String) -> JSONValue? {
        var value = JSONValue.object(values)
        for part in key.split(separator: ".") {
            guard let member = value[String(part)], !member.isNull else { return nil }
            value = member
        }
        return value
    }

    /// A whole number; nil when the key is absent or null, throws `wrongType` for anything else.
    public func int(_ key: String) throws(ModelFileError) -> Int? {
        try value(key, "a whole number") { $0.int }
    }

    /// A finite number; nil when the key is absent or null, throws `wrongType` for anything else.
    public func double(_ key: String) throws(ModelFileError) -> Double? {
        try value(key, "a finite number") { $0.double }
    }

    /// A boolean; nil when the key is absent or null, throws `wrongType` for anything else.
    public func bool(_ key: String) throws(ModelFileError) -> Bool? {
        try value(key, "true or false") { $0.bool }
    }

    /// A string; nil when the key is absent or null, throws `wrongType` for anything else.
    public func string(_ key: String) throws(ModelFileError) -> String? {
        try value(key, "a string") { $0.string }
    }

    /// Whole numbers; one alone counts as a list of one, as configurations write `eos_token_id`.
    public func integers(_ key: String) throws(ModelFileError) -> [Int]? {
        try value(key, "a whole number or a list of them") { value in
            if let number = value.int { return [number] }
            guard let array = value.array else { return nil }
            let numbers = array.compactMap { $0.int }
            return numbers.count == array.count ? numbers : nil
        }
    }

    /// A list of strings; nil when the key is absent or null, throws `wrongType` for anything else.
    public func strings(_ key: String) throws(ModelFileError) -> [String]? {
        try value(key, "a list of strings") { value in
            guard let array = value.array else { return nil }
            let strings = array.compactMap { $0.string }
            return strings.count == array.count ? strings : nil
        }
    }

    /// `value`, or ``ModelFileError/missingKey(file:key:)`` when it is nil:
    /// `try configuration.require(configuration.int(key), key)`.
    public func require<T>(_ value: T?, _ key: String) throws(ModelFileError) -> T {
        guard let value else { throw .missingKey(file: file, key: key) }
        return value
    }

    private func value<T>(
        _ key: String, _ expected: String, _ convert: (JSONValue) -> T?
    ) throws(ModelFileError) -> T? {
        guard let value = self[key] else { return nil }
        guard let converted = convert(value) else {
            throw .wrongType(file: file, key: key, found: value.kind, expected: expected)
        }
        return converted
    }
}

/// A file's text as JSON; throws ``ModelFileError/json(file:_:)``, and ``ModelFileError/overBudget(file:what:limit:)``.
///
/// Of a key that stands twice the last one counts: people mend these files by hand, and other programs read them so.
func parseJSON(_ mapping: MappedFile) throws(ModelFileError) -> JSONValue {
    try mapping.check(.json)
    do throws(JSONError) {
        return try JSONValue(parsing: mapping.bytes.assumingMemoryBound(to: UInt8.self), lastKeyCounts: true)
    } catch {
        throw .json(file: mapping.name, error)
    }
}

/// A part of the file named `file` as JSON; offsets in errors count from the start of that part.
func parseJSON(
    _ text: UnsafeBufferPointer<UInt8>, file: String, budget: ReadingBudget
) throws(ModelFileError) -> JSONValue {
    do throws(JSONError) {
        return try JSONValue(parsing: text, budget: budget)
    } catch {
        throw .json(file: file, error)
    }
}
