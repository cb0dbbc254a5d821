// The same pages with the engine behind them in place of the one inside: what a server shows.
internal import Traces

/// The modules that only a served page has.
private let servedFolder = "served/"

extension PageFile {
    var isOfServer: Bool { name.hasPrefix(servedFolder) }
}

/// A page as its server sends it.
public struct ServerPage: Sendable {
    public var bytes: [UInt8]
    /// Its Content-Security-Policy, for the answer's header too, which says more than a page can.
    public var policy: String
}

/// The page of runs that a server's engine makes.
public func servedPage() throws(ViewerError) -> ServerPage {
    try served(.run, ["title": Array(pageTitle("").utf8)[...]])
}

/// The book of a course whose engine is the server's.
///
/// - Parameter course: as for ``bookPage(course:title:engine:into:)``.
public func servedBook(course: [UInt8], title: String) throws(ViewerError) -> ServerPage {
    let packed: [UInt8]
    do { packed = base64(try deflated(course, looksFor: .repetitions)) } catch { throw .trace(error) }
    return try served(.book, ["title": Array(pageTitle(title).utf8)[...], "course": packed[...]])
}

/// The book of a course as a class works in it: the engine is inside the page, answers go to the server.
///
/// - Parameter sink: gets the bytes of the page.
/// - Returns: its Content-Security-Policy.
public func classBook(
    course: [UInt8], title: String, engine: PageEngine, into sink: (ArraySlice<UInt8>) -> Void
) throws(ViewerError) -> String {
    var values = try PageEngine.values(engine)
    do { values["course"] = base64(try deflated(course, looksFor: .repetitions))[...] } catch { throw .trace(error) }
    values["title"] = Array(pageTitle(title).utf8)[...]
    values["engine-policy"] = (values["engine-policy"] ?? []) + Array("; connect-src 'self'".utf8)
    return try fillPage(.classBook, values, into: sink) + "; frame-ancestors 'none'"
}

/// The page of a class's room: for joining, for the teacher, for the board.
public func roomPage(title: String) throws(ViewerError) -> ServerPage {
    try served(.room, ["title": Array(pageTitle(title).utf8)[...]])
}

private func served(
    _ kind: PageKind, _ matter: [String: ArraySlice<UInt8>]
) throws(ViewerError) -> ServerPage {
    var values = try PageEngine.values(nil).merging(matter) { $1 }
    // The network is the server that the page came from, and nothing else.
    values["engine-policy"] = Array("; connect-src 'self'".utf8)[...]
    var bytes: [UInt8] = []
    let policy = try fillPage(kind, isServed: true, values) { bytes += $0 }
    return ServerPage(bytes: bytes, policy: policy + "; frame-ancestors 'none'")
}
