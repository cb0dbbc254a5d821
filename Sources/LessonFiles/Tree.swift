// A YAML file as the tree of values that JSON has, with the line of each of them. libyaml reads; what YAML has beyond JSON
// (anchors, tags, several documents, keys that are no texts) is refused.
internal import CYAML
internal import JSONText
internal import Phrases

/// A YAML file as a tree, with the line of each path.
struct Tree {
    let file: String
    private(set) var value = JSONValue.null
    /// From 1, by path (`exercises[2].right`); of a member, the line of its key.
    private var lines: [String: Int] = [:]

    init(_ file: String, _ files: CourseTexts) throws(CourseFileError) {
        self.file = file
        guard let text = files[file] else {
            throw CourseFileError(file: file, what: Phrase("there is no such file", "沒有這個檔案"))
        }
        do throws(YAMLProblem) {
            let events = YAMLEvents(text)
            let first = try events.next()
            if first.kind == .end {
                throw YAMLProblem(line: nil, what: Phrase("the file is empty", "檔案是空的"))
            }
            value = try convert(first, of: events, "", depth: 0)
            let last = try events.next()
            if last.kind != .end {
                throw YAMLProblem(line: last.line, what: Phrase("a second document begins here", "這裡開始了第二份文件"))
            }
        } catch {
            throw CourseFileError(file: file, line: error.line, what: error.what)
        }
    }

    /// The line of a path, or of the nearest that is known around it.
    func line(of path: String) -> Int? {
        var path = path
        while !path.isEmpty {
            if let line = lines[path] { return line }
            guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            path = String(path[..<cut])
        }
        return lines[path]
    }

    /// Deeper than any lesson.
    private static let deepest = 20
    /// Bytes of all paths together, which are as long as their keys and as many as the values: more than any lesson has.
    private static let longest = 1 << 24
    private var pathBytes = 0
    /// What comparing the texts may cost; escapes make accents that the file's own bytes have not.
    private var budget = ReadingBudget()

    private mutating func convert(
        _ event: YAMLEvents.Event, of events: YAMLEvents, _ path: String, depth: Int
    ) throws(YAMLProblem) -> JSONValue {
        if lines[path] == nil { lines[path] = event.line }
        pathBytes += path.utf8.count
        if pathBytes > Self.longest {
            throw YAMLProblem(line: event.line, what: Phrase("the keys up to here are too long", "到這裡為止的鍵太長了"))
        }
        if depth > Self.deepest {
            throw YAMLProblem(
                line: event.line,
                what: Phrase("this is nested more than \(Self.deepest) deep", "巢狀超過 \(Self.deepest) 層"))
        }
        switch event.kind {
        case .scalar(let text, let isPlain):
            try take(text, at: event.line)
            let isNumber = isPlain && Double(text) != nil && text.first?.isLetter == false
            return isNumber ? .number(text) : .string(text)
        case .sequence:
            var items: [JSONValue] = []
            while true {
                let item = try events.next()
                if item.kind == .end { return .array(items) }
                items.append(try convert(item, of: events, "\(path)[\(items.count)]", depth: depth + 1))
            }
        case .mapping:
            var object = JSONObject()
            while true {
                let key = try events.next()
                if key.kind == .end { return .object(object) }
                guard case .scalar(let name, _) = key.kind else {
                    throw YAMLProblem(line: key.line, what: Phrase("a key must be a text", "鍵必須是文字"))
                }
                try take(name, at: key.line)
                let place = path.isEmpty ? name : "\(path).\(name)"
                lines[place] = key.line
                let value = try convert(try events.next(), of: events, place, depth: depth + 1)
                if !object.append(name, value) {
                    throw YAMLProblem(
                        line: key.line, what: Phrase("\(name) stands here a second time", "\(name) 重複了"))
                }
            }
        case .end:
            throw YAMLProblem(line: event.line, what: Phrase("a value is missing here", "這裡缺少值"))
        }
    }
}

extension Tree {
    private mutating func take(_ text: String, at line: Int) throws(YAMLProblem) {
        var text = text
        if !text.withUTF8({ budget.take(comparable: $0) }) { throw YAMLProblem(line: line, what: tooManyAccents) }
    }
}

/// What is wrong with a YAML text, and where.
private struct YAMLProblem: Error {
    /// From 1.
    var line: Int?
    var what: Phrase
}

/// The values of a text one after another, as libyaml finds them.
private final class YAMLEvents {
    struct Event {
        enum Kind: Equatable {
            /// `isPlain`: without quotes or a block's mark.
            case scalar(String, isPlain: Bool)
            /// Items follow, then ``end``.
            case sequence
            /// Keys and values follow in turn, then ``end``.
            case mapping
            /// Of a sequence, of a mapping, or of the text.
            case end
        }

        let kind: Kind
        /// From 1.
        let line: Int
    }

    private var parser = yaml_parser_t()
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.text = .allocate(capacity: bytes.count)
        _ = self.text.initialize(from: bytes)
        // It fails only where no memory is left.
        precondition(yaml_parser_initialize(&parser) == 1, "no memory for a YAML parser")
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, self.text.baseAddress, self.text.count)
    }

    deinit {
        yaml_parser_delete(&parser)
        text.deallocate()
    }

    func next() throws(YAMLProblem) -> Event {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { throw problem() }
            defer { yaml_event_delete(&event) }
            let line = Int(event.start_mark.line) + 1
            switch event.type {
            case YAML_SCALAR_EVENT:
                let scalar = event.data.scalar
                try refuse(anchor: scalar.anchor, tag: scalar.tag, line)
                let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
                let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
                return Event(kind: .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain), line: line)
            case YAML_SEQUENCE_START_EVENT:
                try refuse(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, line)
                return Event(kind: .sequence, line: line)
            case YAML_MAPPING_START_EVENT:
                try refuse(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, line)
                return Event(kind: .mapping, line: line)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT, YAML_STREAM_END_EVENT, YAML_NO_EVENT:
                return Event(kind: .end, line: line)
            case YAML_ALIAS_EVENT: throw unused(line)
            default: continue  // where streams and documents begin, and where a document ends
            }
        }
    }

    private func refuse(
        anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?, _ line: Int
    ) throws(YAMLProblem) {
        if anchor != nil || tag != nil { throw unused(line) }
    }

    private func unused(_ line: Int) -> YAMLProblem {
        YAMLProblem(
            line: line,
            what: Phrase(
                "anchors, aliases and tags (& * !) are not used here; put the text in quotes",
                "這裡不用錨點、別名與標籤（& * !）；請把文字放在引號裡"))
    }

    /// What libyaml says, in its own English.
    private func problem() -> YAMLProblem {
        let told = [parser.context, parser.problem].compactMap { $0.map { String(cString: $0) } }
        let text = told.joined(separator: ", ")
        let line = parser.error == YAML_READER_ERROR ? nil : Int(parser.problem_mark.line) + 1
        return YAMLProblem(line: line, what: Phrase("this is no YAML: \(text)", "不是 YAML：\(text)"))
    }
}
