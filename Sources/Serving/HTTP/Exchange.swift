// One request on its way in and its answer on the way out. All but `finish` runs on the network's thread.
internal import Synchronization
internal import Threads
internal import CMicroHTTPD
internal import CWebServer
internal import Kernels

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A request from its first line to the last byte of its answer.
final class Exchange: @unchecked Sendable {
    private enum Phase { case line, body, answering }
    /// What other threads and the network's both look at.
    private struct Meeting {
        var answer: WebAnswer?
        /// Whether the connection sleeps until there is an answer.
        var isHeld = false
        var isAnswered = false
        var stream: EventStream?
    }

    private unowned let server: WebServer
    private let connection: OpaquePointer
    private let target: String
    private var phase = Phase.line
    private var request: WebRequest?
    /// What of ``WebServer/bodyBytes`` is for this one's body.
    private var bodyRoom = 0
    private var route: Route?
    private let meeting = Guarded(Meeting())

    init(_ server: WebServer, _ connection: OpaquePointer, target: String) {
        (self.server, self.connection, self.target) = (server, connection, target)
        server.open.withLock { $0[ObjectIdentifier(self)] = self }
    }

    /// The library has something: the head, a part of the body, its end (no bytes), or the connection is awake again.
    func came(
        _ method: String, _ bytes: UnsafePointer<CChar>?, _ count: UnsafeMutablePointer<Int>?
    ) -> MHD_Result {
        switch phase {
        case .line:
            phase = .body
            guard let refused = begin(method) else { return .YES }
            return queue(refused)
        case .body:
            guard let route, let count, count.pointee > 0 else { break }
            // Its length was told and is kept to by the library.
            guard let bytes, (request?.body.count ?? 0) + count.pointee <= route.bodyLimit else { return .NO }
            bytes.withMemoryRebound(to: UInt8.self, capacity: count.pointee) {
                request?.body.append(contentsOf: UnsafeBufferPointer(start: $0, count: count.pointee))
            }
            count.pointee = 0
            return .YES
        case .answering: return settle()
        }
        phase = .answering
        giveRoom()
        server.connections.answering(connection)
        guard let request, let route else { return .NO }
        self.request = nil
        route.handler(request, Reply { [self] in finish($0) })
        return settle()
    }

    /// Holds the head against the rules; returns an answer where it is refused.
    private func begin(_ method: String) -> WebAnswer? {
        let address = addressText()
        let now = server.clock.now
        if server.isStopping.load(ordering: .relaxed) {
            return .words(503, Refusal.ending)
        }
        guard server.requests.takes(address, at: now) else { return .words(429, Refusal.tooMany) }
        return refusal(method, address)
    }

    private func refusal(_ method: String, _ address: String) -> WebAnswer? {
        let headers = headerList()
        let parsed = Target(target)
        var request = WebRequest(
            method: Method(rawValue: method) ?? .get, path: parsed?.path ?? [], query: parsed?.query ?? [],
            headers: headers, address: address)
        let finding = parsed.map { server.router.find(Method(rawValue: method), $0.path) } ?? .nothing
        guard case .row(let route, let names) = finding else {
            if let wrong = server.rules.refusal(host: request) { return .words(421, wrong) }
            if case .otherMethod = finding { return .words(405, Refusal.method) }
            return .words(404, Refusal.nothing)
        }
        if let (status, phrase) = server.rules.refusal(request, route) { return .words(status, phrase) }
        request.named = names
        guard route.access.admits(request) else {
            // Counted where a secret was wrong and nowhere else: what a page of another origin makes a browser ask, or a
            // path that is not there, must not keep those out who share its address.
            let isLeft = server.refusals.takes(address, at: server.clock.now)
            return isLeft ? route.access.refusal(request) : .words(429, Refusal.tooMany)
        }
        if request.header("transfer-encoding") != nil { return .words(411, Refusal.head) }
        if let length = request.header("content-length") {
            guard let count = Int(length), count >= 0 else { return .words(400, Refusal.head) }
            guard count <= route.bodyLimit else { return .words(413, Refusal.body(route.bodyLimit)) }
            guard takeRoom(count) else { return .words(503, Refusal.tooMany) }
            request.body.reserveCapacity(count)
        }
        self.request = request
        self.route = route
        return nil
    }

    /// Takes room for a body that is still to come; false where bodies that are still to come take all there is. A small one
    /// needs none: as many as there are connections fit.
    private func takeRoom(_ count: Int) -> Bool {
        if count <= WebLimits.smallBody { return true }
        let now = server.bodyBytes.add(count, ordering: .relaxed).newValue
        bodyRoom = count
        // A single one is as large as its route allows.
        return now <= max(server.limits.bodyBytes, count)
    }

    private func giveRoom() {
        server.bodyBytes.subtract(bodyRoom, ordering: .relaxed)
        bodyRoom = 0
    }

