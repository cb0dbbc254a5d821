// Which variant a student gets. Variables have few values, so that many students get the same one.

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
        /// The runs that it took.
        let runs: [LessonRun]
    }

    private var exercise: Exercise?
    /// By ``Variant/key``.
    var trials: [String: Trial] = [:]
    /// Of each run that was asked for.
    var costs: [LessonRun: Int64] = [:]

    /// Forgets what belongs to another exercise.
    mutating func turn(to exercise: Exercise) {
        if self.exercise != exercise { (self.exercise, trials, costs) = (exercise, [:], [:]) }
    }
}
