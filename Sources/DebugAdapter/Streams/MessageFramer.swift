// Bytes to messages: `Content-Length` headers, an empty line, JSON. Whoever sends them is not trusted: every size is bounded,
// and what is wrong is told, never a trap. Used by the thread that reads a client's bytes.
public import JSONText

/// What a client's bytes came to.
public enum Incoming: Equatable, Sendable {
    /// One JSON value, whatever it is.
    case message(JSONValue)
    /// A message that cannot be read; the ones after it can.
    case broken(FramingFault)
    /// Where the next message begins is not known any more.
    case lost(FramingFault)
}

/// What is wrong with a message before it is one.
public enum FramingFault: Error, Equatable, Sendable {
    /// No `Content-Length` among the headers, or two.
    case lengths(found: Int)
    /// The length is no whole number, or one that no message has.
    case badLength(String)
    /// A header without a colon, or bytes that are no ASCII.
    case badHeader(String)
    /// The headers have no end within so many bytes.
    case endlessHeaders(limit: Int)
    /// A message of more bytes than are read; it was passed over.
    case tooLong(bytes: Int, limit: Int)
    /// What stands behind the headers is no JSON.
    case notJSON(String)
    /// The stream ended within a message.
    case cut
}

/// Cuts a stream of bytes into messages.
public struct MessageFramer {
    /// The most bytes of a message, and of its headers.
    public static let limitBytes = 1 << 24, limitHeaderBytes = 4096

    private enum State {
        case headers
        case body(Int)
        case passing(Int)
        case lost
    }

    private var state = State.headers
    private var bytes: [UInt8] = []

    /// At the beginning of a stream.
    public init() {}

    /// Takes the next bytes of the stream; returns what is complete.
    public mutating func feed(_ more: some Collection<UInt8>) -> [Incoming] {
        if case .lost = state { return [] }
        bytes.append(contentsOf: more)
        var found: [Incoming] = []
        var start = 0
        while let next = take(from: &start) {
            found.append(next)
            if case .lost = next {
                (state, bytes) = (.lost, [])
                return found
            }
        }
        bytes.removeFirst(start)
        return found
    }

    /// To be called where the stream ends.
    public func end() -> Incoming? {
        switch state {
        case .headers: bytes.isEmpty ? nil : .lost(.cut)
        case .body, .passing: .lost(.cut)
        case .lost: nil
        }
    }

    /// The next message that begins at `start`; nil while its bytes are not all there.
    private mutating func take(from start: inout Int) -> Incoming? {
        while true {
            switch state {
            case .lost: return nil
            case .headers:
                guard let end = headersEnd(from: start) else {
                    let isEndless = bytes.count - start > Self.limitHeaderBytes
                    return isEndless ? .lost(.endlessHeaders(limit: Self.limitHeaderBytes)) : nil
                }
                let length: Int
                do { length = try Self.length(bytes[start..<end]) } catch { return .lost(error) }
                start = end + 4
                state = length > Self.limitBytes ? .passing(length) : .body(length)
                if length > Self.limitBytes { return .broken(.tooLong(bytes: length, limit: Self.limitBytes)) }
            case .passing(let left):
                let passed = min(left, bytes.count - start)
                start += passed
                state = passed == left ? .headers : .passing(left - passed)
                if passed < left { return nil }
            case .body(let length):
                if bytes.count - start < length { return nil }
                let body = Array(bytes[start..<(start + length)])
                start += length
                state = .headers
                do { return .message(try JSONValue(parsing: body, budget: .editor)) } catch {
                    return .broken(.notJSON("\(error)"))
                }
            }
        }
    }

    /// Where the empty line behind the headers begins: at the first of its four bytes.
    private func headersEnd(from start: Int) -> Int? {
        let last = min(bytes.count, start + Self.limitHeaderBytes) - 4
        var place = start
        while place <= last {
            if bytes[place] == 13, bytes[place + 1] == 10, bytes[place + 2] == 13, bytes[place + 3] == 10 {
                return place
            }
            place += 1
        }
        return nil
    }

    /// The length that the headers name.
    private static func length(_ headers: ArraySlice<UInt8>) throws(FramingFault) -> Int {
        guard headers.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 13 || $0 == 10 || $0 == 9 }) else {
            throw .badHeader("?")
        }
        var lengths: [String] = []
        for line in String(decoding: headers, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: true) {
            guard let colon = line.firstIndex(of: ":") else { throw .badHeader(String(line.prefix(40))) }
            if line[..<colon].lowercased() != "content-length" { continue }
            lengths.append(String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }))
        }
        guard lengths.count == 1 else { throw .lengths(found: lengths.count) }
        let text = lengths[0]
        // Twelve digits are more than is ever passed over, and fit every integer.
        guard !text.isEmpty, text.utf8.count <= 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let length = Int(text)
        else { throw .badLength(String(text.prefix(40))) }
        return length
    }
}

/// A message with its headers, as it goes over the stream.
public func framed(_ body: [UInt8]) -> [UInt8] { Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body }