    private func addressText() -> String {
        var text = [CChar](repeating: 0, count: 64)
        sg_web_address(connection, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func headerList() -> [(name: String, value: String)] {
        final class List { var all: [(name: String, value: String)] = [] }
        let list = List()
        MHD_get_connection_values(
            connection, .HEADER_KIND,
            { context, _, name, value in
                let list = Unmanaged<List>.fromOpaque(context!).takeUnretainedValue()
                // No name of ours, and no value but a cookie's, has other bytes than ASCII's; to compare text that is more
                // takes the longer the more accents a stranger puts on a letter.
                guard isASCII(name!) else { return .YES }
                let isCookie = strcasecmp(name!, "cookie") == 0
                if let value, !isCookie, !isASCII(value) { return .YES }
                list.all.append((String(cString: name!).lowercased(), value.map { String(cString: $0) } ?? ""))
                return .YES
            }, Unmanaged.passUnretained(list).toOpaque())
        return list.all
    }

    // MARK: the answer

    /// Takes the answer, from any thread; a second one is dropped.
    private func finish(_ answer: WebAnswer) {
        meeting.withLock { meeting in
            guard !meeting.isAnswered else { return }
            meeting.isAnswered = true
            meeting.answer = answer
            if meeting.isHeld { MHD_resume_connection(connection) }
            meeting.isHeld = false
        }
    }

    /// Sends the answer, or lets the connection sleep until there is one.
    private func settle() -> MHD_Result {
        let answer: WebAnswer? = meeting.withLock { meeting in
            if let answer = meeting.answer {
                meeting.answer = nil
                return answer
            }
            if !meeting.isAnswered {
                MHD_suspend_connection(connection)
                meeting.isHeld = true
            }
            return nil
        }
        return answer.map { queue($0) } ?? .YES
    }

    private func queue(_ answer: WebAnswer) -> MHD_Result {
        guard let response = response(answer) else { return .NO }
        defer { MHD_destroy_response(response) }
        let own = Set(answer.headers.map { $0.name.lowercased() })
        for (name, value) in WebRules.headers where !own.contains(name.lowercased()) {
            MHD_add_response_header(response, name, value)
        }
        for (name, value) in answer.headers { MHD_add_response_header(response, name, value) }
        MHD_add_response_header(response, "Content-Type", answer.type)
        return MHD_queue_response(connection, answer.status, response)
    }

    private func response(_ answer: WebAnswer) -> OpaquePointer? {
        switch answer.matter {
        case .bytes(let bytes):
            return bytes.withUnsafeBytes {
                MHD_create_response_from_buffer(
                    $0.count, UnsafeMutableRawPointer(mutating: $0.baseAddress),
                    MHD_ResponseMemoryMode.RESPMEM_MUST_COPY)
            }
        case .file(let descriptor, let size): return MHD_create_response_from_fd64(size, descriptor)
        case .events(let log, let number, let owner):
            let stream = EventStream()
            meeting.withLock { $0.stream = stream }
            log.attach(stream, after: number, of: owner)
            let source = Unmanaged.passRetained(StreamSource(stream, connection)).toOpaque()
            return MHD_create_response_from_callback(
                UInt64.max, 32 << 10,
                { context, _, bytes, room in
                    Unmanaged<StreamSource>.fromOpaque(context!).takeUnretainedValue().take(bytes!, room)
                }, source, { Unmanaged<StreamSource>.fromOpaque($0!).takeRetainedValue().stream.end() })
        }
    }

    /// Ends a request that nobody answered in time.
    func letGo() {
        finish(.words(503, Refusal.ending))
        meeting.withLock { $0.stream }?.end()
    }

    /// All is sent, or the connection is gone.
    func ended() {
        giveRoom()
        // A handler may still hold the reply: its answer goes nowhere.
        meeting.withLock { $0.isAnswered = true }
        server.connections.waiting(connection, at: server.clock.now)
        server.open.withLock { $0[ObjectIdentifier(self)] = nil }
    }
}

/// A stream of events as the library takes it.
private final class StreamSource: @unchecked Sendable {
    let stream: EventStream
    private let connection: OpaquePointer

    init(_ stream: EventStream, _ connection: OpaquePointer) { (self.stream, self.connection) = (stream, connection) }

    func take(_ bytes: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        bytes.withMemoryRebound(to: UInt8.self, capacity: room) { bytes in
            // A stream that has nothing to send sleeps: the library would ask again and again.
            stream.take(bytes, room: room, sleep: { MHD_suspend_connection(connection) }) { [self] in
                MHD_resume_connection(connection)
            }
        }
    }
}

private func isASCII(_ text: UnsafePointer<CChar>) -> Bool {
    // Whether a C character has a sign is the processor's choice.
    var place = text
    while place.pointee != 0, UInt8(truncatingIfNeeded: place.pointee) < 0x80 { place += 1 }
    return place.pointee == 0
}
