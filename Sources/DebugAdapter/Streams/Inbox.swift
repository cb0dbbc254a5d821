// What has come in and waits: the thread that reads puts it here, the thread that debugs takes it. A walk asks here whether
// somebody wants it to stop.
internal import Threads
internal import JSONText

/// A row of what came in, in its order. For use from two threads.
public final class Inbox: Sendable {
    private struct State {
        var waiting: [(incoming: Incoming, places: Int)] = []
        var isClosed = false
    }

    private let state = Guarded(State())
    /// Requests that end a walk as soon as they are there.
    private static let urgent = ["pause", "terminate", "disconnect"]

    /// An empty row.
    public init() {}

    /// Puts something at the end.
    ///
    /// - Parameter places: how much of the room for what waits it takes, as who adds it counts.
    public func add(_ incoming: Incoming, places: Int) { state.withLock { $0.waiting.append((incoming, places)) } }

    /// No more will come; a walk ends.
    public func close() { state.withLock { $0.isClosed = true } }

    /// Whether no more will come.
    public var isClosed: Bool { state.withLock { $0.isClosed } }

    /// The first of what waits; nil where nothing does.
    public func take() -> (incoming: Incoming, places: Int)? {
        state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    }

    /// Whether something waits that a walk has to stop for.
    public var wantsStop: Bool {
        state.withLock { state in
            state.isClosed
                || state.waiting.contains { waiting in
                    switch waiting.incoming {
                    case .message(let value): value["command"]?.string.map(Self.urgent.contains) ?? false
                    case .lost: true
                    case .broken: false
                    }
                }
        }
    }
}
