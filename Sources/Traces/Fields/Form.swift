// How a Swift value stands in JSON: its shape, how it is written, how it is read. Fields are made of forms.
import JSONText

struct Form<Value: Sendable>: Sendable {
    let shape: ForSchema<Shape>
    let write: @Sendable (Value, inout JSONWriter, Extent) -> Void
    /// Errors name the way from the value on.
    let read: @Sendable (JSONValue, Bounds) throws(TraceError) -> Value
    /// The value as data to be worded for people, where people are told.
    let tell: (@Sendable (Value) -> FieldValue)?

    @inline(__always)
    init(
        _ shape: @autoclosure () -> Shape, tell: (@Sendable (Value) -> FieldValue)? = nil,
        write: @escaping @Sendable (Value, inout JSONWriter, Extent) -> Void,
        read: @escaping @Sendable (JSONValue, Bounds) throws(TraceError) -> Value
    ) {
        self.shape = ForSchema(shape())
        self.tell = tell
        self.write = write
        self.read = read
    }

    /// The same, told to people in another way.
    func told(_ tell: @escaping @Sendable (Value) -> FieldValue) -> Form {
        Form(shape.fact, tell: tell, write: write, read: read)
    }

    /// The same, but the page takes no number, and no length, outside of these.
    func drawable(from low: Double? = nil, to high: Double? = nil) -> Form {
        Form(.drawable(shape.fact, from: low, to: high), tell: tell, write: write, read: read)
    }

    static func object(_ table: FieldTable<Value>) -> Form {
        Form(.object(table.schema.fact.name), write: { table.write($0, &$1, $2) }) {
            (value, bounds) throws(TraceError) in
            try table.read(value, bounds)
        }
    }

    /// `null` when there is nothing to say.
    static func orNull<Wrapped: Sendable>(_ form: Form<Wrapped>) -> Form where Value == Wrapped? {
        Form(
            .orNull(form.shape.fact),
            write: { value, json, extent in
                if let value { form.write(value, &json, extent) } else { json.null() }
            },
            read: { (value, bounds) throws(TraceError) in value.isNull ? nil : try form.read(value, bounds) })
    }

    /// A field that stands in a file only where there is something to say.
    static func present<Wrapped: Sendable>(_ form: Form<Wrapped>) -> Form where Value == Wrapped? {
        Form(
            form.shape.fact, write: { value, json, extent in if let value { form.write(value, &json, extent) } },
            read: { (value, bounds) throws(TraceError) in try form.read(value, bounds) })
    }

    /// - Parameter lines: whether each element stands on a line of its own.
    static func list<Element: Sendable>(_ form: Form<Element>, atLeast: Int = 0, lines: Bool = false) -> Form
    where Value == [Element] {
        Form(
            .list(form.shape.fact, atLeast: atLeast),
            write: { values, json, extent in
                json.openArray()
                for value in values {
                    if lines { json.newline() }
                    form.write(value, &json, extent)
                }
                json.closeArray()
            },
            read: { (value, bounds) throws(TraceError) in
                try elements(value) { (element, _) throws(TraceError) in try form.read(element, bounds) }
            })
    }
}

// MARK: Numbers

extension Form where Value == Int {
    private static func whole(
        _ shape: @autoclosure () -> Shape, _ range: @escaping @Sendable (Bounds) -> ClosedRange<Int>
    ) -> Form {
        Form(shape(), tell: { .whole($0) }, write: { value, json, _ in json.value(value) }) {
            (value, bounds) throws(TraceError) in try wholeNumber(value, range(bounds))
        }
    }

    // Nothing is counted beyond what an `Int` of the page's engine holds: both machines take the same files, and sums of a
    // few counts need no care.
    static let most = Int(Int32.max)
    static var count: Form { whole(.count) { _ in 0...most } }
    static var size: Form { size(to: most) }
    static func size(to limit: Int) -> Form { whole(.size) { _ in 1...limit } }
    /// A count that keeps its description beside it in the schema.
    static var number: Form { whole(.integer(minimum: 0)) { _ in 0...most } }
    static var tokenID: Form { whole(.count) { 0...($0.vocabularySize - 1) } }
    /// How many of the vocabulary's tokens: what reads it may make room for as many.
    static var tokenCount: Form { whole(.count) { 0...$0.vocabularySize } }
    /// 0 is the embedding, n the output of layer n.
    static var layer: Form { whole(.count) { 0...$0.layers } }
    /// A step from 1 on; that it lies above another is checked where that one is known.
    static var laterStep: Form { whole(.size) { _ in 0...most } }
}

