// What can be asked: one row for each request. To add one, write its file under Kinds and its row here.
internal import JSONText

/// The result of a request as it is being written.
struct Answer {
    var json = JSONWriter()
    var attachments: [AttachedBytes] = []

    /// Puts bytes beside the answer; returns their place.
    mutating func attach(_ bytes: [UInt8]) -> Int {
        attachments.append(AttachedBytes(bytes))
        return attachments.count - 1
    }
}

/// One kind of request. A class, so that the table is one of pointers.
final class Request: Sendable {
    /// Its name in the JSON.
    let name: String
    /// Writes the result, an object, or throws and leaves the engine as it was.
    let answer: @Sendable (Engine, RequestArguments, inout Answer) throws(RequestError) -> Void

    init(
        _ name: String,
        _ answer: @escaping @Sendable (Engine, RequestArguments, inout Answer) throws(RequestError) -> Void
    ) {
        self.name = name
        self.answer = answer
    }

    /// All of them.
    static let all: [Request] = [
        // Models and texts.
        open, close, tokenize, sample,
        // The course.
        course, screen, exercise, check,
        // Runs.
        start, fill, load, run, end, steps, trace, attention, verify,
        // What the debugger does.
        ask, line, complete, prepare, step, go, force, set, ablate, restore, fork, switchBranch,
        // What the page plays with.
        stories, whatIf, curve, tryout, lens, residual,
    ]

    /// Those of an engine whose models lie with the program: it is handed no files of models, and lists its own.
    static let ofShelf: [Request] = [models, use] + all.filter { $0 !== open }

    /// Those that an engine without models answers.
    static let ofRecords: [Request] = [
        sample, loadRecord, run, end, steps, attention, ask, stories, whatIf, curve,
    ]
}
