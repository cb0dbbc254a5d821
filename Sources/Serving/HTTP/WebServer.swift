// The server for HTTP: libmicrohttpd's thread reads and writes, the rules and the table decide, handlers answer.
internal import Threads
internal import CMicroHTTPD
internal import CWebServer
internal import Kernels
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A server that listens from its making on until ``stop()``.
public final class WebServer: @unchecked Sendable {
    /// The port it listens at.
    public let port: Int
    let rules: WebRules
    let limits: WebLimits
    let clock = SteadyClock()
    let connections: ConnectionTable
    let requests: RateLimit
    let refusals: RateLimit
    /// Requests that are not answered to the end.
    let open = Guarded<[ObjectIdentifier: Exchange]>([:])
    let isStopping = Atomic<Bool>(false)
    /// Bytes of bodies that were told of and have not come whole.
    let bodyBytes = Atomic<Int>(0)
    private let table = Guarded(Router(rows: []))
    private let beats = Guarded<[@Sendable (Double) -> Void]>([])
    private var daemon: OpaquePointer?
    private var watch: Watch?

    /// - Parameters:
    ///   - address: where it listens, in numbers; `127.0.0.1` is heard on this machine alone.
    ///   - port: 0 takes one that is free.
    ///   - names: further names that it goes by.
    ///   - secrets: a private key and its certificate as PEM, for HTTPS.
    public init(
        address: String = "127.0.0.1", port: Int = 0, names: [String] = [],
        secrets: WebSecrets? = nil, limits: WebLimits = WebLimits()
    ) throws(ServingError) {
        var taken = UInt16(port)
        var reason: Int32 = 0
        let socket = sg_web_listen(address, &taken, &reason)
        guard socket >= 0 else {
            throw .address(
                address, port: port, isTaken: reason == EADDRINUSE, reason: String(cString: strerror(reason)))
        }
        self.port = Int(taken)
        self.limits = limits
        connections = ConnectionTable(limit: limits.connections)
        rules = WebRules(port: Int(taken), isSecure: secrets != nil, further: names)
        requests = RateLimit(burst: limits.burst, perSecond: limits.perSecond)
        refusals = RateLimit(burst: limits.refusedBurst, perSecond: limits.refusedPerSecond)
        daemon = Self.start(Unmanaged.passUnretained(self).toOpaque(), socket, secrets, limits)
        guard daemon != nil else {
            close(socket)
            throw .library
        }
        watch = try Watch { [unowned self] in beat() }
    }

    private static func start(
        _ context: UnsafeMutableRawPointer, _ socket: Int32, _ secrets: WebSecrets?,
        _ limits: WebLimits
    ) -> OpaquePointer? {
        var settings = sg_web_settings()
        settings.socket = socket
        settings.connections = limits.connections
        settings.connections_per_address = limits.connectionsPerAddress
        settings.connection_memory = limits.headBytes + (16 << 10)
        settings.idle_seconds = UInt32(max(1, limits.requestSeconds.rounded(.up)))
        settings.context = context
        settings.began = { context, target, connection in
            let server = Unmanaged<WebServer>.fromOpaque(context!).takeUnretainedValue()
            let exchange = Exchange(server, connection!, target: String(cString: target!))
            return Unmanaged.passRetained(exchange).toOpaque()
        }
        settings.came = { _, _, _, method, _, bytes, count, owner in
            guard let pointer = owner?.pointee else { return .NO }
            let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
            return exchange.came(method.map { String(cString: $0) } ?? "", bytes, count)
        }
        settings.ended = { _, _, owner, _ in
            guard let pointer = owner?.pointee else { return }
            owner?.pointee = nil
            Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().ended()
        }
        settings.connected = { context, connection, _, what in
            let server = Unmanaged<WebServer>.fromOpaque(context!).takeUnretainedValue()
            if what == .CONNECTION_NOTIFY_STARTED {
                server.connections.add(connection!, sg_web_socket(connection), at: server.clock.now)
            } else {
                server.connections.remove(connection!)
            }
        }
        guard let secrets else { return sg_web_start(&settings) }
        return secrets.key.withCString { key in
            secrets.certificate.withCString { certificate in
                (settings.key, settings.certificate) = (key, certificate)
                return sg_web_start(&settings)
            }
        }
    }

