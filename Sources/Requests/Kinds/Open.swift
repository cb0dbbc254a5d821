// Opening a model from its files' bytes, and closing it.
internal import Generation
internal import JSONText
internal import ModelFiles
internal import Phrases
internal import Traces
internal import Transformers

extension Request {
    /// `files`: the names of the attachments, one GGUF file or the parts of a folder; `name`: what the model is called;
    /// `sha256`: that of its weights, where the caller knows it.
    static let open = Request("open", "files sha256? name? +files") {
        (engine, arguments, answer) throws(RequestError) in
        let names = try arguments.list("files") { $0.string }
        guard !names.isEmpty, names.count == arguments.attachments.count else {
            throw .request(
                Phrase(
                    "\"files\" must name each of the attachments: it names \(names.count), there are \(arguments.attachments.count)",
                    "「files」必須逐一寫出附件的名稱：寫了 \(names.count) 個，附件有 \(arguments.attachments.count) 個"))
        }
        let hash = try arguments.textIfAny("sha256")
        let name = try arguments.textIfAny("name")
        guard let compute = engine.compute else {
            throw .request(Phrase("this engine opens no models", "這個引擎不能開啟模型"))
        }
        let model: LanguageModel
        do throws(GenerationError) {
            model = try LanguageModel(
                try source(names, arguments.attachments, name: name), name: name, compute: compute,
                hash: hash.map { hash in { hash } })
        } catch {
            throw .model(error.phrase)
        }
        answer.json.value(model, number: engine.add(model), hash: hash ?? "")
    }

    private static func source(
        _ names: [String], _ attachments: [AttachedBytes], name: String?
    ) throws(GenerationError) -> ModelSource {
        do throws(ModelFileError) {
            if names.count == 1 {
                let file = MappedFile(memory: attachments[0].bytes, name: names[0], owner: attachments[0])
                return .gguf(try GGUFFile(mapping: file))
            }
            let folder = name ?? "model"
            var files: [String: MappedFile] = [:]
            for (file, attachment) in zip(names, attachments) {
                files[file] = MappedFile(memory: attachment.bytes, name: "\(folder)/\(file)", owner: attachment)
            }
            return .folder(try ModelFolder(files: files, name: folder))
        } catch {
            throw .model(.file(error))
        }
    }

    /// `model`; its runs end with it.
    static let close = Request("close", "model") { (engine, arguments, answer) throws(RequestError) in
        engine.close(try engine.model(arguments))
        answer.json.object { _ in }
    }
}

extension JSONWriter {
    /// `{"model","info","chat","notes","seconds"}`.
    mutating func value(_ model: LanguageModel, number: Int, hash: String) {
        var info = model.knownInfo
        info.sha256 = hash
        object { json in
            json.member("model", number)
            json.key("info")
            json.value(info)
            json.member("chat", model.chatTemplate != nil)
            json.array("notes") { json in for note in model.notes { json.value(TraceNotes.phrase(note)) } }
            json.member("seconds", model.loadSeconds)
        }
    }
}
