// Writes JSON into bytes, deterministically: members in the order given, floats in their shortest exact form.

/// An append-only JSON text. The caller opens and closes containers; commas are put by the writer.
///
///     var json = JSONWriter()
///     json.object { json in json.member("id", 7); json.array("logits") { $0.value(1.5) } }
public struct JSONWriter: Sendable {
    /// The UTF-8 text since the beginning, or since the last ``drain()``.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    public init() {}

    /// Hands over what is written so far and empties the buffer; for writing to a file in pieces.
    public mutating func drain() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func begin() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func open(_ byte: UInt8) { begin(); bytes.append(byte); needsComma = false }
    private mutating func close(_ byte: UInt8) { bytes.append(byte); needsComma = true }

    /// An opening or closing brace alone, for texts written in pieces.
    public mutating func openObject() { open(UInt8(ascii: "{")) }
    /// Ends the object that ``openObject()`` began; nothing checks that the two pair up.
    public mutating func closeObject() { close(UInt8(ascii: "}")) }
    /// An opening bracket alone, for texts written in pieces.
    public mutating func openArray() { open(UInt8(ascii: "[")) }
    /// Ends the array that ``openArray()`` began; nothing checks that the two pair up.
    public mutating func closeArray() { close(UInt8(ascii: "]")) }

    /// A line break between values: files stay greppable and diffable.
    public mutating func newline() {
        if needsComma { bytes.append(UInt8(ascii: ",")); needsComma = false }; bytes.append(UInt8(ascii: "\n"))
    }

    /// A member's key with its colon; one value must follow. Nothing checks that the key is new.
    public mutating func key(_ key: String) {
        begin()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A key that is written out already, with its quotation marks and colon: for keys that come again and again.
    public mutating func key(written key: [UInt8]) {
        begin()
        bytes.append(contentsOf: key)
        needsComma = false
    }

    /// An object as the next value, with the members that `body` writes.
    public mutating func object<E>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        openObject(); try body(&self); closeObject()
    }
    /// An array as the next value, with the items that `body` writes.
    public mutating func array<E>(_ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        openArray(); try body(&self); closeArray()
    }
    /// An object as the member `name`, with the members that `body` writes.
    public mutating func object<E>(_ name: String, _ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        key(name); try object(body)
    }
    /// An array as the member `name`, with the items that `body` writes.
    public mutating func array<E>(_ name: String, _ body: (inout JSONWriter) throws(E) -> Void) throws(E) {
        key(name); try array(body)
    }

    /// The word `null` as the next value.
    public mutating func null() { begin(); bytes.append(contentsOf: "null".utf8) }
    /// `true` or `false` as the next value.
    public mutating func value(_ flag: Bool) { begin(); bytes.append(contentsOf: (flag ? "true" : "false").utf8) }
    /// All digits of an integer; beyond ±2^53 many readers round them.
    public mutating func value(_ number: Int) { begin(); bytes.append(contentsOf: number.description.utf8) }
    /// All digits of an integer of 64 bits.
    public mutating func value(_ number: Int64) { begin(); bytes.append(contentsOf: number.description.utf8) }
    /// A string in quotation marks; control characters, `"`, `\` and U+007F are escaped, all else stays UTF-8.
    public mutating func value(_ text: String) { begin(); quote(text) }

    /// A float in the fewest digits that read back as the same 32-bit float; infinities and NaN become null.
    public mutating func value(_ number: Float) {
        guard number.isFinite else { return null() }
        begin()
        bytes.append(contentsOf: number.description.utf8)
    }

    /// A double in the fewest digits that read back as the same; infinities and NaN become null.
    public mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        begin()
        bytes.append(contentsOf: number.description.utf8)
    }

    /// A key and `true` or `false`.
    public mutating func member(_ name: String, _ content: Bool) { key(name); value(content) }
    /// A key and an integer, all its digits.
    public mutating func member(_ name: String, _ content: Int) { key(name); value(content) }
    /// A member that is a whole number of 64 bits.
    public mutating func member(_ name: String, _ content: Int64) { key(name); value(content) }
    /// A key and a 32-bit float; null when it is not finite.
    public mutating func member(_ name: String, _ content: Float) { key(name); value(content) }
    /// A key and a double; null when it is not finite.
    public mutating func member(_ name: String, _ content: Double) { key(name); value(content) }
    /// A key and a string, escaped as needed.
    public mutating func member(_ name: String, _ content: String) { key(name); value(content) }
    /// A key and an integer; nil is null.
    public mutating func member(_ name: String, _ content: Int?) {
        key(name); if let content { value(content) } else { null() }
    }
    /// A key and a 32-bit float; nil and what is not finite are null.
    public mutating func member(_ name: String, _ content: Float?) {
        key(name); if let content { value(content) } else { null() }
    }
    /// A key and a double; nil and what is not finite are null.
    public mutating func member(_ name: String, _ content: Double?) {
        key(name); if let content { value(content) } else { null() }
    }
    /// A key and a string; nil is null.
    public mutating func member(_ name: String, _ content: String?) {
        key(name); if let content { value(content) } else { null() }
    }

    /// A parsed value, written back as it was.
    public mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .number(let text): begin(); bytes.append(contentsOf: text.utf8)
        case .string(let text): value(text)
        case .array(let values): array { json in for item in values { json.value(item) } }
        case .object(let object):
            self.object { json in for (name, item) in object.members { json.key(name); json.value(item) } }
        }
    }

    /// A string literal whose bytes are ASCII without quotation marks or backslashes (base64, hex), copied as they are.
    public mutating func value(plainASCII text: [UInt8]) {
        begin()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { buffer in
            // Stretches that need no escape are copied whole.
            var start = 0
            for place in 0..<buffer.count {
                let byte = buffer[place]
                if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7F { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start..<place]))
                escape(byte)
                start = place + 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        default:
            bytes.append(contentsOf: #"\u00"#.utf8)
            for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
    }
}
