// A lesson in a terminal as a dialogue: it waits at each screen, and takes answers where they are asked for.
internal import Lessons
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct LessonDialogue {
    /// Somebody sits there: what is asked is seen, and what is typed comes from a person.
    static var isPossible: Bool { isTerminal(STDIN_FILENO) && Terminal.out.isTerminal }

    private let classroom: Classroom
    private let view = LessonView()

    init(_ classroom: Classroom) { self.classroom = classroom }

    /// After a screen: its bets and choices are answered before the next one tells. False ends the reading.
    func turn(_ screen: Screen, of lesson: Lesson, isLast: Bool) throws -> Bool {
        for id in screen.exercises {
            guard let exercise = lesson.exercise(id), ["predict", "choice"].contains(exercise.kind) else { continue }
            let sitting = try classroom.sit(id)
            printOut("")
            try view.exercise(sitting, hints: 0)
            if try !answer(sitting) { return false }
        }
        if isLast { return true }
        printOut("")
        return ask(Phrase("Enter: the next screen, q: stop ", "按 Enter 看下一頁，q 離開 ")).map { $0 != "q" } ?? false
    }

    /// Takes answers until one is right or is left out; a bet is taken once. False where the input has ended.
    func answer(_ sitting: Sitting) throws -> Bool {
        while true {
            printOut("")
            guard let typed = ask(Phrase("Your answer (Enter: go on) ", "你的答案（按 Enter 跳過）")) else { return false }
            if typed.isEmpty { return true }
            do throws(LessonError) {
                let verdict = try classroom.check(sitting, typed)
                view.verdict(verdict)
                if verdict.isRight || sitting.exercise.kind == "predict" { return true }
            } catch {
                guard case .answer(let what) = error else { throw error }
                view.text(what)
            }
        }
    }

    private func ask(_ phrase: Phrase) -> String? {
        printOut(phrase[Console.language], terminator: "")
        let line = inputLine()?.text
        if line == nil { printOut("") }
        return line
    }
}

extension LessonView {
    /// What a check says, with its hint.
    func verdict(_ verdict: Verdict) {
        text(verdict.feedback)
        guard let hint = verdict.hint else { return }
        out("")
        text(Phrase("Hint: ", "線索：") + hint)
    }
}
