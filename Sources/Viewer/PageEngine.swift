// The engine that a page carries: the same sources as the command's, compiled to WebAssembly, and a model's file.
internal import JSONText
internal import Traces

/// What makes a page go on by itself.
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

    /// The WebAssembly module as one zlib stream: the same in every page, so packed once.
    var packedModule: [UInt8]
    /// nil: the page asks questions of its record, and makes no tokens.
    var model: Model?

    public init(packedModule: [UInt8], model: Model?) {
        self.packedModule = packedModule
        self.model = model
    }

    /// What the page's template has of an engine; a page without one runs no code but its own script.
    static func values(_ engine: PageEngine?) throws(ViewerError) -> [String: ArraySlice<UInt8>] {
        guard let engine else {
            return ["engine": [], "engine-policy": [], "worker": [], "model-facts": Array("{}".utf8)[...], "model": []]
        }
        let files = engine.model?.files ?? []
        var model: [UInt8] = []
        if !files.isEmpty {
            do { model = base64(try deflated(files.flatMap(\.bytes), looksFor: .repetitions)) } catch {
                throw .trace(error)
            }
        }
        var facts = JSONWriter()
        facts.object { json in
            guard let model = engine.model else { return }
            json.member("name", model.name)
            json.member("sha256", model.sha256)
            json.array("files") { json in
                for file in files {
                    json.object { json in
                        json.member("name", file.name)
                        json.member("count", file.bytes.count)
                    }
                }
            }
        }
        return [
            "engine": base64(engine.packedModule)[...],
            // A worker made of a text in the page, and compiled WebAssembly; the network stays shut.
            "engine-policy": Array(" 'wasm-unsafe-eval'; worker-src blob:".utf8)[...],
            "worker": try workerScript()[...],
            // The text stands inside a script element, which it must not end.
            "model-facts": facts.bytes.flatMap { $0 == UInt8(ascii: "<") ? Array("\\u003c".utf8) : [$0] }[...],
            "model": model[...],
        ]
    }
}
