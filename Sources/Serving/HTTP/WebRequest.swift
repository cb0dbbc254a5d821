// A request as the router has it, and its answer: values, with nothing of the library in them.
public import Phrases

/// How something is asked for; whatever else there is in HTTP is refused.
public enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
}

/// One request, whole.
public struct WebRequest: Sendable {
    public let method: Method
    /// The parts of the path between slashes, each of letters, digits and `-._~` alone; empty for `/`.
    public let path: [String]
    /// `name=value` of the query, decoded, in their order.
    public let query: [(name: String, value: String)]
    /// The headers, their names in small letters, in their order.
    public let headers: [(name: String, value: String)]
    /// The address that the connection comes from, as `127.0.0.1`.
    public let address: String
    /// The parts of the path that the row of the table calls by a name.
    public internal(set) var named: [String: String] = [:]
    /// What came with it.
    public internal(set) var body: [UInt8] = []

    /// A header's value by its name in small letters; nil where there is none.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    /// A value of the query.
    public func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// The value of a cookie.
    public func cookie(_ name: String) -> String? {
        for (header, text) in headers where header == "cookie" {
            // By bytes: others who share the machine's name may have put any into theirs.
            for pair in text.utf8.split(separator: UInt8(ascii: ";")) {
                let trimmed = pair.drop { $0 == UInt8(ascii: " ") }
                guard let equal = trimmed.firstIndex(of: UInt8(ascii: "=")),
                    trimmed[..<equal].elementsEqual(name.utf8)
                else { continue }
                return String(Substring(trimmed[trimmed.index(after: equal)...]))
            }
        }
        return nil
    }
}

/// What is answered.
public struct WebAnswer: Sendable {
    public enum Matter: Sendable {
        case bytes([UInt8])
        /// An open file, closed when it was sent.
        case file(descriptor: Int32, size: UInt64)
        /// Events from after the number on; nil: from now on. `of`: whose stream it is, in a log that many listen to.
        case events(EventLog, after: Int?, of: String)
    }

    /// 200 and its like.
    public var status: UInt32
    /// As `text/html; charset=utf-8`.
    public var type: String
    public var matter: Matter
    /// Beside those that all answers have.
    public var headers: [(name: String, value: String)] = []

    public init(
        _ matter: Matter, type: String, status: UInt32 = 200, headers: [(name: String, value: String)] = []
    ) {
        (self.matter, self.type, self.status, self.headers) = (matter, type, status, headers)
    }

    /// A line of words, in both languages since a browser's is not asked.
    public static func words(_ status: UInt32, _ phrase: Phrase) -> WebAnswer {
        WebAnswer(
            .bytes(Array("\(phrase.english)\n\(phrase.chinese)\n".utf8)), type: "text/plain; charset=utf-8",
            status: status)
    }

    /// The same as a page for somebody who may be at the right place all the same: a browser that came by a link in another
    /// page keeps its cookie to itself the first time, and sends it from a page of ours.
    static func page(_ status: UInt32, _ phrase: Phrase) -> WebAnswer {
        let page = """
            <!doctype html><html lang="en"><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>Stepglass 步鏡</title>
            <p>\(phrase.english)<p lang="zh-TW">\(phrase.chinese)
            <p><a href="/">I have opened it: go on · <span lang="zh-TW">我已經開啟：繼續</span></a></html>

            """
        return WebAnswer(.bytes(Array(page.utf8)), type: "text/html; charset=utf-8", status: status)
    }

    /// JSON that is written already.
    public static func json(_ bytes: [UInt8], status: UInt32 = 200) -> WebAnswer {
        WebAnswer(.bytes(bytes), type: "application/json", status: status)
    }

    /// Goes elsewhere, by GET.
    public static func redirect(to path: String, headers: [(name: String, value: String)] = []) -> WebAnswer {
        WebAnswer(
            .bytes([]), type: "text/plain; charset=utf-8", status: 303, headers: headers + [("Location", path)])
    }
}

/// Where the answer to a request goes: once, from any thread, now or later.
public struct Reply: Sendable {
    private let send: @Sendable (WebAnswer) -> Void

    /// - Parameter send: takes the first answer; later ones are dropped by it.
    public init(_ send: @escaping @Sendable (WebAnswer) -> Void) { self.send = send }

    public func callAsFunction(_ answer: WebAnswer) { send(answer) }
}
