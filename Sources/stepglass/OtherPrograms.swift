// Runs other programs and waits for them.
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Runs a program and takes what it prints, piece by piece.
func runProgram(_ words: [String], failure: Phrase, into sink: (ArraySlice<UInt8>) throws -> Void) throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
        throw Failure("no pipe is to be had: \(systemReason().english)", "無法取得管線：\(systemReason().chinese)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process: pid_t
    do { process = try start(words, output: ends[1], failure: failure) } catch {
        for end in ends { close(end) }
        throw error
    }
    close(ends[1])
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    do {
        while true {
            let count = read(ends[0], &piece, piece.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            try sink(piece[..<count])
        }
    } catch {
        // Whoever writes into it is ended by that.
        close(ends[0])
        _ = wait(for: process)
        throw error
    }
    close(ends[0])
    if wait(for: process) != 0 { throw Failure(failure) }
}

/// Runs a program from PATH with its output on stderr, and waits for it.
func runProgram(_ words: [String], failure: Phrase? = nil) throws {
    let process = try start(words, output: STDERR_FILENO, failure: failure)
    if wait(for: process) != 0 { throw Failure(failure ?? Phrase("\(words[0]) failed", "\(words[0]) 失敗")) }
}

private func start(_ words: [String], output: Int32, failure: Phrase?) throws -> pid_t {
    var actions: posix_spawn_file_actions_t = .init()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let error = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
    if error != 0 {
        let reason = systemReason(error)
        throw Failure(
            failure ?? Phrase("cannot run \(words[0]): \(reason.english)", "無法執行 \(words[0])：\(reason.chinese)"))
    }
    return process
}

/// How a program ended.
private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
}
