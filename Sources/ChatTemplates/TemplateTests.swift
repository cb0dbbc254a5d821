// The tests of chat templates: `value is name`.

internal import JSONText

typealias TemplateTest = @Sendable (TemplateRun, TemplateValue, TemplateCall) throws(ChatTemplateError) -> Bool

/// The tests, by name.
enum TemplateTests {
    static let table: [String: TemplateTest] = {
        var table = kinds
        for (name, test) in values { table[name] = test }
        for (names, operation) in comparisons {
            for name in names { table[name] = comparison(operation) }
        }
        return table
    }()

    static func unknown(_ name: String, _ line: Int) -> ChatTemplateError {
        .unsupported(
            line: line, what: "the test \(quoted(name))", supported: table.keys.sorted().joined(separator: ", "))
    }

    private static let comparisons: [([String], String)] = [
        (["==", "eq", "equalto"], "=="), (["!=", "ne"], "!="), (["<", "lt", "lessthan"], "<"), (["<=", "le"], "<="),
        ([">", "gt", "greaterthan"], ">"), ([">=", "ge"], ">="), (["in"], "in"),
    ]

    private static func comparison(_ operation: String) -> TemplateTest {
        { (run, value, call) throws(ChatTemplateError) in
            try run.compare(operation, value, try call.only("value", of: operation, run))
        }
    }

    /// A test that takes no arguments and cannot fail.
    private static func plain(_ holds: @escaping @Sendable (TemplateValue) -> Bool) -> TemplateTest {
        { (run, value, call) throws(ChatTemplateError) in
            _ = try call.arguments([], of: "the test", run)
            return holds(value)
        }
    }

    private static let kinds: [String: TemplateTest] = [
        "defined": plain { !$0.isUndefined }, "undefined": plain { $0.isUndefined }, "none": plain { $0.isNone },
        "boolean": plain { if case .bool = $0 { true } else { false } },
        "true": plain { if case .bool(true) = $0 { true } else { false } },
        "false": plain { if case .bool(false) = $0 { true } else { false } },
        "integer": plain { if case .integer = $0 { true } else { false } },
        "float": plain { if case .float = $0 { true } else { false } },
        "number": plain { $0.number != nil }, "string": plain { $0.isString },
        "mapping": plain { if case .mapping = $0 { true } else { false } },
        "sequence": plain {
            switch $0 {
            case .string, .markup, .list, .tuple, .mapping, .range, .undefined: true
            default: false
            }
        },
        "iterable": plain {
            switch $0 {
            case .string, .markup, .list, .tuple, .mapping, .range, .undefined, .view, .iterator, .loop: true
            default: false
            }
        },
        "callable": plain {
            switch $0 {
            case .function, .method, .macro, .joiner, .block, .undefined, .loop: true
            default: false
            }
        },
        "escaped": plain { $0.isMarkup },
    ]

    private static let values: [String: TemplateTest] = [
        "odd": { (run, value, call) throws(ChatTemplateError) in try remainder(run, value, .integer(2), "odd") == 1 },
        "even": { (run, value, call) throws(ChatTemplateError) in try remainder(run, value, .integer(2), "even") == 0 },
        "divisibleby": { (run, value, call) throws(ChatTemplateError) in
            try remainder(run, value, try call.only("num", of: "divisibleby", run), "divisibleby") == 0
        },
        "lower": { (run, value, call) throws(ChatTemplateError) in
            TemplateScalars.isCased(try run.text(of: value), upper: false)
        },
        "upper": { (run, value, call) throws(ChatTemplateError) in
            TemplateScalars.isCased(try run.text(of: value), upper: true)
        },
        "filter": { (run, value, call) throws(ChatTemplateError) in
            try run.checkName(value)
            return value.name.map { TemplateFilters.table[$0] != nil } ?? false
        },
        "test": { (run, value, call) throws(ChatTemplateError) in
            try run.checkName(value)
            return value.name.map { table[$0] != nil } ?? false
        },
        "sameas": { (run, value, call) throws(ChatTemplateError) in
            try isSame(run, value, try call.only("other", of: "sameas", run))
        },
    ]

    private static func remainder(
        _ run: TemplateRun, _ value: TemplateValue, _ divisor: TemplateValue, _ what: String
    ) throws(ChatTemplateError) -> Double? {
        guard value.number != nil, divisor.number != nil else {
            throw run.failure("\(what) takes numbers, not \(value.number == nil ? value.kind : divisor.kind)")
        }
        return try run.arithmetic("%", value, divisor).number
    }

    /// Python's `is`, which asks whether two are one in memory. Lists and dictionaries that are equal count as one here.
    private static func isSame(
        _ run: TemplateRun, _ a: TemplateValue, _ b: TemplateValue
    ) throws(ChatTemplateError) -> Bool {
        switch (a, b) {
        case (.bool, .bool), (.integer, .integer), (.float, .float), (.none, .none): return try run.areEqual(a, b)
        case (.bool, _), (_, .bool), (.integer, _), (_, .integer): return false
        default: return try run.areEqual(a, b)
        }
    }
}

extension TemplateRun {
    fileprivate func checkName(_ value: TemplateValue) throws(ChatTemplateError) {
        switch value {
        case .list, .mapping: throw failure("\(value.kind) is no name")
        default: break
        }
    }
}

/// Python's questions to the characters of a text.
enum TemplateScalars {
    static func isAlphabetic(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    static func isDecimal(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType == .decimal }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.numericType == .decimal || scalar.properties.numericType == .digit
    }

    static func isNumeric(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.numericType != nil }

    static func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool { isAlphabetic(scalar) || isNumeric(scalar) }

    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isUppercase }

    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isLowercase }

    private static func isTitle(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .titlecaseLetter
    }

    /// `isupper` or `islower`: all that have a case have this one, and one does.
    static func isCased(_ text: String, upper: Bool) -> Bool {
        var isFound = false
        for scalar in text.unicodeScalars {
            if isTitle(scalar) || (upper ? isLower(scalar) : isUpper(scalar)) { return false }
            if upper ? isUpper(scalar) : isLower(scalar) { isFound = true }
        }
        return isFound
    }

    /// `istitle`: capitals only at the start of words, small letters only after them.
    static func isTitled(_ text: String) -> Bool {
        var isFound = false
        var isInside = false
        for scalar in text.unicodeScalars {
            if isUpper(scalar) || isTitle(scalar) {
                if isInside { return false }
                (isInside, isFound) = (true, true)
            } else if isLower(scalar) {
                if !isInside { return false }
            } else {
                isInside = false
            }
        }
        return isFound
    }

    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return (first == "_" || first.properties.isXIDStart)
            && text.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
    }
}
