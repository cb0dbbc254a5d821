// What happens, told to those who listen: events with numbers, the last of which are kept for who was cut off.

internal import Threads

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Whether there is a line end in a text, which is seldom, and these texts are long.
private func hasLineEnd(_ text: [UInt8]) -> Bool {
    text.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return false }
        return memchr(base, 0x0A, bytes.count) != nil || memchr(base, 0x0D, bytes.count) != nil
    }
}

/// The events of one session.
public final class EventLog: Sendable {
    private struct Entry {
        var number: Int
        /// As it goes over the network.
        var bytes: [UInt8]
    }

    private struct State {
        /// Those from ``first`` on are kept; the places before are emptied, and given up many at a time.
        var entries: [Entry] = []
        var first = 0
        var bytes = 0
        var last = 0
        var streams: [(stream: EventStream, owner: String)] = []
        var isClosed = false
    }

    private let state = Guarded(State())
    /// Bytes of events that are kept.
    private let room: Int
    /// Streams of one owner; the oldest is ended for a further one. A browser has one for each of its pages.
    private static let mostOfOne = 8

    public init(room: Int = 16 << 20) { self.room = room }

    /// Adds an event.
    ///
    /// - Parameter data: text without line ends, as JSON on one line.
    public func add(_ name: String, _ data: [UInt8]) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.last += 1
            var bytes = Array("id: \(state.last)\nevent: \(name)\ndata: ".utf8)
            bytes.reserveCapacity(bytes.count + data.count + 2)
            // A line end in the data would end the event.
            if hasLineEnd(data) { bytes += data.filter { $0 != 0x0A && $0 != 0x0D } } else { bytes += data }
            bytes += [0x0A, 0x0A]
            state.entries.append(Entry(number: state.last, bytes: bytes))
            state.bytes += bytes.count
            while state.bytes > room, state.first < state.entries.count - 1 {
                state.bytes -= state.entries[state.first].bytes.count
                state.entries[state.first].bytes = []
                state.first += 1
            }
            if 2 * state.first > state.entries.count {
                state.entries.removeFirst(state.first)
                state.first = 0
            }
            state.streams.removeAll { !$0.stream.add(bytes) }
        }
    }

    /// The number of the last event.
    public var last: Int { state.withLock { $0.last } }

    /// Lets `stream` have all events after a number, nil: those to come. Where some of them are gone, or the number is of
    /// another log, an event `lost` comes first: whoever listens has to look anew.
    ///
    /// - Parameter owner: whose it is, in a log that many listen to.
    func attach(_ stream: EventStream, after number: Int?, of owner: String = "") {
        // Whoever is further behind than what is kept has to look anew anyhow.
        stream.allow(2 * room)
        state.withLock { state in
            while state.streams.count(where: { $0.owner == owner }) >= Self.mostOfOne,
                let oldest = state.streams.firstIndex(where: { $0.owner == owner })
            {
                state.streams.remove(at: oldest).stream.end()
            }
            _ = stream.add(Array("retry: 1000\n\n".utf8))
            if let number {
                let kept = state.entries[state.first...]
                let oldest = kept.first?.number ?? state.last + 1
                if number > state.last || number < oldest - 1 {
                    _ = stream.add(Array("id: \(state.last)\nevent: lost\ndata: {}\n\n".utf8))
                } else {
                    for entry in kept where entry.number > number { _ = stream.add(entry.bytes) }
                }
            }
            if state.isClosed { stream.end() } else { state.streams.append((stream, owner)) }
        }
    }

    /// Whether anybody listens.
    public var isHeard: Bool { state.withLock { !$0.streams.isEmpty } }

    /// Shows who listens that the stream is alive, so that both sides notice where it is not.
    func beat() { state.withLock { state in state.streams.removeAll { !$0.stream.add(Array(": \n\n".utf8)) } } }

    /// Ends all streams after what they still have to send.
    public func close() {
        state.withLock { state in
            state.isClosed = true
            for (stream, _) in state.streams { stream.end() }
            state.streams = []
        }
    }
}

/// One listener: what still has to be sent to it.
final class EventStream: Sendable {
    private struct State {
        /// What waits, from ``next`` on, of it the first from ``sent`` on. Pieces are shared with the log and with the other
        /// streams.
        var waiting: [[UInt8]] = []
        var next = 0
        var sent = 0
        var count = 0
        var most = 32 << 20
        var isEnded = false
        /// Wakes the connection where it sleeps.
        var wake: (@Sendable () -> Void)?
    }

    private let state = Guarded(State())

    /// How many bytes may wait: a listener that is further behind is let go, and will ask again.
    func allow(_ bytes: Int) { state.withLock { $0.most = bytes } }

    /// Adds bytes; false where nobody takes them any longer.
    func add(_ bytes: [UInt8]) -> Bool {
        state.withLock { state in
            if state.isEnded { return false }
            state.waiting.append(bytes)
            state.count += bytes.count
            if state.count > state.most { state.isEnded = true }
            state.wake?()
            state.wake = nil
            return !state.isEnded
        }
    }

    func end() {
        state.withLock { state in
            state.isEnded = true
            state.wake?()
            state.wake = nil
        }
    }

    /// Takes up to `room` bytes; −1 at the end. Where there are none, `sleep` is called under the lock, and `wake` once
    /// there are some.
    func take(
        _ target: UnsafeMutablePointer<UInt8>, room: Int, sleep: () -> Void, wake: @escaping @Sendable () -> Void
    ) -> Int {
        state.withLock { state in
            let count = min(room, state.count)
            var place = 0
            while place < count {
                let part = min(count - place, state.waiting[state.next].count - state.sent)
                state.waiting[state.next].withUnsafeBufferPointer { bytes in
                    if let base = bytes.baseAddress {
                        (target + place).update(from: base + state.sent, count: part)
                    }
                }
                place += part
                state.sent += part
                if state.sent < state.waiting[state.next].count { break }
                state.waiting[state.next] = []
                (state.next, state.sent) = (state.next + 1, 0)
            }
            if 2 * state.next > state.waiting.count {
                state.waiting.removeFirst(state.next)
                state.next = 0
            }
            state.count -= count
            if count > 0 { return count }
            if state.isEnded { return -1 }
            sleep()
            state.wake = wake
            return 0
        }
    }
}
