// The streams of an editor's session: one thread reads and cuts messages, the other debugs and answers. And the runs that
// a configuration asks for, begun as `stepglass debug` begins them.
internal import ArgumentParser
internal import DebugAdapter
internal import Debugging
internal import Dispatch
internal import Engines
internal import JSONText
internal import Phrases
internal import Requests
internal import Serving
internal import Threads
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One editor's session over two descriptors.
struct DapSession {
    private let input: Int32
    private let output: Int32
    private let options: ModelOptions
    /// Messages that may wait, each counted once more for every 64 kB of it; whoever sends more waits too.
    private static let mostWaiting = 256

    private static func places(ofBytes count: Int) -> Int { min(1 + count >> 16, mostWaiting) }

    init(input: Int32, output: Int32, _ options: ModelOptions) {
        (self.input, self.output, self.options) = (input, output, options)
    }

    /// Answers until the editor leaves; then closes a connection.
    ///
    /// - Returns: why the stream could not be read, or read on; nil where it ended in good order.
    func run() -> Phrase? {
        let inbox = Inbox()
        // A semaphore may not end with less than it began with, so that this one begins with nothing.
        let (arrived, room, left) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        for _ in 0..<Self.mostWaiting { room.signal() }
        guard read(into: inbox, arrived, room, left) else {
            if input == output { close(input) }
            return ServingError.thread.phrase
        }
        let adapter = Adapter(host(inbox), language: Console.language)
        var fault: Phrase?
        while !adapter.hasEnded {
            if arrived.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
                if Interruption.isAsked { break }
                continue
            }
            guard let (incoming, places) = inbox.take() else { break }
            for _ in 0..<places { room.signal() }
            if case .lost(let reason) = incoming { fault = reason.phrase }
            adapter.handle(incoming)
        }
        if input == output {
            // The thread that reads lets go of the connection first.
            inbox.close()
            shutdown(input, Int32(SHUT_RDWR))
            for _ in 0..<Self.mostWaiting { room.signal() }
            left.wait()
            close(input)
        }
        return fault
    }

    /// Begins to read, on a thread of its own; false where the system gives none.
    private func read(
        into inbox: Inbox, _ arrived: DispatchSemaphore, _ room: DispatchSemaphore, _ left: DispatchSemaphore
    ) -> Bool {
        let input = input
        return startThread {
            var framer = MessageFramer()
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            // Since the last message was whole.
            var bytes = 0
            reading: while true {
                let size = buffer.count
                let count = buffer.withUnsafeMutableBytes { systemRead(input, $0.baseAddress!, size) }
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { break }
                bytes += count
                for incoming in framer.feed(buffer[..<count]) {
                    let places = Self.places(ofBytes: bytes)
                    bytes = 0
                    for _ in 0..<places { room.wait() }
                    if inbox.isClosed { break reading }
                    inbox.add(incoming, places: places)
                    arrived.signal()
                }
            }
            if let last = framer.end() {
                inbox.add(last, places: 0)
                arrived.signal()
            }
            inbox.close()
            arrived.signal()
            left.signal()
        }
    }

    private func host(_ inbox: Inbox) -> AdapterHost {
        let (output, options) = (output, options)
        var host = AdapterHost(
            begin: { (launch, language, progress) throws(AdapterError) in
                do {
                    return try Console.$language.withValue(language) { try begin(launch, options, progress) }
                } catch {
                    throw .host(words(of: error))
                }
            },
            write: { (request, language) throws(AdapterError) in
                do {
                    return try Console.$language.withValue(language) {
                        try write(request, TextRenderer(language: language, width: 100))
                    }
                } catch {
                    throw .host(words(of: error))
                }
            },
            send: { _ = writeAll(output, $0) }, wantsStop: { inbox.wantsStop || Interruption.isAsked })
        host.introduce = { $0.engineOrigin?.lines ?? [] }
        return host
    }
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
        Glibc.read(descriptor, bytes, count)
    #else
        Darwin.read(descriptor, bytes, count)
    #endif
}

// MARK: beginning a run

/// Options of `stepglass debug` that a configuration's settings do not name: they have members of their own, or would leave
/// the session.
private let ownOptions = ["trace", "script", "execute", "lines", "lang", "model", "messages", "help", "version"]

/// The debugger of a configuration: its members as the words of `stepglass debug`, so that all is read and checked there.
private func begin(_ launch: Launch, _ options: ModelOptions, _ progress: @escaping AdapterProgress) throws -> Debugger
{
    var words: [String] = []
    if let model = launch.model ?? options.model { words += ["--model=" + model] }
    if let threads = options.threads { words += ["--threads=\(threads)"] }
    if let kernels = options.kernels { words += ["--kernels=" + kernels] }
    let known = longOptions(of: DebugCommand.self).filter { !ownOptions.contains($0) }
    for (name, value) in launch.options {
        guard let option = meant(name, among: known) else {
            let close = nearestOption(to: name, among: known)
            throw Failure(
                Phrase("settings: there is no option \(readable(name))", "settings：沒有 \(readable(name)) 這個選項")
                    + (close.map { Phrase("; did you mean \($0)?", "；是不是要寫 \($0)？") } ?? Phrase("", "")))
        }
        words.append("--" + option + (value.map { "=" + $0 } ?? ""))
    }
    for trace in launch.traces { words.append("--trace=" + trace) }
    var conversation: String?
    defer { if let conversation { unlink(conversation) } }
    switch launch.messages {
    case .file("-")?: throw standardInputIsTaken
    case .file(let path)?: words.append("--messages=" + path)
    case .list(let messages)?:
        let path = temporaryPath("messages.json")
        var json = JSONWriter()
        json.value(.array(messages))
        try writeAtomically(json.bytes, to: path)
        conversation = path
        words.append("--messages=" + path)
    case nil: break
    }
    if launch.prompt == "-" { throw standardInputIsTaken }
    if let prompt = launch.prompt { words += ["--", prompt] }
    let command: DebugCommand
    do { command = try DebugCommand.parse(words) } catch {
        throw Failure(
            Phrase(same: DebugCommand.message(for: error).split(whereSeparator: \.isNewline).joined(separator: " ")))
    }
    let host = LiveHost(
        peakMemoryBytes: peakMemoryBytes, progress: { work in { done, all in progress(work, done, all) } })
    return try reporting { try command.makeDebugger(host: host) }
}

private let standardInputIsTaken = Failure(
    "- would be standard input, which the editor speaks over; write the text, or name a file",
    "- 代表標準輸入，而編輯器正用它溝通；請直接寫文字，或指定檔案")

private func temporaryPath(_ name: String) -> String {
    (environment("TMPDIR") ?? "/tmp") + "/stepglass-\(hexadecimal(UInt64.random(in: 0...(.max)), digits: 16))-" + name
}

/// The long names of a command's options.
private func longOptions(of command: any ParsableCommand.Type) -> [String] {
    let help = try? JSONValue(parsing: Array(command._dumpHelp().utf8))
    return (help?["command"]?["arguments"]?.array ?? []).flatMap { argument in
        (argument["names"]?.array ?? []).filter { $0["kind"]?.string == "long" }.compactMap { $0["name"]?.string }
    }
}
