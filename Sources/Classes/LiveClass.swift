// A class that meets: commands go in as values, outcomes come out. It knows no network and no terminal.
internal import Threads
internal import Phrases

/// Whose pages have something new to ask for.
public enum ClassChange: Sendable {
    /// Everybody's.
    case room
    /// The teacher's alone: a student came, looked or answered.
    case work
}

/// A class while it meets. For use from any thread.
public final class LiveClass: Sendable {
    /// Its file.
    public let store: ClassStore
    /// What checks the answers.
    public let checker: AnswerChecker
    /// Its limits.
    public let limits: ClassLimits
    let state: Guarded<RoomState>
    /// Told after whatever pages show has changed.
    private let onChange: @Sendable (ClassChange) -> Void

    /// - Parameter onChange: told, on the thread of the command, when pages have something new to ask for.
    public init(
        _ store: ClassStore, _ checker: AnswerChecker, limits: ClassLimits = ClassLimits(),
        onChange: @escaping @Sendable (ClassChange) -> Void = { _ in }
    ) {
        (self.store, self.checker, self.limits, self.onChange) = (store, checker, limits, onChange)
        state = Guarded(RoomState(limits))
    }

    /// Who has a cookie; a cookie that is none makes nobody.
    ///
    /// - Throws: ``Refusal/removed`` for a student who was removed.
    public func caller(cookie: String?, address: String) throws(ClassError) -> Caller {
        guard let cookie, cookie.utf8.count <= 100 else { return Caller(.nobody, address: address) }
        switch try store.holder(.studentCookie, cookie) {
        case .student(let id, let isRemoved):
            if isRemoved { throw .refused(.removed) }
            return Caller(.student(id), address: address)
        default: break
        }
        return Caller(try store.holder(.teacherCookie, cookie) == nil ? .nobody : .teacher, address: address)
    }

    /// Carries out what a message says.
    public func perform(_ message: [UInt8], by caller: Caller) throws(ClassError) -> ClassOutcome {
        try perform(try ClassCommand(parsing: message, by: caller), by: caller)
    }

    /// Carries out a command that this caller may give; what it came to is on disk when this returns.
    func perform(_ command: ClassCommand, by caller: Caller) throws(ClassError) -> ClassOutcome {
        switch (command, caller.role) {
        case (.join(let room, let name), _): return try join(room, name, caller.address)
        case (.resume(let code), _): return try resume(code, caller.address)
        case (.enter(let secret), _): return try enter(secret, caller.address)
        case (.answer(let given), .student(let id)): return .acknowledged(try answer(given, of: id))
        case (.look(let place), .student(let id)): return try look(place, id)
        case (.leave, .student(let id)): try left(id)
        case (.standing, .student(let id)):
            try takeLook(of: id)
            return .standing(try standing(of: id))
        case (.bets(let exercise), _): return .bets(try bets(on: exercise))
        case (.view, _): return .view(try view())
        case (.answers(let exercise, let isNamed), _): return .answers(try answers(to: exercise, isNamed: isNamed))
        case (.lock(let isLocked), _): try store.setLocked(isLocked)
        case (.end(let hasEnded), _): try store.setEnded(hasEnded)
        case (.newCode, _): try store.changeRoomCode()
        case (.open(let place), _): try open(place)
        case (.reveal(let exercise), _):
            _ = try checker.choices(exercise)
            try store.reveal(exercise)
        case (.remove(let id, let isRemoved), _): try store.setRemoved(isRemoved, id)
        case (.merge(let later, let earlier), _): try store.merge(later, into: earlier)
        case (.delete(let id), _): try store.delete(student: id)
        case (.grades, _): return .grades(try grades())
        case (.backup, _): return .backup(try store.backup())
        case (.answer, _), (.look, _), (.leave, _), (.standing, _): throw .refused(.notAllowed(command: "answer"))
        }
        if case .leave = command { return .done }
        onChange(.room)
        return .done
    }

    private var seconds: Double { Double(store.clock()) / 1_000 }

    // MARK: coming in

    private func join(_ room: String, _ name: String, _ address: String) throws(ClassError) -> ClassOutcome {
        let facts = try store.facts()
        let isRight = normalCode(room).map { areSame($0, facts.room) } ?? false
        try guarding(address, orThrow: .wrongRoomCode) { () throws(ClassError) in isRight ? true : nil }
        if facts.hasEnded { throw .refused(.ended) }
        if facts.isLocked { throw .refused(.locked) }
        let name = try StudentName(name)
        let now = seconds
        try state.withLock { (state) throws(ClassError) in try state.joins.take("", at: now) }
        let (resume, cookie) = (resumeCode(), newSecret())
        let student = try store.join(
            name, resume: normalCode(resume) ?? resume, cookie: cookie, limit: limits.students)
        onChange(.work)
        return .joined(student, resume: resume, cookie: cookie)
    }

