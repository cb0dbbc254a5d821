// What can be asked of a class, as values; and the one table of who may ask it.
internal import JSONText
internal import Phrases

/// Who asks.
public struct Caller: Equatable, Sendable {
    public enum Role: Hashable, Sendable {
        case nobody
        case student(Int64)
        case teacher
    }

    public var role: Role
    /// Where from; what wrong codes are counted by.
    public var address: String

    public init(_ role: Role, address: String) { (self.role, self.address) = (role, address) }
}

/// A wish of a student or the teacher. As JSON: `{"do": "join", "room": "K7WM3P", "name": "Ann"}`.
public enum ClassCommand: Equatable, Sendable {
    case join(room: String, name: String)
    case resume(code: String)
    case enter(secret: String)
    case answer(GivenAnswer)
    /// The student looks at that place of the course.
    case look(place: String)
    /// The student's page closes.
    case leave
    /// What a student's page begins with.
    case standing
    case bets(exercise: String)
    case view
    case answers(exercise: String, isNamed: Bool)
    case lock(Bool)
    case end(Bool)
    case newCode
    /// Takes all to a place; an empty one lets them go.
    case open(place: String)
    case reveal(exercise: String)
    case remove(Int64, Bool)
    case merge(Int64, into: Int64)
    case delete(Int64)
    case grades
    case backup
}

/// One row of the table: a command's name, who may ask it, and how it is read.
struct CommandRow: Sendable {
    enum Who: Sendable { case anyone, students, members, teacher }

    let name: String
    let who: Who
    let read: @Sendable (CommandMembers) throws(ClassError) -> ClassCommand

    init(
        _ name: String, for who: Who, _ read: @escaping @Sendable (CommandMembers) throws(ClassError) -> ClassCommand
    ) {
        (self.name, self.who, self.read) = (name, who, read)
    }

    /// Who may do what.
    static let all: [CommandRow] = [
        CommandRow("join", for: .anyone) { (m) throws(ClassError) in
            .join(room: try m.text("room"), name: try m.text("name", limit: 1_000))
        },
        CommandRow("resume", for: .anyone) { (m) throws(ClassError) in .resume(code: try m.text("code")) },
        CommandRow("enter", for: .anyone) { (m) throws(ClassError) in .enter(secret: try m.text("secret")) },
        CommandRow("answer", for: .students) { (m) throws(ClassError) in
            .answer(
                GivenAnswer(
                    client: try m.client(), exercise: try m.text("exercise"),
                    answer: try m.text("answer", limit: GivenAnswer.mostBytes)))
        },
        CommandRow("look", for: .students) { (m) throws(ClassError) in .look(place: try m.text("place")) },
        CommandRow("leave", for: .students) { (_) throws(ClassError) in .leave },
        CommandRow("standing", for: .students) { (_) throws(ClassError) in .standing },
        CommandRow("bets", for: .members) { (m) throws(ClassError) in .bets(exercise: try m.text("exercise")) },
        CommandRow("view", for: .teacher) { (_) throws(ClassError) in .view },
        CommandRow("answers", for: .teacher) { (m) throws(ClassError) in
            .answers(exercise: try m.text("exercise"), isNamed: try m.flag("named"))
        },
        CommandRow("lock", for: .teacher) { (m) throws(ClassError) in .lock(try m.flag("on")) },
        CommandRow("end", for: .teacher) { (m) throws(ClassError) in .end(try m.flag("on")) },
        CommandRow("new-code", for: .teacher) { (_) throws(ClassError) in .newCode },
        CommandRow("open", for: .teacher) { (m) throws(ClassError) in .open(place: try m.text("place")) },
        CommandRow("reveal", for: .teacher) { (m) throws(ClassError) in .reveal(exercise: try m.text("exercise")) },
        CommandRow("remove", for: .teacher) { (m) throws(ClassError) in
            .remove(try m.number("student"), try m.flag("on"))
        },
        CommandRow("merge", for: .teacher) { (m) throws(ClassError) in
            .merge(try m.number("student"), into: try m.number("into"))
        },
        CommandRow("delete", for: .teacher) { (m) throws(ClassError) in .delete(try m.number("student")) },
        CommandRow("grades", for: .teacher) { (_) throws(ClassError) in .grades },
        CommandRow("backup", for: .teacher) { (_) throws(ClassError) in .backup },
    ]

    func allows(_ role: Caller.Role) -> Bool {
        switch (who, role) {
        case (.anyone, _), (.students, .student), (.members, .student), (.members, .teacher), (.teacher, .teacher): true
        default: false
        }
    }
}

extension ClassCommand {
    /// The longest command that is read, in bytes: an answer of the greatest length with every byte escaped.
    public static var limitBytes: Int { ReadingBudget.command.bytes }

    /// What a message says, as far as this caller may say it.
    ///
    /// - Throws: ``Refusal/malformed(_:)`` and ``Refusal/notAllowed(command:)``.
    public init(parsing bytes: [UInt8], by caller: Caller) throws(ClassError) {
        if bytes.count > Self.limitBytes {
            throw .refused(
                .malformed(
                    Phrase("a command has at most \(Self.limitBytes) bytes", "指令最多 \(Self.limitBytes) 個位元組")))
        }
        let tree: JSONValue
        do throws(JSONError) { tree = try JSONValue(parsing: bytes) } catch {
            let what = readable(error.description)
            throw .refused(.malformed(Phrase("the command is no JSON: \(what)", "指令不是 JSON：\(what)")))
        }
        let members = CommandMembers(tree: tree)
        let name = try members.text("do")
        guard let row = CommandRow.all.first(where: { $0.name == name }) else {
            throw .refused(
                .malformed(Phrase("there is no command \(readable(name))", "沒有 \(readable(name)) 這個指令")))
        }
        if !row.allows(caller.role) { throw .refused(.notAllowed(command: name)) }
        self = try row.read(members)
    }
}

/// The members of a command.
struct CommandMembers {
    let tree: JSONValue

    func text(_ name: String, limit: Int = 200) throws(ClassError) -> String {
        guard let text = tree[name]?.string, text.utf8.count <= limit else {
            throw .refused(
                .malformed(
                    Phrase(
                        "\"\(name)\" must be a text of at most \(limit) bytes", "「\(name)」必須是文字，最多 \(limit) 個位元組")))
        }
        return text
    }

    func flag(_ name: String) throws(ClassError) -> Bool {
        guard let flag = tree[name]?.bool else {
            throw .refused(.malformed(Phrase("\"\(name)\" must be true or false", "「\(name)」必須是 true 或 false")))
        }
        return flag
    }

    func number(_ name: String) throws(ClassError) -> Int64 {
        guard let number = tree[name]?.int64 else {
            throw .refused(.malformed(Phrase("\"\(name)\" must be a whole number", "「\(name)」必須是整數")))
        }
        return number
    }

    /// The number of an answer: letters, digits and hyphens.
    func client() throws(ClassError) -> String {
        let text = try text("client", limit: 64)
        let isPlain = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || Character(UnicodeScalar(byte)).isLetter
                || Character(UnicodeScalar(byte)).isNumber
        }
        guard !text.isEmpty, isPlain, text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .refused(
                .malformed(Phrase("\"client\" must be letters, digits and hyphens", "「client」只能有英文字母、數字和連字號")))
        }
        return text
    }
}
