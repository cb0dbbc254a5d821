// The forms that only settings have.
import JSONText

/// The largest integer up to which every integer is a JSON number in every reader: 2^53.
let exactIntegerLimit: Int64 = 1 << 53

/// A seed that JSON can hold as a number without loss; larger ones are written as a string of digits.
func exactSeed(_ seed: String) -> Int64? {
    guard let number = Int64(seed), (0...exactIntegerLimit).contains(number), number.description == seed else {
        return nil
    }
    return number
}

extension Form where Value == String {
    /// A number up to 2^53, or any unsigned 128-bit number as a string of digits.
    static var seed: Form {
        Form(
            .either(.integer(minimum: 0, maximum: exactIntegerLimit), .pattern(digitsPattern)), tell: { .word($0) },
            write: { seed, json, _ in
                if let number = exactSeed(seed) { json.value(number) } else { json.value(seed) }
            },
            read: { (value, _) throws(TraceError) in
                guard case .string(let digits) = value else {
                    guard let number = value.int64 else { throw .field(path: "", problem: "is no whole number") }
                    guard (0...exactIntegerLimit).contains(number) else {
                        throw .field(path: "", problem: "is \(number); it must be 0…\(exactIntegerLimit)")
                    }
                    return number.description
                }
                guard UInt128(digits) != nil else {
                    throw .field(
                        path: "", problem: "is \"\(shortened(digits))\", not an unsigned 128-bit number in digits")
                }
                return digits
            })
    }
}

extension Form where Value == String? {
    static var typed: Form { Form.orNull(.text).told { .text($0) } }
}

extension Form where Value == [String] {
    /// What somebody typed.
    static var typed: Form { Form.list(.text).told { .texts($0) } }
    /// Names whose order matters.
    static var order: Form { Form.list(.text).told { .order($0) } }
    static var heads: Form { Form.list(.text(.pattern(#"^[0-9]+\.[0-9]+$"#))).told { .words($0) } }
}

extension Form where Value == [Int] {
    /// Any ids: what the vocabulary holds is checked before a run.
    static var tokens: Form { Form.list(.count).told { .tokens($0) } }
    /// Places in a text.
    static var positions: Form { Form.list(.count).told { .words($0.map { "\($0)" }) } }
}

extension Form where Value == [RecordKind] {
    static var kinds: Form {
        let kind = Form<RecordKind>(
            .words(RecordKind.allCases.map { $0.rawValue }), write: { kind, json, _ in json.value(kind.rawValue) }
        ) { (value, _) throws(TraceError) in
            guard let kind = value.string.flatMap({ RecordKind(rawValue: $0) }) else {
                let kinds = RecordKind.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw .field(path: "", problem: "must be one of \(kinds)")
            }
            return kind
        }
        return Form.list(kind).told { .words($0.map { $0.rawValue }) }
    }
}

extension Form where Value == JSONValue {
    /// A list of objects that are kept as they are.
    static var objects: Form {
        Form(
            .list(.anyObject),
            write: { value, json, _ in json.value(value) },
            read: { (value, _) throws(TraceError) in
                .array(
                    try elements(value) { (element, _) throws(TraceError) in
                        if element.object == nil { throw .field(path: "", problem: "is no object") }
                        return element
                    })
            })
    }
}

extension Form where Value == JSONValue? {
    /// An object that is kept as it is, where there is one.
    static var kept: Form {
        Form(
            .anyObject, write: { value, json, _ in json.value(value ?? .null) },
            read: { (value, _) throws(TraceError) in
                if value.object == nil { throw .field(path: "", problem: "is no object") }
                return value
            })
    }

    /// A list of objects as one line of JSON, where there is one.
    static var objects: Form {
        Form.present(Form<JSONValue>.objects).told { value in
            .word(
                value.map { value in
                    var json = JSONWriter()
                    json.value(value)
                    return String(decoding: json.bytes, as: UTF8.self)
                } ?? "")
        }
    }
}

extension Form where Value == String? {
    static var date: Form {
        Form.present(Form<String>.text(.pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))).told { .word($0 ?? "") }
    }
}
