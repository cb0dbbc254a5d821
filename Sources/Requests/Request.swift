// What can be asked: one row for each request. To add one, write its file under Kinds and its row here; a member that no
// other request has gets a row in MemberFacts.swift too.
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
    /// Its members by their names, with blanks between; "?" behind one that may be left out; "+" before what it brings as
    /// attachments. The schema comes of it, and a program that is no page's reads no member that does not stand here.
    let members: ForSchema<[RequestMember]>
    /// Writes the result, an object, or throws and leaves the engine as it was.
    let answer: @Sendable (Engine, RequestArguments, inout Answer) throws(RequestError) -> Void

    init(
        _ name: String, _ members: @autoclosure () -> String,
        _ answer: @escaping @Sendable (Engine, RequestArguments, inout Answer) throws(RequestError) -> Void
    ) {
        self.name = name
        self.members = ForSchema(members().split(separator: " ").map { RequestMember($0) })
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
        stories, whatIf, curve, tryout, lens, residual, compare, compareHead, beside,
    ]

    /// Those that a run's record answers, whatever it has let go of.
    static let ofRecordAlone: [Request] = [run, end, steps, trace, attention]

    /// Those that may have a run hold more than before.
    static let growing: [Request] = [
        start, fill, load, line, prepare, step, go, force, set, ablate, restore, fork, tryout, beside, verify,
    ]

    /// Those of an engine whose models lie with the program: it is handed no files of models, and lists its own.
    static let ofShelf: [Request] = [models, use, walk] + all.filter { $0 !== open }

    /// Those that an engine without models answers.
    static let ofRecords: [Request] = [
        sample, loadRecord, run, end, steps, attention, ask, stories, whatIf, curve, compare,
        compareHead,
    ]
}

/// A member of a request, as its row says it.
struct RequestMember: Sendable {
    let name: String
    let isNeeded: Bool
    let isAttached: Bool

    init(_ word: Substring) {
        name = String(word.drop { $0 == "+" }.prefix { $0 != "?" })
        (isNeeded, isAttached) = (!word.hasSuffix("?"), word.hasPrefix("+"))
    }
}

/// What only the schema asks of a request. The engine inside a page writes none: there it is nothing.
struct ForSchema<Fact: Sendable>: Sendable {
    #if hasFeature(Embedded)
        @inline(__always)
        init(_ fact: @autoclosure () -> Fact) {}
    #else
        let fact: Fact
        init(_ fact: @autoclosure () -> Fact) { self.fact = fact() }
    #endif
}
