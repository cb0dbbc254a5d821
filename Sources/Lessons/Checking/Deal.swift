// Which variant a student gets. Variables have few values, so that many students get the same one.
internal import Traces

/// A student's variant of an exercise, guarded; the exercise itself is put in front of somebody only when it is asked for.
struct Deal {
    let variant: Variant
    private let classroom: Classroom
    private let lesson: Lesson
    private let exercise: Exercise
    /// Where it was made for the guard.
    private let made: Sitting?

    init(_ classroom: Classroom, _ lesson: Lesson, _ exercise: Exercise, _ variant: Variant, _ made: Sitting?) {
        (self.classroom, self.lesson, self.exercise) = (classroom, lesson, exercise)
        (self.variant, self.made) = (variant, made)
    }

    func sitting() throws(LessonError) -> Sitting {
        if let made { return made }
        if let sitting = try Sitting(lesson, exercise, variant, classroom) { return sitting }
        // A guard let it pass, so it has its step.
        throw .noVariant(exercise: exercise.id, tries: 1)
    }
}

/// What came of the variants of one exercise that were tried.
struct GuardMemory {
    /// What trying one variant gave.
    struct Trial {
        let passes: Bool
        /// The runs that it took, as places in ``costs``.
        let runs: [Int]
    }

    private var exercise: Exercise?
    /// By ``Variant/key``.
    var trials: [String: Trial] = [:]
    private var runs: [LessonRun] = []
    /// What making each run again would cost, in tokens that go through the model.
    private(set) var costs: [Int64] = []

    /// Forgets what belongs to another exercise.
    mutating func turn(to exercise: Exercise) {
        if self.exercise != exercise { (self.exercise, trials, runs, costs) = (exercise, [:], [], []) }
    }

    /// Where the run stands among those whose costs are known, from now on at the latest.
    mutating func place(of run: LessonRun, _ trace: Trace) -> Int {
        if let place = runs.firstIndex(of: run) { return place }
        let levels = trace.beam.map { $0.nodes.reduce(0) { max($0, $1.depth) } } ?? trace.steps.count
        runs.append(run)
        costs.append(Int64(trace.prompt.tokens.count) + Int64(levels) * Int64(trace.settings.beams))
        return runs.count - 1
    }
}
