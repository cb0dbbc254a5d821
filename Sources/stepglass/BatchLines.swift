// The lines of a batch: a file that anybody may have written, and what each line asks for.
internal import Digests
internal import JSONText
internal import Phrases
internal import Stages
internal import Traces

/// The file of prompts, cut into lines; none of them is read yet.
struct BatchFile {
    struct Line {
        /// As an editor counts: from 1, blank lines too.
        let number: Int
        /// Among the lines that hold something, from 0.
        let place: Int
        let bytes: ArraySlice<UInt8>
    }

    let path: String
    let lines: [Line]
    /// By id, the number of the first line that has it.
    private let firstLines: [String: Int]

    init(_ path: String) throws {
        self.path = path
        var (lines, firstLines) = ([Line](), [String: Int]())
        for (index, part) in try readLines(path, .prompts).enumerated() {
            // A mark at the beginning of a file and the return of a line end are no part of a line.
            let start = index == 0 && part.starts(with: [0xEF, 0xBB, 0xBF]) ? part.dropFirst(3) : part
            guard start.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let line = Line(number: index + 1, place: lines.count, bytes: start)
            lines.append(line)
            let value = try? JSONValue(parsing: Array(start))
            let id = value?["id"]?.string ?? Self.standardID(line)
            // It will be refused; until then nothing is done with it.
            if id.utf8.count > Self.longestID { continue }
            if firstLines[id] == nil { firstLines[id] = line.number }
        }
        if lines.isEmpty {
            throw Failure(
                "\(path) has no line with a prompt; a line is a JSON object such as {\"prompt\": \"Once upon a time\"}",
                "\(path) 沒有任何一行提示；每行是一個 JSON 物件，例如 {\"prompt\": \"Once upon a time\"}")
        }
        (self.lines, self.firstLines) = (lines, firstLines)
    }

    /// In bytes.
    static let longestID = 200

    /// What a line without an id is called.
    static func standardID(_ line: Line) -> String { "line-\(line.number)" }

    /// Refuses an id that an earlier line has.
    func check(_ id: String, _ line: Line) throws {
        guard let first = firstLines[id], first != line.number else { return }
        throw Failure(
            "the id \(quotedName(id, limit: 60)) is that of line \(first) too; give each line one of its own",
            "id \(quotedName(id, limit: 60)) 與第 \(first) 行相同；請讓每行有自己的 id")
    }
}

/// What a line asks for, checked as far as that is possible without a model.
struct BatchItem {
    let id: String
    let line: Int
    let text: String
    let settings: Settings
    /// Where its record goes, inside the batch's folder: the line's number keeps ids apart that are spelled alike there.
    /// Where a line has another id than it had, the old id's record keeps the name, see ``BatchIndex/freeFolder(_:)``.
    var folder: String
    /// SHA-256 of the model, the prompt and the settings: what its record depends on.
    let request: String
}

/// Turns lines into items.
struct BatchReader {
    let file: BatchFile
    private let base: Settings
    private let baseMembers: JSONObject
    private let known: Set<String>
    private let model: ModelInfo
    private static let members = ["id", "prompt", "messages", "tools", "seed", "settings"]

    /// - Parameter base: the settings of the command line.
    init(file: BatchFile, base: Settings, model: ModelInfo) throws {
        (self.file, self.model) = (file, model)
        var base = base
        // Told at the run: a batch that goes on tomorrow asks for the same.
        base.date = nil
        self.base = base
        baseMembers = try JSONValue(parsing: Self.record(model, base, ""))["settings"]?.object ?? JSONObject()
        let shapes = try JSONValue(parsing: traceShapes())["settings"]?.object?.members.map { $0.key } ?? []
        known = Set(shapes).subtracting(["messages", "tools", "changes"])
    }

    func item(_ line: BatchFile.Line) throws -> BatchItem {
        let object = try object(line)
        let id = try id(object, line)
        try file.check(id, line)
        var settings = try settings(object)
        let text = try text(object, &settings)
        do { _ = try StagePipeline(settings: settings) } catch { throw Failure(error) }
        let request = sha256(of: try Self.record(model, settings, text)).hexadecimal
        let number = String(line.number)
        let folder = String(repeating: "0", count: max(0, 6 - number.count)) + number + "-" + slug(id)
        return BatchItem(
            id: id, line: line.number, text: text, settings: settings, folder: folder, request: request)
    }

