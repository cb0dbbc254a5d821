// Texts with places for values in chat templates: `'%s is %d' % (a, b)` and `'{} is {}'.format(a, b)`.

internal import JSONText

extension TemplateRun {
    // MARK: printf style

    /// `format % values`.
    func percent(_ format: String, _ values: TemplateValue) throws(ChatTemplateError) -> String {
        var positional: [TemplateValue] = [values]
        if case .tuple(let items) = values { positional = items.items }
        var place = 0
        func next(_ run: TemplateRun) throws(ChatTemplateError) -> TemplateValue {
            if place >= positional.count { throw run.failure("there are more places in the text than values for them") }
            place += 1
            return positional[place - 1]
        }
        var usesNames = false
        var rest = Array(format.unicodeScalars)[...]
        var text = String.UnicodeScalarView()
        var size = 0
        while let scalar = rest.popFirst() {
            if scalar != "%" { text.append(scalar); continue }
            var value: TemplateValue?
            let hasName = rest.first == "("
            if hasName {
                value = try named(&rest, values)
                usesNames = true
            }
            var spec = TemplateSpec()
            flags(&rest, &spec)
            if rest.first == "*" {
                rest.removeFirst()
                let width = try wholeNumber(try next(self))
                if width < 0 { spec.align = "<" }
                try reserve(Int(min(width.magnitude, UInt(Int32.max))))
                spec.width = Int(width.magnitude)
            } else {
                spec.width = try TemplateSpec.number(&rest, self) ?? 0
            }
            if rest.first == "." {
                rest.removeFirst()
                if rest.first == "*" {
                    rest.removeFirst()
                    let precision = max(0, try wholeNumber(try next(self)))
                    try reserve(precision)
                    spec.precision = precision
                } else {
                    spec.precision = try TemplateSpec.number(&rest, self) ?? 0
                }
            }
            if let first = rest.first, ["h", "l", "L"].contains(first) { rest.removeFirst() }
            guard let type = rest.popFirst() else { throw failure("the text ends inside of a place for a value") }
            if type == "%" { text.append("%"); continue }
            if !hasName { value = try next(self) }
            let made = try percent(value ?? .none, type, &spec)
            size += made.utf8.count
            try reserve(size)
            text.append(contentsOf: made.unicodeScalars)
        }
        var takesAny = usesNames
        switch values {
        case .mapping, .list, .range, .undefined: takesAny = true
        default: break
        }
        if place < positional.count, !takesAny {
            throw failure("there are more values than places in the text for them")
        }
        return String(text)
    }

    /// `(name)` and the value of that name.
    private func named(
        _ rest: inout ArraySlice<Unicode.Scalar>, _ values: TemplateValue
    ) throws(ChatTemplateError) -> TemplateValue {
        guard case .mapping(let mapping) = values else { throw failure("a text with names takes a dictionary") }
        rest.removeFirst()
        var depth = 1
        var name: [Unicode.Scalar] = []
        while let scalar = rest.popFirst() {
            if scalar == "(" { depth += 1 }
            if scalar == ")" { depth -= 1 }
            if depth == 0 { break }
            name.append(scalar)
        }
        guard depth == 0, let value = mapping[String(scalars: name)] else {
            throw failure("the dictionary does not have \(quoted(String(scalars: name)))")
        }
        return value
    }

    private func flags(_ rest: inout ArraySlice<Unicode.Scalar>, _ spec: inout TemplateSpec) {
        var isZero = false
        while let flag = rest.first, ["-", "+", " ", "#", "0"].contains(flag) {
            switch flag {
            case "-": spec.align = "<"
            case "+": spec.sign = "+"
            case " ": if spec.sign == nil { spec.sign = " " }
            case "#": spec.isAlternate = true
            default: isZero = true
            }
            rest.removeFirst()
        }
        if isZero, spec.align == nil {
            spec.fill = "0"
            spec.align = "="
        }
    }

    private func wholeNumber(_ value: TemplateValue) throws(ChatTemplateError) -> Int {
        guard let number = value.integer else { throw failure("* takes an integer, not \(value.kind)") }
        return number
    }

    private func percent(
        _ value: TemplateValue, _ type: Unicode.Scalar, _ spec: inout TemplateSpec
    ) throws(ChatTemplateError) -> String {
        spec.type = type
        switch type {
        case "s", "r", "a":
            let text = type == "s" ? try self.text(of: value) : try literal(value, asciiOnly: type == "a")
            return textual(text, spec)
        case "c":
            if let text = value.string, text.unicodeScalars.count == 1 { return textual(text, spec) }
            spec.precision = nil
            return textual(try spec.text(of: try wholeNumber(value), self), spec)
        case "d", "i", "u", "x", "X", "o":
            var number = value.integer
            if case .float(let float) = value, "diu".unicodeScalars.contains(type) {
                number = Int(exactly: float.rounded(.towardZero))
                if number == nil { throw failure("\(float) is no number of 64 bits") }
            }
            guard let number else { throw failure("%\(type) takes a number, not \(value.kind)") }
            let digits = spec.precision
            spec.precision = nil
            if "diu".unicodeScalars.contains(type) { spec.type = "d" }
            guard let digits else { return try spec.text(of: number, self) }
            // A precision is the least number of digits.
            var whole = TemplateSpec()
            whole.type = spec.type
            whole.sign = spec.sign
            whole.isAlternate = spec.isAlternate
            let prefixed = (number < 0 || spec.sign != nil ? 1 : 0) + (spec.isAlternate && spec.type != "d" ? 2 : 0)
            (whole.width, whole.fill, whole.align) = (digits + prefixed, "0", "=")
            return textual(try whole.text(of: number, self), spec)
        case "e", "E", "f", "F", "g", "G":
            guard let number = value.number else { throw failure("%\(type) takes a number, not \(value.kind)") }
            return try spec.text(of: number, self)
        default: throw failure("%\(type) is no place for a value")
        }
    }

