// The members of a request, each of its type or refused by name.
internal import JSONText
internal import Phrases
internal import Traces

/// One request as it came.
struct RequestArguments {
    let object: JSONObject
    let attachments: [AttachedBytes]
    /// The request that reads them.
    var request: Request?

    /// The object of a request's JSON.
    init(_ message: Message) throws(RequestError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: message.json) } catch {
            throw .request(Phrase("the request is no JSON: \(error)", "請求不是 JSON：\(error)"))
        }
        guard case .object(let object) = value else {
            throw .request(Phrase("the request is no JSON object", "請求不是 JSON 物件"))
        }
        self.object = object
        attachments = message.attachments
    }

    /// A member, nil where it is absent or null.
    subscript(name: String) -> JSONValue? {
        #if !hasFeature(Embedded)
            assert(request?.takes(name) ?? true, "the request \(request?.name ?? "") has no row for its member \(name)")
        #endif
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    private func wrong(_ name: String, _ english: String, _ chinese: String) -> RequestError {
        .request(Phrase("\"\(name)\" must be \(english)", "「\(name)」必須是\(chinese)"))
    }

    func text(_ name: String) throws(RequestError) -> String {
        guard let text = try textIfAny(name) else { throw wrong(name, "a text", "文字") }
        return text
    }

    func textIfAny(_ name: String) throws(RequestError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.string else { throw wrong(name, "a text", "文字") }
        return text
    }

    func flag(_ name: String, or standard: Bool) throws(RequestError) -> Bool {
        guard let value = self[name] else { return standard }
        guard case .bool(let flag) = value else { throw wrong(name, "true or false", " true 或 false") }
        return flag
    }

    func count(_ name: String) throws(RequestError) -> Int {
        guard let number = try countIfAny(name) else { throw wrong(name, "a whole number", "整數") }
        return number
    }

    func countIfAny(_ name: String) throws(RequestError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = value.int else { throw wrong(name, "a whole number", "整數") }
        return number
    }

    /// `from` and `to` (not included) among `count` things; what lies beyond them is none of them.
    func stretch(of count: Int) throws(RequestError) -> Range<Int> {
        let from = min(max(0, try countIfAny("from") ?? 0), count)
        return from..<min(max(from, try countIfAny("to") ?? count), count)
    }

    /// `width`: columns that lines are drawn in.
    func width() throws(RequestError) -> Int { min(max(1, try countIfAny("width") ?? 80), 10_000) }

    func numberIfAny(_ name: String) throws(RequestError) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.double else { throw wrong(name, "a number", "數字") }
        return number
    }

    /// The items of a list, each read by `item`; empty where the member is absent.
    ///
    /// - Parameter limit: where each item is more work than its reading.
    func list<T>(
        _ name: String, atMost limit: Int = .max, _ item: (JSONValue) -> T?
    ) throws(RequestError) -> [T] {
        guard let value = self[name] else { return [] }
        guard let values = value.array else { throw wrong(name, "a list", "清單") }
        guard values.count <= limit else {
            throw wrong(name, "a list of at most \(limit) items", "最多 \(limit) 項的清單")
        }
        var items: [T] = []
        for value in values {
            guard let read = item(value) else { throw wrong(name, "a list of what belongs there", "合用的清單") }
            items.append(read)
        }
        return items
    }

    /// The members of an object that are texts, in their order; empty where it is absent.
    func texts(_ name: String) throws(RequestError) -> [(key: String, value: String)] {
        guard let value = self[name] else { return [] }
        guard case .object(let object) = value else { throw wrong(name, "an object of texts", "文字的物件") }
        var texts: [(key: String, value: String)] = []
        for (key, value) in object.members {
            guard let text = value.string else { throw wrong("\(name).\(key)", "a text", "文字") }
            texts.append((key, text))
        }
        return texts
    }

    /// The settings of a run: those that are named, the others at their defaults.
    func settings() throws(RequestError) -> Settings {
        guard let value = self["settings"] else { return Settings() }
        do { return try Settings(parsing: value) } catch { throw .request(error.phrase) }
    }

    func attachment(_ place: Int) throws(RequestError) -> AttachedBytes {
        guard attachments.indices.contains(place) else {
            throw .request(Phrase("the request lacks attachment \(place)", "請求缺少第 \(place) 個附件"))
        }
        return attachments[place]
    }
}
