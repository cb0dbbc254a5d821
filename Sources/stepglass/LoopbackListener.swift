// A port of this machine that nobody else can reach, for `stepglass dap --port`.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Takes connections, one at a time.
final class LoopbackListener {
    private let descriptor: Int32
    /// The port that it got.
    let port: Int

    /// - Parameter port: 0 takes one that is free.
    init(port: Int) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let own = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                own >= 0 && bind(own, pointer, size) == 0 && listen(own, 4) == 0
                    && getsockname(own, pointer, &size) == 0
            }
        }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        if isBound { return }
        let reason = systemReason()
        throw Failure(
            "cannot listen at port \(port): \(reason.english); choose another with --port, or 0 for any that is free",
            "無法在連接埠 \(port) 等候連線：\(reason.chinese)；請用 --port 另選一個，或用 0 取任一可用的")
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next connection; nil once it is not wanted any more.
    func next(while isWanted: () -> Bool) -> Int32? {
        while isWanted() {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 200) <= 0 { continue }
            let connection = accept(descriptor, nil, nil)
            if connection >= 0 { return connection }
        }
        return nil
    }
}
