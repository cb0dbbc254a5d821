// Files that are not complete yet: removed when a signal ends the program, so that nothing half written stays behind.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Paths as C strings; nil where a slot is free.
private typealias Block = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// Slots of a block, and blocks: a million files, more than any class hands in.
private let blockSize = 1024
private let blockCount = 1024
/// The blocks, in memory that a signal handler may read. None moves or goes once it is there; those behind the last one
/// are nil.
private nonisolated(unsafe) let blocks: UnsafeMutablePointer<Block?> = {
    let blocks = UnsafeMutablePointer<Block?>.allocate(capacity: blockCount)
    blocks.initialize(repeating: nil, count: blockCount)
    // Faults of our own, and what memory that ends brings about, are watched for in ``MemoryEnd``.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { watch(number) }
    return blocks
}()
/// No slot before it is free, so that thousands of files are not looked through for each one.
private nonisolated(unsafe) var firstFree = 0

/// Removes all files on the list. Calls nothing that a signal handler may not call.
func removeTemporaryFiles() {
    for number in 0..<blockCount {
        guard let block = blocks[number] else { return }
        for place in 0..<blockSize {
            if let path = block[place] { unlink(path) }
        }
    }
}

/// Puts a path on the list; nil when the list is full.
func addTemporaryFile(_ path: String) -> Int? {
    for slot in firstFree..<(blockCount * blockSize) {
        guard let block = madeBlock(slot / blockSize) else { return nil }
        if block[slot % blockSize] != nil { continue }
        block[slot % blockSize] = strdup(path)
        firstFree = slot + 1
        return slot
    }
    return nil
}

func forgetTemporaryFile(_ slot: Int?) {
    guard let slot, let block = blocks[slot / blockSize], let path = block[slot % blockSize] else { return }
    block[slot % blockSize] = nil
    free(path)
    firstFree = min(firstFree, slot)
}

/// The block of a number, made where it is not there yet; nil where there is no memory for it. The handler sees it when
/// all of its slots are empty, not before.
private func madeBlock(_ number: Int) -> Block? {
    if let block = blocks[number] { return block }
    guard let memory = calloc(blockSize, MemoryLayout<UnsafeMutablePointer<CChar>?>.stride) else { return nil }
    let block = memory.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: blockSize)
    blocks[number] = block
    return block
}

/// Before a signal ends the program as it would have done, the files go. A signal that is ignored or has a handler of
/// its own is left alone.
private func watch(_ number: Int32) {
    var old = sigaction()
    sigaction(number, nil, &old)
    #if canImport(Glibc)
        guard old.__sigaction_handler.sa_handler == nil else { return }
    #else
        guard old.__sigaction_u.__sa_handler == nil else { return }
    #endif
    signal(number) { number in
        removeTemporaryFiles()
        signal(number, SIG_DFL)
        raise(number)
    }
}
