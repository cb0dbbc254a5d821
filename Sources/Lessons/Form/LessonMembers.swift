// The members of one table in a lesson's tree, with what is wrong about them.
internal import JSONText
internal import Phrases

struct LessonMembers {
    private let object: JSONObject
    private let path: String

    /// Refuses what is no table, and members that none is called.
    init(_ tree: JSONValue, _ path: String, _ known: [String]) throws(LessonError) {
        guard let object = tree.object else {
            throw .broken(path: path, Phrase("a table of names and values is needed", "要寫成 名稱: 值（半形冒號加空格）"))
        }
        for (key, _) in object.members where !known.contains(key) {
            let close = nearest(to: key, among: known).map { Phrase("; did you mean \($0)?", "；是不是 \($0)？") }
            let list = known.joined(separator: ", ")
            throw .broken(
                path: path.isEmpty ? key : "\(path).\(key)",
                Phrase("there is no member \(readable(key))", "沒有 \(readable(key)) 這一項")
                    + (close ?? Phrase("; there are: \(list)", "；有：\(list)")))
        }
        (self.object, self.path) = (object, path)
    }

    subscript(name: String) -> JSONValue? { object[name] }

    func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    func lacks(_ name: String) -> LessonError {
        .broken(path: path, Phrase("the member \(name) is missing; add \(name): …", "少了 \(name)；請加上 \(name): …"))
    }

    /// A text or a number as it is written.
    func text(_ name: String, or standard: String? = nil) throws(LessonError) -> String {
        guard let value = self[name] else {
            if let standard { return standard }
            throw lacks(name)
        }
        guard let text = value.plain else {
            throw .broken(path: place(name), Phrase("a text or a number is needed", "要寫文字或數字"))
        }
        return text
    }

    /// What something is called: it stands in addresses, in names of files and in other systems' quizzes.
    func name(_ name: String) throws(LessonError) -> String {
        let text = try text(name)
        let isName =
            (1...Self.limitName).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
            }
        if !isName {
            throw .broken(
                path: place(name),
                Phrase(
                    "\(quoted(text)) is no name: 1 to \(Self.limitName) of a to z, 0 to 9, - and _, and no - at the beginning",
                    "\(quoted(text)) 不能當名稱：要 1 到 \(Self.limitName) 個 a 到 z、0 到 9、- 或 _，開頭不能是 -"))
        }
        return text
    }

    /// How many bytes a name has at most.
    static let limitName = 64

    /// A whole number. Those of all exercises are added up, so that each has an end.
    func whole(
        _ name: String, in range: ClosedRange<Int> = 0...1_000_000, or standard: Int? = nil
    ) throws(LessonError) -> Int {
        guard let value = self[name] else {
            if let standard { return standard }
            throw lacks(name)
        }
        guard let whole = value.int else {
            throw .broken(path: place(name), Phrase("a whole number is needed", "要寫整數"))
        }
        if !range.contains(whole) {
            let (low, high) = (range.lowerBound, range.upperBound)
            throw .broken(
                path: place(name),
                Phrase("it is \(whole); \(low) to \(high) is needed", "是 \(whole)；要在 \(low) 到 \(high) 之間"))
        }
        return whole
    }

    /// A list; empty where it is left out.
    func list(_ name: String) throws(LessonError) -> [JSONValue] {
        guard let value = self[name] else { return [] }
        guard let list = value.array else { throw .broken(path: place(name), Phrase("a list is needed", "要寫成一串")) }
        return list
    }

    func texts(_ name: String) throws(LessonError) -> [String] {
        var result: [String] = []
        for value in try list(name) {
            guard let text = value.plain else {
                throw .broken(path: place(name), Phrase("a list of texts or numbers is needed", "要寫成一串文字或數字"))
            }
            result.append(text)
        }
        return result
    }

    /// Names and values in order; empty where it is left out.
    func table(_ name: String) throws(LessonError) -> [(key: String, value: JSONValue)] {
        guard let value = self[name] else { return [] }
        guard let object = value.object else {
            throw .broken(path: place(name), Phrase("a table of names and values is needed", "要寫成 名稱: 值（半形冒號加空格）"))
        }
        return object.members
    }

    /// As ``table(_:)``, of names that stand in braces in the lesson's words.
    func namedValues(_ name: String) throws(LessonError) -> [(key: String, value: JSONValue)] {
        let members = try table(name)
        if let long = members.first(where: { $0.key.utf8.count > Self.limitName })?.key {
            throw .broken(
                path: place(name),
                Phrase(
                    "a name has \(long.utf8.count) bytes; it may have \(Self.limitName)",
                    "有個名稱長 \(long.utf8.count) 個位元組；最多 \(Self.limitName) 個"))
        }
        return members
    }
}

extension JSONValue {
    /// A text, or a number or truth as it is written; nil for anything else.
    var plain: String? {
        switch self {
        case .string(let text): text
        case .number(let digits): digits
        case .bool(let truth): truth ? "true" : "false"
        default: nil
        }
    }

    /// As JSON.
    var written: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