    private func textual(_ text: String, _ spec: TemplateSpec) -> String {
        var padding = spec
        padding.fill = " "
        if padding.align == "=" { padding.align = ">" }
        let cut =
            spec.type == "s" || spec.type == "r" || spec.type == "a"
            ? spec.precision.map { String(scalars: text.unicodeScalars.prefix($0)) } ?? text : text
        return padding.padded("", cut, ">")
    }

    /// Python's `repr`, or `ascii`.
    private func literal(_ value: TemplateValue, asciiOnly: Bool) throws(ChatTemplateError) -> String {
        let text = try representation(of: value)
        if !asciiOnly { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar.isASCII { escaped.unicodeScalars.append(scalar); continue }
            escaped += String(pythonLiteral(String(scalar), asciiOnly: true).dropFirst().dropLast())
        }
        return escaped
    }

    // MARK: str.format

    /// `format.format(…)`.
    func braces(
        _ format: String, _ given: TemplateCall, depth: Int = 0, count: inout Int
    ) throws(ChatTemplateError) -> String {
        if format.isEmpty { return "" }
        if depth > 1 { throw failure("places for values nest too deep in the text") }
        var rest = Array(format.unicodeScalars)[...]
        var text = String.UnicodeScalarView()
        var size = 0
        while let scalar = rest.popFirst() {
            if scalar == "}" {
                if rest.popFirst() != "}" { throw failure("the text has a single }") }
                text.append("}")
            } else if scalar != "{" {
                text.append(scalar)
            } else if rest.first == "{" {
                text.append(rest.removeFirst())
            } else {
                let made = try field(&rest, given, depth, &count)
                size += made.utf8.count
                try reserve(size)
                text.append(contentsOf: made.unicodeScalars)
            }
        }
        return String(text)
    }

    /// `name.attribute[item]!conversion:spec}` after its opening brace.
    private func field(
        _ rest: inout ArraySlice<Unicode.Scalar>, _ given: TemplateCall, _ depth: Int, _ count: inout Int
    ) throws(ChatTemplateError) -> String {
        var name: [Unicode.Scalar] = []
        var brackets = 0
        while let scalar = rest.first, brackets > 0 || !["}", "!", ":"].contains(scalar) {
            if scalar == "[" { brackets += 1 }
            if scalar == "]" { brackets -= 1 }
            if scalar == "{" { throw failure("a place in the text has a { in its name") }
            name.append(rest.removeFirst())
        }
        var conversion: Unicode.Scalar?
        if rest.first == "!" {
            rest.removeFirst()
            conversion = rest.popFirst()
        }
        var spec: [Unicode.Scalar] = []
        if rest.first == ":" {
            rest.removeFirst()
            var braces = 0
            while let scalar = rest.first, braces > 0 || scalar != "}" {
                if scalar == "{" { braces += 1 }
                if scalar == "}" { braces -= 1 }
                spec.append(rest.removeFirst())
            }
        }
        if rest.popFirst() != "}" { throw failure("a place in the text has no end") }
        var value = try fieldValue(name, given, &count)
        switch conversion {
        case nil: break
        case "s": value = .string(try text(of: value))
        case "r", "a": value = .string(try literal(value, asciiOnly: conversion == "a"))
        default: throw failure("a place in the text has an unknown conversion")
        }
        let inner = try braces(String(scalars: spec), given, depth: depth + 1, count: &count)
        return try formatted(value, inner)
    }

    private func fieldValue(
        _ name: [Unicode.Scalar], _ given: TemplateCall, _ count: inout Int
    ) throws(ChatTemplateError) -> TemplateValue {
        let first = String(scalars: name.prefix { $0 != "." && $0 != "[" })
        var rest = name[first.unicodeScalars.count...]
        var value: TemplateValue
        if first.isEmpty || first.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            if first.isEmpty ? count < 0 : count > 0 { throw failure("the text numbers some of its places only") }
            let index = first.isEmpty ? count : Int(first) ?? Int.max
            count = first.isEmpty ? count + 1 : -1
            guard index < given.positional.count else { throw failure("there are more places in the text than values") }
            value = given.positional[index]
        } else {
            try spend(given.named.count / 8)
            let isName = first.utf8.count <= TemplateValue.longestName
            guard isName, let own = given.named.first(where: { $0.name == first }) else {
                throw failure("the text asks for \(quoted(first)), which is not given")
            }
            value = own.value
        }
        while let sign = rest.popFirst() {
            let part = rest.prefix { sign == "[" ? $0 != "]" : $0 != "." && $0 != "[" }
            rest = rest.dropFirst(part.count)
            if sign == "[", rest.popFirst() != "]" { throw failure("a place in the text has a [ without its ]") }
            let text = String(scalars: part)
            value =
                sign == "["
                ? try item(of: value, Int(text).map(TemplateValue.integer) ?? .string(text))
                : try attribute(of: value, text)
            if case .undefined(let why) = value { throw failure("\(why) is asked for by the text") }
        }
        return value
    }
}
