// Ending a run early without losing it: a first Ctrl-C (or SIGTERM, SIGHUP, a closed pipe) only asks the run to end after
// the step it is in, so that its record is written; a second one ends the program at once.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What asked the run to end; 0 while nothing did. Written by a signal handler, hence a plain number.
private nonisolated(unsafe) var request: sig_atomic_t = 0

/// The signals that ask a run to end.
private let asking = [SIGINT, SIGTERM, SIGHUP]

/// A stretch of the program that ends in good order when it is asked to.
enum Interruption {
    /// From here on the signals ask. A signal that the caller's shell has set to be ignored (`nohup`) stays ignored.
    ///
    /// - Parameter always: the one that asks all the same, be it ignored or blocked: a server that nothing ends would be nobody's.
    static func begin(always: Int32? = nil) {
        request = 0
        if let always {
            var mask = sigset_t()
            sigemptyset(&mask)
            sigaddset(&mask, always)
            sigprocmask(SIG_UNBLOCK, &mask, nil)
        }
        for number in asking {
            var old = sigaction()
            sigaction(number, nil, &old)
            #if canImport(Glibc)
                let handler = old.__sigaction_handler.sa_handler
            #else
                let handler = old.__sigaction_u.__sa_handler
            #endif
            let isIgnored = unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if isIgnored && number != always { continue }
            signal(number) { number in
                // From now on a second one removes what is half written and ends the program.
                if request == 0 { request = number } else { endNow(number) }
            }
        }
        // A write to a closed pipe then fails with a reason instead of ending the program.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether the run was asked to end.
    static var isAsked: Bool { request != 0 }

    /// The reader of standard output went away.
    static func closedPipe() { if request == 0 { request = SIGPIPE } }

    /// Ends the program as the signal would have ended it, so that a shell or script sees what happened.
    static func endIfAsked() {
        if request != 0 { endNow(request) }
    }
}

/// Calls nothing that a signal handler may not call.
private func endNow(_ number: Int32) {
    removeTemporaryFiles()
    signal(number, SIG_DFL)
    raise(number)
}