    private func resume(_ code: String, _ address: String) throws(ClassError) -> ClassOutcome {
        let holder = try guarding(address, orThrow: .wrongResumeCode) { () throws(ClassError) in
            try normalCode(code).flatMap { (code) throws(ClassError) in try store.holder(.resume, code) }
        }
        guard case .student(let id, let isRemoved) = holder else { throw .refused(.wrongResumeCode) }
        if isRemoved { throw .refused(.removed) }
        let now = seconds
        try state.withLock { (state) throws(ClassError) in try state.resumes.take(String(id), at: now) }
        let cookie = newSecret()
        try store.add(.studentCookie, cookie, student: id)
        onChange(.work)
        return .joined(try store.student(id), resume: nil, cookie: cookie)
    }

    private func enter(_ secret: String, _ address: String) throws(ClassError) -> ClassOutcome {
        let cookie = newSecret()
        // Nobody guesses so long a secret: wrong codes of others behind the same address do not keep the teacher out.
        try guarding(address, isLong: true, orThrow: .wrongSecret) { () throws(ClassError) in
            secret.utf8.count > 100 ? nil : try store.holder(.teacherAddress, secret)
        }
        try store.add(.teacherCookie, cookie)
        return .entered(cookie: cookie)
    }

    /// Looks a code up. Wrong ones are counted; who has had too many is refused before anything is looked up, but for what
    /// is too long to be guessed.
    @discardableResult
    private func guarding<R>(
        _ address: String, isLong: Bool = false, orThrow refusal: Refusal, _ find: () throws(ClassError) -> R?
    ) throws(ClassError) -> R {
        let now = seconds
        try state.withLock { (state) throws(ClassError) in
            let wait = state.wrongOfOne.wait(address, at: now) ?? state.wrongOfAll.wait("", at: now)
            if let wait, !isLong { throw .refused(.tooFast(seconds: wait)) }
        }
        if let found = try find() { return found }
        state.withLock { state in
            state.wrongOfOne.count(address, at: now)
            state.wrongOfAll.count("", at: now)
        }
        throw .refused(refusal)
    }

    // MARK: being there

    /// Checks and keeps an answer.
    ///
    /// - Returns: the acknowledgement as JSON; of an answer that came before, the one it had then.
    func answer(_ given: GivenAnswer, of id: Int64) throws(ClassError) -> String {
        if let known = try store.acknowledgement(given, of: id) { return known }
        let now = seconds
        if try store.facts().hasEnded { throw .refused(.ended) }
        try state.withLock { (state) throws(ClassError) in try state.answers.take(String(id), at: now) }
        let checked = try checker.check(given, try store.student(id).name)
        let acknowledgement = try store.keep(given, checked, of: id, limit: limits.answersOfStudent)
        onChange(.work)
        return acknowledgement
    }

    private func look(_ place: String, _ id: Int64) throws(ClassError) -> ClassOutcome {
        if !place.isEmpty, !checker.hasPlace(place) { throw .refused(.lesson(noPlace(place))) }
        try takeLook(of: id)
        state.withLock { state in state.places[id] = place }
        onChange(.work)
        return .done
    }

    /// Counts what a student's page asks or tells without an answer being given.
    private func takeLook(of id: Int64) throws(ClassError) {
        let now = seconds
        try state.withLock { (state) throws(ClassError) in try state.looks.take(String(id), at: now) }
    }

    /// A student's page has closed.
    private func left(_ id: Int64) throws(ClassError) {
        try takeLook(of: id)
        state.withLock { state in state.places[id] = nil }
        onChange(.work)
    }

    private func open(_ place: String) throws(ClassError) {
        if !place.isEmpty, !checker.hasPlace(place) { throw .refused(.lesson(noPlace(place))) }
        try store.open(place: place)
    }

    private func noPlace(_ place: String) -> Phrase {
        Phrase("the course has no screen \(readable(place))", "課程裡沒有 \(readable(place)) 這一頁")
    }
}

/// What a class knows only while it meets.
struct RoomState {
    /// Where each student is who has a page open.
    var places: [Int64: String] = [:]
    var joins: RateLimit
    var resumes: RateLimit
    var answers: RateLimit
    var looks: RateLimit
    var wrongOfOne: RateLimit
    var wrongOfAll: RateLimit

    init(_ limits: ClassLimits) {
        joins = RateLimit(perMinute: limits.joinsPerMinute)
        resumes = RateLimit(perMinute: limits.resumesPerMinute)
        answers = RateLimit(perMinute: limits.answersPerMinute)
        looks = RateLimit(perMinute: limits.looksPerMinute)
        wrongOfOne = RateLimit(perMinute: limits.wrongCodesPerMinute)
        wrongOfAll = RateLimit(perMinute: limits.wrongCodesOfAllPerMinute)
    }
}
