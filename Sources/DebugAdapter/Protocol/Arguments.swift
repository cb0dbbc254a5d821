// What a request brings along, read as the request needs it: a member of another kind is refused by its name.
internal import JSONText
internal import Phrases

/// The members of a request's `arguments`, or of an object within them.
struct Arguments {
    let value: JSONValue
    /// What stands before a member's name in a message: `breakpoints[2].`.
    let place: String

    init(_ value: JSONValue, place: String = "") { (self.value, self.place) = (value, place) }

    /// A member; nil where it is missing or null.
    subscript(name: String) -> JSONValue? {
        guard let found = value[name], !found.isNull else { return nil }
        return found
    }

    private func wrong(_ name: String, _ expected: Phrase) -> AdapterError {
        .member(readable(place + name), expected: expected)
    }

    func textIfAny(_ name: String) throws(AdapterError) -> String? {
        guard let found = self[name] else { return nil }
        guard let text = found.string else { throw wrong(name, Phrase("a text", "文字")) }
        return text
    }

    func text(_ name: String) throws(AdapterError) -> String {
        guard let text = try textIfAny(name) else { throw wrong(name, Phrase("a text", "文字")) }
        return text
    }

    func wholeIfAny(_ name: String) throws(AdapterError) -> Int? {
        guard let found = self[name] else { return nil }
        guard let number = found.int, (-(1 << 31)...(1 << 31)).contains(number) else {
            throw wrong(name, Phrase("a whole number", "整數"))
        }
        return number
    }

    func whole(_ name: String) throws(AdapterError) -> Int {
        guard let number = try wholeIfAny(name) else { throw wrong(name, Phrase("a whole number", "整數")) }
        return number
    }

    func flag(_ name: String, or usual: Bool) throws(AdapterError) -> Bool {
        guard let found = self[name] else { return usual }
        guard let flag = found.bool else { throw wrong(name, Phrase("true or false", " true 或 false")) }
        return flag
    }

    /// The members of an object within; none where it is missing.
    func object(_ name: String) throws(AdapterError) -> Arguments {
        guard let found = self[name] else { return Arguments(.object(.init()), place: place + name + ".") }
        guard found.object != nil else { throw wrong(name, Phrase("an object", "物件")) }
        return Arguments(found, place: place + name + ".")
    }

    /// The most items of a list: nobody sets more breakpoints by hand.
    private static let limitItems = 10_000

    /// The objects of a list; none where it is missing.
    func objects(_ name: String) throws(AdapterError) -> [Arguments] {
        guard let found = self[name] else { return [] }
        guard let items = found.array, items.count <= Self.limitItems, items.allSatisfy({ $0.object != nil }) else {
            throw wrong(name, Phrase("a list of objects", "物件的清單"))
        }
        return items.enumerated().map { Arguments($0.element, place: place + "\(name)[\($0.offset)].") }
    }

    /// The texts of a list; one text alone is a list of one.
    func texts(_ name: String) throws(AdapterError) -> [String] {
        guard let found = self[name] else { return [] }
        if let text = found.string { return [text] }
        let texts = found.array?.compactMap { $0.string } ?? []
        guard let items = found.array, items.count <= Self.limitItems, texts.count == items.count else {
            throw wrong(name, Phrase("a list of texts", "文字的清單"))
        }
        return texts
    }
}
