// Bytes of a connection, sent to a server in this process over the loopback.
internal import Generation
internal import Kernels
internal import Phrases
internal import Requests
internal import Serving
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A server that answers whatever rate it is asked at.
private let server: LiveServer = {
    let compute = Compute(threads: 1)
    let entry = LiveHost.Shelf.Entry(name: "tiny", title: Phrase(same: "tiny"), purpose: Phrase(same: "tiny"))
    let shelf = LiveHost.Shelf([entry], first: "tiny") { _ throws(RequestError) in tinyModel }
    var settings = LiveSettings()
    (settings.limits.requestSeconds, settings.limits.heartbeatSeconds) = (5, 0.25)
    (settings.limits.burst, settings.limits.perSecond) = (1e9, 1e9)
    (settings.limits.refusedBurst, settings.limits.refusedPerSecond) = (1e9, 1e9)
    let page = ServedPage(bytes: Array("<!doctype html><title>a page</title>".utf8), policy: "default-src 'none'")
    signal(SIGPIPE, SIG_IGN)
    do { return try LiveServer(page, settings) { Engine(compute: compute, shelf: shelf, host: $0) } } catch {
        broken("\(error)")
    }
}()

/// The cookie of one who came in.
private let cookie: [UInt8] = {
    let token = server.address.split(separator: "/").last ?? ""
    let answer = talk(
        "GET /open/\(token) HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nConnection: close\r\n\r\n".utf8.map { $0 })
    let head = String(decoding: answer, as: UTF8.self)
    guard let line = head.split(separator: "\r\n").first(where: { $0.lowercased().hasPrefix("set-cookie: ") }),
        let pair = line.dropFirst("set-cookie: ".count).split(separator: ";").first
    else { broken("the server lets nobody in: \(head)") }
    return Array(pair.utf8)
}()

/// What a call gives that no signal interrupted: libFuzzer's clock is one.
private func whole<Count: SignedInteger>(_ call: () -> Count) -> Count {
    while true {
        let given = call()
        if given >= 0 || errno != EINTR { return given }
    }
}

/// Sends bytes and takes what comes until the other side has no more.
private func talk(_ bytes: [UInt8]) -> [UInt8] {
    #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { broken("no socket: \(errno)") }
    defer { close(descriptor) }
    // Closed at once: a million connections would else use up the ports.
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    var patience = timeval(tv_sec: 12, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(server.port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isOpen = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
            whole { connect(descriptor, place, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
    // After an interruption the connection is made all the same, and the second call may find it there.
    guard isOpen == 0 || errno == EISCONN else { broken("the server takes no connection: \(errno)") }
    var sent = 0
    while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes { bytes in
            whole { send(descriptor, bytes.baseAddress, bytes.count, 0) }
        }
        if count <= 0 { break }
        sent += count
    }
    shutdown(descriptor, Int32(SHUT_WR))
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = whole { recv(descriptor, &room, room.count, 0) }
        if count <= 0 { break }
        answer += room[..<count]
        // A stream of events ends when the reader goes; it says ": " when it is alive.
        if answer.count > 1 << 20 || answer.suffix(4).elementsEqual(": \n\n".utf8) { break }
    }
    return answer
}

extension FuzzTarget {
    /// A connection's bytes, `PORT` and `COOKIE` in them put in; the server answers, and goes on afterwards.
    static let http = FuzzTarget("http") { _ in
        let body = #"{"request":"models"}"#
        let size = [UInt8(body.utf8.count), 0, 0, 0] + Array(body.utf8)
        func request(_ line: String, _ headers: String, _ body: [UInt8] = []) -> [UInt8] {
            Array("\(line) HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nConnection: close\r\n\(headers)\r\n".utf8) + body
        }
        return [
            request("GET /", "Cookie: COOKIE\r\n"), request("GET /favicon.ico", ""),
            request("GET /open/abc", "Origin: null\r\n"),
            request("GET /%2e%2e/%00?a=%41&b", "Cookie: a=b; COOKIE; c\r\n"),
            request(
                "POST /engine/call?id=1",
                "Cookie: COOKIE\r\nOrigin: http://127.0.0.1:PORT\r\nContent-Type: application/x-stepglass-message\r\nContent-Length: \(size.count)\r\n",
                size),
            request(
                "POST /engine/cancel",
                "Cookie: COOKIE\r\nOrigin: http://127.0.0.1:PORT\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
                Array("8\r\n{\"id\":1}\r\n0\r\n\r\n".utf8)),
            request("HEAD /", ""), request("PUT /x", "Content-Length: 99999999999999999999\r\n"),
        ]
    } run: { bytes in
        var sent: [UInt8] = []
        let port = Array("\(server.port)".utf8)
        var place = 0
        while place < bytes.count {
            let rest = bytes[place...]
            if rest.starts(with: "PORT".utf8) {
                sent += port
                place += 4
            } else if rest.starts(with: "COOKIE".utf8) {
                sent += cookie
                place += 6
            } else {
                sent.append(bytes[place])
                place += 1
            }
        }
        _ = talk(sent)
    }
}
