// What teacher and students see of a class, from its file and from who is there.
internal import Threads
internal import Lessons
internal import Phrases
internal import Synchronization

extension LiveClass {
    /// What a student's page begins with.
    func standing(of id: Int64) throws(ClassError) -> Standing {
        let facts = try store.facts()
        var best: [(exercise: String, points: Double)] = []
        for answer in try store.answers(of: id) {
            if let last = best.last, last.exercise == answer.exercise {
                best[best.count - 1].points = max(last.points, answer.points)
            } else {
                best.append((answer.exercise, answer.points))
            }
        }
        // What an item of a test came to is told by nobody.
        let tested = Set(checker.course.forms.flatMap { $0.exercises.map(\.id) })
        return Standing(
            student: try store.student(id), className: facts.name, opened: facts.opened, hasEnded: facts.hasEnded,
            best: best.map { ($0.exercise, tested.contains($0.exercise) ? 0 : $0.points) },
            revealed: facts.revealed.sorted())
    }

    /// The class's bets; who bet what is told nobody, and how much is on each choice once it is revealed.
    func bets(on exercise: String) throws(ClassError) -> BetView {
        let choices = try checker.choices(exercise)
        let (count, shares) = try store.bets(on: exercise)
        let isRevealed = try store.facts().revealed.contains(exercise)
        return BetView(
            exercise: exercise, count: count, isRevealed: isRevealed,
            choices: choices.map { choice in
                BetView.Choice(
                    key: choice.key, words: choice.words, sum: isRevealed ? shares[choice.key] ?? 0 : nil)
            })
    }

    /// Who is where, and how far.
    func view() throws(ClassError) -> ClassView {
        let (facts, students, answers) = (try store.facts(), try store.students(), try store.answers())
        let places = state.withLock { state in state.places }
        let removed = Set(students.filter(\.isRemoved).map(\.id))
        var done: [Int64: (answers: Int, best: [String: KeptAnswer])] = [:]
        var tried: [String: (answered: Set<Int64>, right: Set<Int64>)] = [:]
        for answer in answers {
            done[answer.student, default: (0, [:])].answers += 1
            let known = done[answer.student]?.best[answer.exercise]
            if known.map({ $0.points < answer.points || !$0.isRight && answer.isRight }) ?? true {
                done[answer.student]?.best[answer.exercise] = answer
            }
            if removed.contains(answer.student) { continue }
            tried[answer.exercise, default: ([], [])].answered.insert(answer.student)
            if answer.isRight { tried[answer.exercise]?.right.insert(answer.student) }
        }
        return ClassView(
            facts: facts,
            rows: students.map { student in
                let best = done[student.id]?.best.values.map { $0 } ?? []
                return ClassView.Row(
                    student: student, place: places[student.id], answers: done[student.id]?.answers ?? 0,
                    right: best.count { $0.isRight }, points: best.map(\.points).sorted().reduce(0, +))
            },
            exercises: checker.course.exercises.compactMap { exercise in
                tried[exercise.id].map { .init(id: exercise.id, answered: $0.answered.count, right: $0.right.count) }
            })
    }

    /// The last answer of each student, in the students' order with names, in the answers' without.
    func answers(to exercise: String, isNamed: Bool) throws(ClassError) -> AnswersView {
        let students = try store.students().filter { !$0.isRemoved }
        var last: [Int64: KeptAnswer] = [:]
        for answer in try store.answers(to: exercise) { last[answer.student] = answer }
        let rows = students.compactMap { student in
            last[student.id].map { answer in
                AnswersView.Row(
                    name: isNamed ? student.name : nil, answer: answer.answer, isRight: answer.isRight,
                    misconception: answer.misconception, attempt: answer.attempt)
            }
        }
        // Without names the order must not tell them either.
        return AnswersView(
            exercise: exercise, rows: isNamed ? rows : rows.sorted { ($0.answer, $0.attempt) < ($1.answer, $1.attempt) }
        )
    }
}
