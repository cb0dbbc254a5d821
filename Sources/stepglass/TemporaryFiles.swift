// Files that are not complete yet: removed when a signal ends the program, so that nothing half written stays behind.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Enough for the files of a class.
private let slotCount = 256
/// The paths as C strings, in memory that a signal handler may read; nil where a slot is free.
private nonisolated(unsafe) let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let slots = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: slotCount)
    slots.initialize(repeating: nil, count: slotCount)
    // Faults of our own, and what memory that ends brings about, are watched for in ``MemoryEnd``.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { watch(number) }
    return slots
}()

/// Removes all files on the list. Calls nothing that a signal handler may not call.
func removeTemporaryFiles() {
    for slot in 0..<slotCount {
        if let path = paths[slot] { unlink(path) }
    }
}

/// Puts a path on the list; nil when the list is full.
func addTemporaryFile(_ path: String) -> Int? {
    guard let slot = (0..<slotCount).first(where: { paths[$0] == nil }) else { return nil }
    paths[slot] = strdup(path)
    return slot
}

func forgetTemporaryFile(_ slot: Int?) {
    guard let slot, let path = paths[slot] else { return }
    paths[slot] = nil
    free(path)
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
