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

    func whole(_ name: String, or standard: Int? = nil) throws(LessonError) -> Int {
        guard let value = self[name] else {
            if let standard { return standard }
            throw lacks(name)
        }
        guard let whole = value.int else {
            throw .broken(path: place(name), Phrase("a whole number is needed", "要寫整數"))
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
