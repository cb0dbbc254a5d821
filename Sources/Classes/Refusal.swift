// What the rules of a class say no to, each with its words.
public import Phrases

/// Why a command is not carried out.
public enum Refusal: Equatable, Sendable {
    /// The command is none: its name or a member.
    case malformed(Phrase)
    /// It is not for this caller.
    case notAllowed(command: String)
    case wrongRoomCode
    case wrongResumeCode
    case wrongSecret
    /// The teacher has locked the room.
    case locked
    /// The class is over.
    case ended
    /// The teacher has removed the student.
    case removed
    /// The class has as many students as it takes.
    case classIsFull(limit: Int)
    /// Too much at once; how long to wait.
    case tooFast(seconds: Int)
    /// As many answers as one student can give.
    case tooManyAnswers(limit: Int)
    /// Nothing of the name can be shown.
    case emptyName
    case unknownStudent
    /// A student cannot be merged into this one.
    case sameStudent
    /// What the course says of the answer or the exercise.
    case lesson(Phrase)
    /// The same number was used for another answer.
    case otherAnswer
    /// The bets are not revealed.
    case hidden

    var phrase: Phrase {
        switch self {
        case .malformed(let what), .lesson(let what): what
        case .notAllowed(let command):
            Phrase(
                "\(command) is for those in the class: join it, come back with your code, or enter as its teacher",
                "在班級裡才能做 \(command)：請加入班級、用續課碼回來，或以老師身分進入")
        case .wrongRoomCode: Phrase("there is no room of that code; look at the board again", "沒有這個教室碼；請再看一次投影畫面")
        case .wrongResumeCode:
            Phrase(
                "no student has that code; join with your name, and your teacher puts you together",
                "沒有這個續課碼；請用名字加入，老師會幫你合併")
        case .wrongSecret: Phrase("that is not the teacher's address; it stands on the terminal", "這不是老師的網址；網址在終端機上")
        case .locked: Phrase("the room is locked; ask your teacher to open it", "教室已鎖上；請老師開放")
        case .ended: Phrase("the class is over", "這堂課已經結束")
        case .removed: Phrase("your teacher has taken you out of the room; ask your teacher", "老師把你移出了教室；請詢問老師")
        case .classIsFull(let limit): Phrase("the class is full (\(limit) students)", "班級已滿（\(limit) 人）")
        case .tooFast(let seconds): Phrase("too fast; wait \(seconds) s and try again", "太快了；請等 \(seconds) 秒再試")
        case .tooManyAnswers(let limit): Phrase("a student gives at most \(limit) answers", "一個學生最多作答 \(limit) 次")
        case .emptyName: Phrase("write your name, as your class knows you", "請寫下同學認得的名字")
        case .unknownStudent: Phrase("there is no such student", "沒有這個學生")
        case .sameStudent: Phrase("these are the same student already", "這兩個已經是同一個學生")
        case .otherAnswer: Phrase("this number was used for another answer; reload the page", "這個編號用在別的答案上了；請重新載入頁面")
        case .hidden: Phrase("the bets are shown when your teacher reveals them", "老師公開後才看得到大家下的注")
        }
    }

    var name: String {
        switch self {
        case .malformed: "malformed"
        case .notAllowed: "not-allowed"
        case .wrongRoomCode, .wrongResumeCode, .wrongSecret: "wrong-code"
        case .locked: "locked"
        case .ended: "ended"
        case .removed: "removed"
        case .classIsFull: "class-is-full"
        case .tooFast: "too-fast"
        case .tooManyAnswers: "too-many-answers"
        case .emptyName: "empty-name"
        case .unknownStudent, .sameStudent: "student"
        case .lesson: "lesson"
        case .otherAnswer: "other-answer"
        case .hidden: "hidden"
        }
    }
}
