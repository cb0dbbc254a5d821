// The engine that a page carries: the same sources as the command's, compiled to WebAssembly, and a model's files.
internal import JSONText
internal import Traces

/// What makes a page answer, and go on, by itself.
public struct PageEngine: Sendable {
    /// A model: one GGUF file, or the files of a folder.
    public struct Model: Sendable {
        /// What people call it, as `stepglass-tiny`.
        public var name: String
        /// Of the weights, in hexadecimal digits.
        public var sha256: String
        public var files: [(name: String, bytes: [UInt8])]

        public init(name: String, sha256: String, files: [(name: String, bytes: [UInt8])]) {
            (self.name, self.sha256, self.files) = (name, sha256, files)
        }
    }

    /// What an engine can do in a page.
    public enum Kind: Sendable {
        /// It opens models and makes runs: the one inside the page, and those that are dropped onto it.
        case whole(Model)
        /// It walks along the page's record, answers questions about it and takes stages over its logits.
        case records
    }

    /// The WebAssembly module, packed once for all pages: the whole engine as a zlib stream, the one for records as LZMA.
    var packedModule: [UInt8]
    var kind: Kind

    public init(packedModule: [UInt8], kind: Kind) {
        self.packedModule = packedModule
        self.kind = kind
    }

    /// What the page's template has of an engine; a page without one runs no code but its own script.
    static func values(_ engine: PageEngine?) throws(ViewerError) -> [String: ArraySlice<UInt8>] {
        guard let engine else {
            return ["engine": [], "engine-policy": [], "worker": [], "model-facts": Array("{}".utf8)[...], "model": []]
        }
        var model: [UInt8] = []
        var facts = JSONWriter()
        switch engine.kind {
        case .whole(let shipped): model = try facts.value(shipped)
        case .records: facts.object { json in json.member("opensModels", false) }
        }
        return [
            "engine": pageText(engine.packedModule)[...],
            // A worker made of a text in the page, and compiled WebAssembly; the network stays shut.
            "engine-policy": Array(" 'wasm-unsafe-eval'; worker-src blob:".utf8)[...],
            "worker": try workerScript()[...],
            // The text stands inside a script element, which it must not end.
            "model-facts": facts.bytes.flatMap { $0 == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [$0] }[...],
            "model": model[...],
        ]
    }
}

extension JSONWriter {
    /// `{"opensModels","name","sha256","files":[{"name","count","stride","packed"}]}`. Returns the files as one text: each a
    /// ``PackedFile`` of `packed` bytes, one after another.
    fileprivate mutating func value(_ model: PageEngine.Model) throws(ViewerError) -> [UInt8] {
        var (all, files): ([UInt8], [PackedFile]) = ([], [])
        for file in model.files {
            files.append(try PackedFile(file.bytes))
            all += files[files.count - 1].packed
        }
        object { json in
            json.member("opensModels", true)
            json.member("name", model.name)
            json.member("sha256", model.sha256)
            json.array("files") { json in
                for (file, packed) in zip(model.files, files) {
                    json.object { json in
                        json.member("name", file.name)
                        json.member("count", file.bytes.count)
                        json.member("stride", packed.stride)
                        json.member("packed", packed.packed.count)
                    }
                }
            }
        }
        return pageText(all)
    }
}
