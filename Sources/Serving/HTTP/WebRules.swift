// What every request is held against, in one place, before its route's handler hears of it; and what every answer has.
internal import Phrases

/// Why a request is refused, in words.
enum Refusal {
    static let stranger = Phrase(
        "This page belongs to whoever started it. Open the address that stepglass printed; it is good once.",
        "這個頁面屬於啟動它的人。請開啟 stepglass 印出的網址；每個網址只能用一次。")
    static let host = Phrase("this server does not go by that name", "這個伺服器不叫這個名字")
    static let origin = Phrase("another page may not ask this server", "其他網頁不能要求這個伺服器")
    static let nothing = Phrase("there is nothing here", "這裡沒有東西")
    static let method = Phrase("that cannot be done here", "這裡不能這樣做")
    static let head = Phrase("the request is malformed", "請求的格式不對")
    static let type = Phrase("the body is of another type than is read here", "內容的類型不是這裡讀的")
    static let tooMany = Phrase("too many requests; wait a moment", "請求太多；請稍候")
    static let ending = Phrase("the server is ending", "伺服器正在結束")
    static func body(_ limit: Int) -> Phrase {
        Phrase("the body is larger than \(limit) bytes", "內容大於 \(limit) 位元組")
    }
}

/// The sizes and times that a server keeps to.
public struct WebLimits: Sendable {
    /// Connections at once, of all and of one address.
    public var connections: UInt32 = 64
    public var connectionsPerAddress: UInt32 = 64
    /// Bytes of a request's line and headers, roughly.
    public var headBytes = 16 << 10
    /// A connection that has brought no whole request for so long is cut, however it trickles.
    public var requestSeconds = 30.0
    /// A stream without events says so often that it is alive.
    public var heartbeatSeconds = 15.0
    /// Requests of one address: so many at once, and so many a second after.
    public var burst = 400.0
    public var perSecond = 200.0
    /// Bytes of bodies that are on their way at once, small ones left out: they are kept before anybody's cookie is looked up.
    public var bodyBytes = 256 << 20
    static let smallBody = 32 << 10
    /// Those of one address whose secret is wrong, which is how one is guessed.
    public var refusedBurst = 40.0
    public var refusedPerSecond = 2.0

    public init() {}
}

/// The rules of one server.
public struct WebRules: Sendable {
    /// The names that it goes by, as `127.0.0.1:8017`. A page of another name is not ours, whatever address it leads to:
    /// that is how a name that is made to point here (DNS rebinding) gets nothing.
    public let hosts: Set<String>
    /// `http` or `https`.
    public let scheme: String

    /// The names of this machine alone, and those that are given.
    public init(port: Int, isSecure: Bool = false, further names: [String] = []) {
        scheme = isSecure ? "https" : "http"
        hosts = Set((["127.0.0.1", "localhost", "[::1]"] + names).map { "\($0):\(port)" })
    }

    /// Why the name that the request asks for is not ours; nil where it is.
    func refusal(host request: WebRequest) -> Phrase? {
        let named = request.headers.filter { $0.name == "host" }
        return named.count == 1 && hosts.contains(named[0].value.lowercased()) ? nil : Refusal.host
    }

    /// Why the request is refused before its holder is looked at; nil where it may go on.
    func refusal(_ request: WebRequest, _ route: Route) -> (status: UInt32, phrase: Phrase)? {
        if let phrase = refusal(host: request) { return (421, phrase) }
        let origins = request.headers.filter { $0.name == "origin" }
        let isOurs = origins.count == 1 && hosts.contains { origins[0].value.lowercased() == "\(scheme)://\($0)" }
        if route.method == .get {
            // Browsers send no Origin with a plain GET of the same page; where one is sent, it is ours.
            if !origins.isEmpty && !isOurs { return (403, Refusal.origin) }
            let site = request.header("sec-fetch-site")
            if !route.isPage, let site, site != "same-origin" { return (403, Refusal.origin) }
            return nil
        }
        guard isOurs else { return (403, Refusal.origin) }
        let type = request.header("content-type").map {
            $0.split(separator: ";", omittingEmptySubsequences: false)[0].filter { $0 != " " }.lowercased()
        }
        guard let type, route.bodyTypes.contains(type) else { return (415, Refusal.type) }
        return nil
    }

    /// What all answers have; an answer's own header of the same name stands in its place.
    static let headers: [(name: String, value: String)] = [
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
