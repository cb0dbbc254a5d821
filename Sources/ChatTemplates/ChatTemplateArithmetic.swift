// Arithmetic and joining in chat templates, with Python's rules and without overflow.

extension TemplateEvaluator {
    mutating func arithmetic(
        _ operation: String, _ a: TemplateValue, _ b: TemplateValue, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        if operation == "~" {
            try reserve(a.shape.size + b.shape.size, line: line)
            return .string(a.text + b.text)
        }
        if let x = a.integer, let y = b.integer, operation != "/" {
            return try integer(operation, x, y, line: line)
        }
        if let x = a.number, let y = b.number { return try float(operation, x, y, line: line) }
        switch (operation, a, b) {
        case ("+", .string(let x), .string(let y)):
            try reserve(x.utf8.count + y.utf8.count, line: line)
            return .string(x + y)
        case ("+", .sequence(let x, _), .sequence(let y, _)):
            if x.count + y.count > Self.sizeLimit / 16 {
                throw .tooMuch(line: line, what: "the template makes a list of \(x.count + y.count) items")
            }
            return try made(x + y, line: line)
        case ("*", .string(let text), .integer(let count)), ("*", .integer(let count), .string(let text)):
            let (bytes, isTooMuch) = text.utf8.count.multipliedReportingOverflow(by: max(count, 0))
            try reserve(isTooMuch ? Int64.max : Int64(bytes), line: line)
            return .string(String(repeating: text, count: max(count, 0)))
        default:
            throw .wrongValue(line: line, what: "\(a.kind) and \(b.kind) do not go together with \(operation)")
        }
    }

    private func integer(
        _ operation: String, _ a: Int, _ b: Int, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        var result: (partialValue: Int, overflow: Bool)
        switch operation {
        case "+": result = a.addingReportingOverflow(b)
        case "-": result = a.subtractingReportingOverflow(b)
        case "*": result = a.multipliedReportingOverflow(by: b)
        case "**": return try power(a, b, line: line)
        default:
            if b == 0 { throw .wrongValue(line: line, what: "division by 0") }
            // Python rounds down: the remainder has the divisor's sign.
            let remainder = a.remainderReportingOverflow(dividingBy: b)
            let fix = remainder.partialValue != 0 && (remainder.partialValue < 0) != (b < 0)
            if operation == "%" {
                return .integer(remainder.partialValue + (fix ? b : 0))
            }
            result = a.dividedReportingOverflow(by: b)
            if fix { result.partialValue -= 1 }
        }
        if result.overflow { throw .tooMuch(line: line, what: "a number grows beyond 64 bits") }
        return .integer(result.partialValue)
    }

    private func power(_ base: Int, _ exponent: Int, line: Int) throws(ChatTemplateError) -> TemplateValue {
        guard (0...64).contains(exponent) else {
            throw .unsupported(line: line, what: "the exponent \(exponent)", supported: "0…64")
        }
        var value = 1
        for _ in 0..<exponent {
            let (product, overflow) = value.multipliedReportingOverflow(by: base)
            if overflow { throw .tooMuch(line: line, what: "a number grows beyond 64 bits") }
            value = product
        }
        return .integer(value)
    }

    private func float(
        _ operation: String, _ a: Double, _ b: Double, line: Int
    ) throws(ChatTemplateError) -> TemplateValue {
        switch operation {
        case "+": return .float(a + b)
        case "-": return .float(a - b)
        case "*": return .float(a * b)
        case "/", "//", "%":
            if b == 0 { throw .wrongValue(line: line, what: "division by 0") }
            if operation == "/" { return .float(a / b) }
            let quotient = (a / b).rounded(.down)
            return .float(operation == "//" ? quotient : a - quotient * b)
        default: throw .unsupported(line: line, what: "a power of floats", supported: "powers of integers")
        }
    }
}
