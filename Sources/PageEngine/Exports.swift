// What the page calls: the one engine of the module, asked by messages that lie in the module's memory.
//
// This file is compiled for two modules. With RECORDS the engine is the one for records alone, and nothing of models is
// linked with it: a quarter of the size, for pages that show a run and cannot make one.
//
// One thread calls, one call after another. An answer and its attachments lie where they are until the next call.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif
internal import Kernels
internal import Requests

/// The engine with what came in and what went out.
private struct Module {
    #if RECORDS
        let engine = Engine()
    #else
        let engine: Engine = {
            // A page waits for each pass.
            var host = LiveHost()
            host.passTokens = 8
            return Engine(compute: Compute(threads: 1), host: host)
        }()
    #endif
    /// Attachments of the coming call.
    var attached: [AttachedBytes] = []
    var answer = Message(json: [])
}

nonisolated(unsafe) private var module = Module()
/// The answer's JSON where the page reads it.
nonisolated(unsafe) private var answerBytes: UnsafeMutableRawBufferPointer?

/// Memory for so many bytes that the page writes; null where no more is to be had.
@_cdecl("allocate")
public func allocate(_ count: Int32) -> UnsafeMutableRawPointer? {
    var block: UnsafeMutableRawPointer?
    return posix_memalign(&block, 64, max(Int(count), 1)) == 0 ? block : nil
}

/// The bytes go with the next call; their memory, which ``allocate(_:)`` gave, belongs to the engine from here on.
@_cdecl("attach")
public func attach(_ start: UnsafeMutableRawPointer, _ count: Int32) {
    let address = UInt(bitPattern: start)
    let bytes = UnsafeRawBufferPointer(start: start, count: max(Int(count), 0))
    module.attached.append(AttachedBytes(bytes) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() })
}

/// Carries out the request whose JSON lies there, in memory that ``allocate(_:)`` gave and that is given back here.
/// Returns where the answer's JSON lies.
@_cdecl("call")
public func call(_ start: UnsafeMutableRawPointer, _ count: Int32) -> UnsafeRawPointer {
    let json = [UInt8](UnsafeRawBufferPointer(start: start, count: max(Int(count), 0)))
    start.deallocate()
    let request = Message(json: json, attachments: module.attached)
    module.attached = []
    module.answer = Message(json: [])
    let answer = module.engine.call(request)
    module.answer = answer
    answerBytes?.deallocate()
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(answer.json.count, 1), alignment: 16)
    answer.json.withUnsafeBytes { bytes.copyMemory(from: $0) }
    answerBytes = bytes
    return UnsafeRawPointer(bytes.baseAddress!)
}

/// Bytes of the answer's JSON.
@_cdecl("answerCount")
public func answerCount() -> Int32 { Int32(module.answer.json.count) }

/// How many attachments the answer has.
@_cdecl("attachmentTotal")
public func attachmentTotal() -> Int32 { Int32(module.answer.attachments.count) }

/// Where an attachment of the answer lies; null for a place that there is none at.
@_cdecl("attachment")
public func attachment(_ place: Int32) -> UnsafeRawPointer? {
    guard module.answer.attachments.indices.contains(Int(place)) else { return nil }
    return module.answer.attachments[Int(place)].bytes.baseAddress
}

/// Bytes of an attachment of the answer.
@_cdecl("attachmentCount")
public func attachmentCount(_ place: Int32) -> Int32 {
    guard module.answer.attachments.indices.contains(Int(place)) else { return 0 }
    return Int32(module.answer.attachments[Int(place)].bytes.count)
}
