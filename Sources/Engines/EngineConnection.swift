// Requests to an engine: JSON there and back, once more where that may help, never longer or larger than is said.
internal import CWebClient
internal import JSONText
internal import Kernels
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// How long and how much an engine may take.
public struct EngineLimits: Sendable {
    /// Seconds from a request to the end of its answer.
    public var seconds = 120
    /// Seconds until somebody answers at the address.
    public var connectSeconds = 10
    /// Bytes of an answer, and as many more for each token that it is to list.
    public var answerBytes = 1 << 20
    public var bytesPerToken = 300
    /// How often a request is made at most, where the engine is busy or just starting.
    public var tries = 4
    /// Seconds before the second try; each further wait is twice as long.
    public var firstWait = 0.25
    /// What the server asks for is waited for up to so many seconds.
    public var longestWait = 20.0

    public init() {}
}

/// One engine. For one thread.
public final class EngineConnection {
    public let address: EngineAddress
    private let key: EngineKey?
    private let limits: EngineLimits
    private let isCancelled: @convention(c) () -> Int32
    /// How many requests were made.
    public private(set) var requests = 0

    /// - Parameter isCancelled: asked while a request is under way; other than 0 gives it up.
    public init(
        _ address: EngineAddress, key: EngineKey?, limits: EngineLimits = EngineLimits(),
        isCancelled: @escaping @convention(c) () -> Int32 = { 0 }
    ) {
        (self.address, self.key, self.limits, self.isCancelled) = (address, key, limits, isCancelled)
    }

    /// Gets a page, or posts JSON to it.
    ///
    /// - Parameters:
    ///   - tokens: how many tokens the answer may list; a longer answer is not read.
    ///   - write: what is posted; nil gets the page.
    func ask(
        _ path: String, tokens: Int = 0, post write: ((inout JSONWriter) -> Void)? = nil
    ) throws(EngineError) -> JSONValue {
        let url = address.text + path
        let most = limits.answerBytes + limits.bytesPerToken * tokens
        var json = JSONWriter()
        write?(&json)
        let body = write == nil ? nil : json.bytes
        var wait = limits.firstWait
        let clock = SteadyClock()
        let end = clock.now + Double(limits.seconds)
        for attempt in 1... {
            let answer = once(url, body, most)
            let seconds = max(wait, min(Double(answer.retryAfter), limits.longestWait))
            // No try is begun that comes too late: then this answer is the last.
            let isLast = attempt >= limits.tries || clock.now + seconds > end
            switch answer.outcome {
            case .unreached where !isLast: break
            case .answered(429), .answered(502), .answered(503), .answered(504):
                if isLast { throw .status(answer.status, path: url, told: try told(answer.bytes, url)) }
            case .answered(200): return try parsed(answer.bytes, url)
            case .answered(let status): throw .status(status, path: url, told: try told(answer.bytes, url))
            case .unreached: throw .request(path: url, .unreached)
            case .problem(let problem): throw .request(path: url, problem)
            }
            try pause(seconds, url)
            wait *= 2
        }
        throw .request(path: url, .failed)
    }

    private struct Answer {
        enum Outcome {
            case answered(Int)
            case unreached
            case problem(RequestProblem)
        }
        var outcome: Outcome
        var status = 0
        var retryAfter = 0
        var bytes: [UInt8] = []
    }

    private func once(_ url: String, _ body: [UInt8]?, _ most: Int) -> Answer {
        requests += 1
        var request = sg_web_request()
        request.answer_limit = most
        request.connect_milliseconds = limits.connectSeconds * 1000
        request.total_milliseconds = limits.seconds * 1000
        request.is_cancelled = isCancelled
        var raw = url.withCString { url in
            request.url = url
            return withText(key?.text) { key in
                request.authorization = key
                guard let body else { return sg_web_ask(&request) }
                return body.withUnsafeBufferPointer { buffer in
                    request.body = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    request.body_count = buffer.count
                    return sg_web_ask(&request)
                }
            }
        }
        defer { sg_web_free(&raw) }
        var answer = Answer(outcome: .answered(raw.status))
        answer.status = raw.status
        answer.retryAfter = raw.retry_after
        switch raw.outcome {
        case SG_WEB_ANSWERED: break
        case SG_WEB_UNREACHED: answer.outcome = .unreached
        case SG_WEB_TIMED_OUT: answer.outcome = .problem(.timedOut(seconds: limits.seconds))
        case SG_WEB_CANCELLED: answer.outcome = .problem(.cancelled)
        case SG_WEB_TOO_LONG: answer.outcome = .problem(.tooLong(bytes: most))
        case SG_WEB_BROKEN: answer.outcome = .problem(.broken)
        case SG_WEB_UNTRUSTED: answer.outcome = .problem(.untrusted)
        case SG_WEB_NO_TLS: answer.outcome = .problem(.noTLS)
        default: answer.outcome = .problem(.failed)
        }
        answer.bytes = Array(UnsafeBufferPointer(start: raw.bytes, count: raw.count))
        return answer
    }

    private func pause(_ seconds: Double, _ url: String) throws(EngineError) {
        let clock = SteadyClock()
        let end = clock.now + seconds
        while clock.now < end {
            if isCancelled() != 0 { throw .request(path: url, .cancelled) }
            usleep(20_000)
        }
        if isCancelled() != 0 { throw .request(path: url, .cancelled) }
    }

    private func parsed(_ bytes: [UInt8], _ url: String) throws(EngineError) -> JSONValue {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
            throw .notJSON(path: url, readable(error.description))
        }
        if holdsKey(value) { throw .request(path: url, .repeatsKey) }
        return value
    }

    /// What a server says of its refusal, fit for a line: a part of it, and never the key.
    private func told(_ bytes: [UInt8], _ url: String) throws(EngineError) -> String {
        guard let value = try? JSONValue(parsing: bytes) else { return "" }
        if holdsKey(value) { throw .request(path: url, .repeatsKey) }
        let message = value["error"]?["message"] ?? value["message"] ?? value["error"] ?? value["detail"]
        guard let text = message?.string else { return "" }
        let part = cut(text, to: Self.toldCharacters)
        return readable(part) + (part.utf8.count < text.utf8.count ? "…" : "")
    }

    /// Characters of a server's own words that are shown.
    private static let toldCharacters = 200

    /// A server that repeats the key could have it written into a record.
    private func holdsKey(_ value: JSONValue) -> Bool {
        guard let key = key?.text, !key.isEmpty else { return false }
        return holds(TextSet([Array(key.utf8)]), value)
    }

    /// By bytes: a mark behind the key would make another character of its last one.
    private func holds(_ key: TextSet, _ value: JSONValue) -> Bool {
        func stands(in text: String) -> Bool { key.firstEnd(in: Array(text.utf8)[...]) != nil }
        switch value {
        case .string(let text), .number(let text): return stands(in: text)
        case .array(let items): return items.contains { holds(key, $0) }
        case .object(let object): return object.members.contains { stands(in: $0.key) || holds(key, $0.value) }
        default: return false
        }
    }
}

private func withText<T>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> T) -> T {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}