extension Form where Value == Int64 {
    /// What may be more than fits an `Int` of the page's engine: bytes and parameters.
    static var count: Form {
        Form(.count, tell: { .number(Double($0)) }, write: { value, json, _ in json.value(value) }) {
            (value, _) throws(TraceError) in
            guard let number = value.int64 else { throw .field(path: "", problem: "is no whole number") }
            // Up to there a number of JSON is exact everywhere.
            if number < 0 || number > 1 << 53 {
                throw .field(path: "", problem: "is \(number); it must be 0…\(Int64(1) << 53)")
            }
            return number
        }
    }
}

extension Form where Value == Double {
    private static func finite(_ shape: @autoclosure () -> Shape, _ range: ClosedRange<Double> = allNumbers) -> Form {
        Form(shape(), tell: { .number($0) }, write: { value, json, _ in json.value(value) }) {
            (value, _) throws(TraceError) in try finiteNumber(value, range)
        }
    }

    static var number: Form { finite(.number) }
    static var probability: Form { finite(.probability, probabilityRange) }
    static var seconds: Form { finite(.drawable(.seconds, from: 0)) }
    /// In bits: no vocabulary has 2⁶⁴ tokens. Sums of floats may leave a little less than nothing.
    static var entropy: Form { finite(.range(entropyRange), entropyRange) }
    static var fraction: Form { finite(.fraction, 0...1) }
}

extension Form where Value == UInt128 {
    /// As text: more digits than a JSON number keeps.
    static var digits: Form {
        Form(.pattern("^[0-9]{1,39}$"), write: { value, json, _ in json.value("\(value)") }) {
            (value, _) throws(TraceError) in
            let digits = try plainText(value)
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt128(digits) else {
                throw .field(path: "", problem: "is no whole number below 2^128")
            }
            return number
        }
    }
}

extension Form where Value == Float {
    /// A logit in the digits of a 32-bit float.
    static var logit: Form {
        Form(.number, write: { value, json, _ in json.value(value) }) { (value, _) throws(TraceError) in
            guard case .number(let text) = value, let logit = Float(text), logit.isFinite else {
                throw .field(path: "", problem: "is no finite 32-bit number")
            }
            return logit
        }
    }
}

extension Form where Value == [Float?] {
    /// Logits in the digits of 32-bit floats.
    static var logits: Form {
        Form(
            .list(.orNull(.number)),
            write: { values, json, _ in
                json.openArray()
                for value in values { if let value { json.value(value) } else { json.null() } }
                json.closeArray()
            },
            read: { (value, _) throws(TraceError) in
                try elements(value) { (element, _) throws(TraceError) -> Float? in
                    if element.isNull { return nil }
                    guard case .number(let text) = element, let logit = Float(text), logit.isFinite else {
                        throw .field(path: "", problem: "is no finite 32-bit number")
                    }
                    return logit
                }
            })
    }
}

// MARK: Texts

extension Form where Value == Bool {
    static var flag: Form {
        Form(.flag, tell: { .flag($0) }, write: { value, json, _ in json.value(value) }) {
            (value, _) throws(TraceError) in
            guard let flag = value.bool else { throw .field(path: "", problem: "is neither true nor false") }
            return flag
        }
    }
}

extension Form where Value == String {
    static var text: Form { text(.text) }
    static func text(_ shape: @autoclosure () -> Shape) -> Form {
        Form(shape(), tell: { .word($0) }, write: { value, json, _ in json.value(value) }) {
            (value, _) throws(TraceError) in try plainText(value)
        }
    }

    /// The text of one token: real ones stay under a few hundred characters.
    static var tokenText: Form { text.drawable(to: 4096) }

    /// One of the words of an enumeration, kept as text.
    static func word<Word: RawRepresentable & CaseIterable>(of type: Word.Type) -> Form where Word.RawValue == String {
        let words = Word.allCases.map { $0.rawValue }
        return Form(.words(words), write: { value, json, _ in json.value(value) }) {
            (value, _) throws(TraceError) in
            let text = try plainText(value)
            guard words.contains(text) else { throw notAWord(text, words) }
            return text
        }
    }
}

extension Form where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
    /// One of the words of an enumeration.
    static var word: Form {
        let cases = Array(Value.allCases)
        let words = cases.map { $0.rawValue }
        return Form(
            .words(words), tell: { .word($0.rawValue) }, write: { value, json, _ in json.value(value.rawValue) }
        ) { (value, _) throws(TraceError) in
            let text = try plainText(value)
            guard let place = words.firstIndex(of: text) else { throw notAWord(text, words) }
            return cases[place]
        }
    }
}

extension Form where Value == [UInt8] {
    /// Bytes in hexadecimal.
    static var bytes: Form {
        Form(.bytes, write: { value, json, _ in json.value(hexadecimal(value)) }) {
            (value, _) throws(TraceError) in try hexBytes(value)
        }
    }

    /// The bytes of one token.
    static var tokenBytes: Form { bytes.drawable(to: 8192) }
}