    /// The text that names a run: a record without steps.
    private static func record(_ model: ModelInfo, _ settings: Settings, _ text: String) throws -> [UInt8] {
        try canonicalBytes(
            Trace(
                engine: EngineInfo(version: "", kernels: "", threads: 0), model: model, settings: settings,
                prompt: Prompt(text: text, rendered: "", tokens: [], pieces: [])))
    }

    private func object(_ line: BatchFile.Line) throws -> JSONObject {
        guard String(validating: line.bytes, as: UTF8.self) != nil else { throw Failure(notText(Phrase("it", "這一行"))) }
        let value: JSONValue
        do { value = try JSONValue(parsing: Array(line.bytes)) } catch { throw Failure(Phrase(same: "\(error)")) }
        guard let object = value.object else {
            throw Failure(
                "is no JSON object, such as {\"prompt\": \"Once upon a time\"}",
                "不是 JSON 物件，例如 {\"prompt\": \"Once upon a time\"}")
        }
        for (key, _) in object.members where !Self.members.contains(key) {
            let all = Self.members.joined(separator: ", ")
            throw Failure(
                "has \(quotedName(key, limit: 40)), which no line has; its members are: \(all)",
                "有 \(quotedName(key, limit: 40))，但每行只能有：\(all)")
        }
        return object
    }

    private func id(_ object: JSONObject, _ line: BatchFile.Line) throws -> String {
        guard let value = object["id"] else { return BatchFile.standardID(line) }
        guard let id = value.string, !id.isEmpty, id.utf8.count <= BatchFile.longestID else {
            let most = BatchFile.longestID
            throw Failure("id must be a text of 1 to \(most) bytes", "id 必須是 1 到 \(most) 位元組的文字")
        }
        return id
    }

    /// The command line's settings with those of the line in their place.
    private func settings(_ object: JSONObject) throws -> Settings {
        var all = baseMembers
        func put(_ key: String, _ value: JSONValue) { if !all.append(key, value) { all.replace(key, value) } }
        if let own = object["settings"] {
            guard let own = own.object else {
                throw Failure("settings must be an object, as in trace.json", "settings 必須是物件，同 trace.json")
            }
            for (key, value) in own.members {
                guard known.contains(key) else {
                    let close = nearest(to: key, among: known.sorted()).map { $0 } ?? "temperature"
                    throw Failure(
                        "settings has \(quotedName(key, limit: 40)), which is no setting of trace.json (try \(close))",
                        "settings 有 \(quotedName(key, limit: 40))，不是 trace.json 的設定（例如 \(close)）")
                }
                put(key, value)
            }
        }
        if let seed = object["seed"] { put("seed", seed) }
        var settings: Settings
        do throws(TraceError) { settings = try Settings(parsing: .object(all)) } catch {
            // The settings come from the line; no record is involved.
            guard case .field(let path, let problem) = error else { throw Failure(error) }
            throw Failure("settings: \(path) \(problem)", "settings：\(path) \(problem)")
        }
        if settings.maxTokens == 0, !settings.record.contains(.prompt) {
            settings.record = RecordKind.allCases.filter { settings.record.contains($0) || $0 == .prompt }
        }
        return settings
    }

    /// The prompt, or of a chat what its user said last; the chat itself goes into the settings.
    private func text(_ object: JSONObject, _ settings: inout Settings) throws -> String {
        let tools = try object["tools"].map { try listedObjects($0, "tools", in: "tools") }
        switch (object["prompt"], object["messages"]) {
        case (let prompt?, nil):
            guard let text = prompt.string else { throw Failure("prompt must be a text", "prompt 必須是文字") }
            if tools != nil && !settings.chat {
                throw Failure(
                    "tools need messages, or \"settings\": {\"chat\": true}",
                    "tools 需要 messages，或 \"settings\": {\"chat\": true}")
            }
            settings.tools = tools.map { .array($0) }
            return text
        case (nil, let messages?):
            let list = try checkedConversation(try listedObjects(messages, "messages", in: "messages"), in: "messages")
            if settings.system != nil {
                throw Failure(
                    "messages hold the whole conversation; put the system message into them, without --system",
                    "messages 是整個對話；請把系統訊息寫進去，不要用 --system")
            }
            settings.chat = true
            settings.messages = .array(list)
            settings.tools = tools.map { .array($0) }
            return lastUserText(list)
        case (nil, nil):
            throw Failure("has neither prompt nor messages; it needs one of them", "沒有 prompt 也沒有 messages；需要其中之一")
        case (_?, _?):
            throw Failure("has both prompt and messages; leave one out", "同時有 prompt 與 messages；請擇一")
        }
    }
}
