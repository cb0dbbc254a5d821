// The table of what can be asked for, and how a request finds its row.

/// Who may use a route. One value for each kind of holder; a class adds its own.
public struct Access: Sendable {
    /// Whether the request's holder may come in.
    public let admits: @Sendable (WebRequest) -> Bool
    /// What is answered to others.
    public let refusal: @Sendable (WebRequest) -> WebAnswer

    public init(
        admits: @escaping @Sendable (WebRequest) -> Bool, refusal: @escaping @Sendable (WebRequest) -> WebAnswer
    ) {
        (self.admits, self.refusal) = (admits, refusal)
    }

    /// Everybody: what such a route does must harm nobody.
    public static let everybody = Access(admits: { _ in true }, refusal: { _ in .words(403, Refusal.stranger) })
}

/// One row of the table.
///
/// A handler runs on the network's thread and must not compute or wait: what takes long goes to another thread with the
/// ``Reply``.
public struct Route: Sendable {
    public typealias Handler = @Sendable (WebRequest, Reply) -> Void

    let method: Method
    /// The parts of the path; one that begins with `:` stands for any part and gives it that name.
    let pattern: [String]
    let access: Access
    /// The most bytes of a body.
    let bodyLimit: Int
    /// The types of a body, as `application/json`; a form of another page can have none of them.
    let bodyTypes: [String]
    /// Whether the answer is a page that a person opens: such a GET may come from anywhere.
    let isPage: Bool
    let handler: Handler

    /// - Parameter pattern: as `/open/:token`.
    public init(
        _ method: Method, _ pattern: String, _ access: Access, isPage: Bool = false, bodyLimit: Int = 0,
        bodyTypes: [String] = ["application/json"], _ handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern.split(separator: "/").map(String.init)
        self.access = access
        self.isPage = isPage
        self.bodyLimit = method == .get ? 0 : bodyLimit
        self.bodyTypes = bodyTypes
        self.handler = handler
    }

    /// The parts that have names where the path is of this pattern, else nil.
    func names(in path: [String]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var names: [String: String] = [:]
        for (part, wanted) in zip(path, pattern) {
            if wanted.hasPrefix(":") { names[String(wanted.dropFirst())] = part } else if part != wanted { return nil }
        }
        return names
    }
}

/// All rows, asked for one.
struct Router: Sendable {
    enum Finding {
        case row(Route, [String: String])
        case otherMethod
        case nothing
    }

    let rows: [Route]

    func find(_ method: Method?, _ path: [String]) -> Finding {
        var isThere = false
        for row in rows {
            guard let names = row.names(in: path) else { continue }
            if row.method == method { return .row(row, names) }
            isThere = true
        }
        return isThere ? .otherMethod : .nothing
    }
}