    /// The table of routes from now on. Before it is set there is nothing.
    public func serve(_ rows: [Route]) { table.withLock { $0 = Router(rows: rows) } }

    var router: Router { table.withLock { $0 } }

    /// Has `body` called every quarter of a second, with the time, on the watch's thread.
    public func onBeat(_ body: @escaping @Sendable (_ now: Double) -> Void) { beats.withLock { $0.append(body) } }

    private func beat() {
        let now = clock.now
        connections.cut(before: now - limits.requestSeconds)
        for body in beats.withLock({ $0 }) { body(now) }
    }

    /// Takes no connection from now on; those that are there are answered still.
    public func quiesce() {
        isStopping.store(true, ordering: .sequentiallyConsistent)
        guard let daemon else { return }
        let socket = MHD_quiesce_daemon(daemon)
        if socket >= 0 { close(socket) }
    }

    /// Ends when all requests are answered, or after `seconds`. Whoever holds replies or streams has to let them go.
    public func stop(within seconds: Double = 5) {
        if !isStopping.load(ordering: .sequentiallyConsistent) { quiesce() }
        let end = clock.now + seconds
        while !open.withLock({ $0.isEmpty }) && clock.now < end { usleep(5_000) }
        watch?.stop()
        if let daemon {
            // The library does not end while connections sleep.
            for exchange in open.withLock({ Array($0.values) }) { exchange.letGo() }
            connections.cutAll()
            MHD_stop_daemon(daemon)
        }
        daemon = nil
    }

    deinit { stop(within: 0) }
}

/// The connections that are there, and since when each waits for a request.
final class ConnectionTable: Sendable {
    private struct Connection {
        var socket: Int32
        var since: Double
        var isAnswering = false
        var isCut = false
    }

    /// As many as there may well be at once: seven in eight of those that there can be.
    private let most: Int

    init(limit: UInt32) { most = Int(limit) - Int(limit) / 8 }

    private let table = Guarded<[UInt: Connection]>([:])  // by the library's pointer

    /// Where more are there than may well be, the one that has waited longest for a request is cut for the new one's sake:
    /// whoever opens all and asks for nothing keeps nobody out.
    func add(_ connection: OpaquePointer, _ socket: Int32, at now: Double) {
        let key = UInt(bitPattern: connection)
        table.withLock { table in
            table[key] = Connection(socket: socket, since: now)
            if table.count <= most { return }
            let idle = table.filter { $0.key != key && !$0.value.isAnswering && !$0.value.isCut }
            guard let oldest = idle.min(by: { $0.value.since < $1.value.since }) else { return }
            table[oldest.key]?.isCut = true
            shutdown(oldest.value.socket, Int32(SHUT_RDWR))
        }
    }

    func remove(_ connection: OpaquePointer) {
        let key = UInt(bitPattern: connection)
        table.withLock { $0[key] = nil }
    }

    /// The connection's request is whole.
    func answering(_ connection: OpaquePointer) {
        let key = UInt(bitPattern: connection)
        table.withLock { $0[key]?.isAnswering = true }
    }

    /// The answer is sent; the connection may bring another request.
    func waiting(_ connection: OpaquePointer, at now: Double) {
        let key = UInt(bitPattern: connection)
        table.withLock { table in
            table[key]?.isAnswering = false
            table[key]?.since = now
        }
    }

    /// Cuts those that have been waiting since before a moment. The library sees the end and closes them.
    func cut(before moment: Double) {
        table.withLock { table in
            for one in table.values where !one.isAnswering && one.since < moment {
                shutdown(one.socket, Int32(SHUT_RDWR))
            }
        }
    }

    func cutAll() {
        table.withLock { table in for one in table.values { shutdown(one.socket, Int32(SHUT_RDWR)) } }
    }
}
