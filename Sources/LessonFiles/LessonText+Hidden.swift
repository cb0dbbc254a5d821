// A lesson's text without its hidden exercises, with nothing else, and both together again.
internal import JSONText
internal import Phrases

extension LessonText {
    private var exercises: [JSONValue] { tree["exercises"]?.array ?? [] }

    private static func isHidden(_ exercise: JSONValue) -> Bool { exercise["hidden"]?.string == "true" }

    private static func name(_ value: JSONValue) -> String { value["id"]?.string ?? "" }

    /// Whether it is a part of a lesson: hidden exercises that stood beside others.
    var isPart: Bool { words["title"] == nil }

    /// Nil where nothing else is in it.
    func withoutHidden() -> LessonText? {
        let hidden = exercises.filter(Self.isHidden)
        if hidden.isEmpty { return self }
        if hidden.count == exercises.count { return nil }
        let ids = Set(hidden.map(Self.name))
        var kept = self
        kept.words = sections(of: ids, orOthers: true)
        kept.tree = tree.replacing { key, value in
            switch key {
            case "exercises": .array((value.array ?? []).filter { !Self.isHidden($0) })
            case "screens": value.screens { !ids.contains($0) }
            default: value
            }
        }
        // A run that only they use would tell what they hide.
        let (used, named) = (kept.namedRuns(), namedRuns())
        kept.tree = kept.tree.replacing { key, value in
            key == "runs" ? value.members { name in used.contains(name) || !named.contains(name) } : value
        }
        return kept
    }

    /// Nil where nothing is hidden.
    func onlyHidden() -> LessonText? {
        let hidden = exercises.filter(Self.isHidden)
        if hidden.isEmpty { return nil }
        if hidden.count == exercises.count { return self }
        let ids = Set(hidden.map(Self.name))
        var kept = self
        kept.words = sections(of: ids)
        kept.tree = tree.replacing { key, value in
            switch key {
            case "exercises": .array(hidden)
            case "screens": value.screens { ids.contains($0) }
            default: value
            }
        }
        return kept
    }

    /// Puts the exercises of a part in, on their screens.
    mutating func merge(_ part: LessonText) {
        words.merge(part.words) { own, _ in own }
        tree = tree.replacing { key, value in
            guard let more = part.tree[key] else { return value }
            switch key {
            case "exercises": return .array((value.array ?? []) + (more.array ?? []))
            case "runs", "values": return value.adding(more)
            case "screens":
                let others = Dictionary((more.array ?? []).map { (Self.name($0), $0) }) { first, _ in first }
                return .array(
                    (value.array ?? []).map { screen in
                        let added = others[Self.name(screen)]?["exercises"]?.array
                        guard let added, !added.isEmpty, var object = screen.object else { return screen }
                        let all = (screen["exercises"]?.array ?? []) + added
                        object = JSONObject(
                            object.members.filter { $0.key != "exercises" } + [("exercises", .array(all))])
                        return .object(object)
                    })
            default: return value
            }
        }
    }

    /// The runs that screens, values and exercises name.
    private func namedRuns() -> Set<String> {
        let places =
            (tree["screens"]?.array ?? []).map { $0["run"] }
            + (tree["values"]?.object?.members ?? []).map { $0.value["run"] }
            + exercises.map { $0["given"]?["of"] ?? $0["given"] }
        return Set(places.compactMap { $0?.string })
    }

    /// The sections of the words that belong to exercises, or the others.
    private func sections(of ids: Set<String>, orOthers: Bool = false) -> [String: Phrase] {
        let longest = ids.map { $0.count }.max() ?? 0
        return words.filter { section, _ in
            let isOwn =
                section.hasPrefix("exercise ") && ids.contains(String(section.dropFirst(9)))
                || section.prefix(longest + 1).indices.contains {
                    section[$0] == " " && ids.contains(String(section[..<$0]))
                }
            return isOwn != orOthers
        }
    }
}

extension JSONValue {
    /// The table with each value put through `change`.
    fileprivate func replacing(_ change: (String, JSONValue) -> JSONValue) -> JSONValue {
        guard let object else { return self }
        return .object(JSONObject(object.members.map { ($0.key, change($0.key, $0.value)) }))
    }

    /// The members of the table that are to be kept.
    fileprivate func members(_ isKept: (String) -> Bool) -> JSONValue {
        guard let object else { return self }
        return .object(JSONObject(object.members.filter { isKept($0.key) }))
    }

    /// The table and those members of another that it lacks.
    fileprivate func adding(_ other: JSONValue) -> JSONValue {
        guard let object else { return other }
        let names = Set(object.members.map { $0.key })
        return .object(JSONObject(object.members + (other.object?.members ?? []).filter { !names.contains($0.key) }))
    }

    /// Screens with only those of their exercises that are to be kept.
    fileprivate func screens(_ isKept: (String) -> Bool) -> JSONValue {
        .array(
            (array ?? []).map { screen in
                screen.replacing { key, value in
                    guard key == "exercises" else { return value }
                    return .array((value.array ?? []).filter { isKept($0.string ?? "") })
                }
            })
    }
}

extension JSONObject {
    fileprivate init(_ members: [(key: String, value: JSONValue)]) {
        self.init()
        for (key, value) in members { _ = append(key, value) }
    }
}
