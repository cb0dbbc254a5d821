// What a page carries to go on by itself: the engine that was built with the command, and a model's files.
internal import ArgumentParser
internal import CPageEngine
internal import Generation
internal import ModelFiles
internal import Phrases
internal import Viewer

/// The most bytes of a model that a page may carry: what browsers still take as one text.
private let pageModelLimit = 200 << 20

/// What of an engine a run's page carries.
struct PageOptions: ParsableArguments {
    @Flag(help: "Put the model into the page, which then goes on with the run by itself (always so for tiny).")
    var live = false
    @Flag(help: "Make the page without an engine: 0.4 MB smaller, and it only shows.")
    var plain = false

    func validate() throws {
        if live && plain {
            throw ValidationError(
                Phrase("--live and --plain exclude each other; leave one out", "--live 與 --plain 不能並用；請擇一"))
        }
    }

    /// The whole engine where the page carries the model; else the one that answers questions of the record.
    ///
    /// - Parameter opened: the run's model.
    func engine(_ opened: OpenedModel) throws -> PageEngine? {
        if plain { return nil }
        return live || opened.isShipped ? try PageEngine(opened) : .records
    }
}

extension PageEngine {
    /// The engine with a model.
    init(_ opened: OpenedModel) throws {
        self.init(packedModule: bytes(sg_page_engine), kind: .whole(try pageModel(opened)))
    }

    /// The engine of a page that has a record and no model.
    static var records: PageEngine { PageEngine(packedModule: bytes(sg_record_engine), kind: .records) }
}

private func bytes(_ embedded: (UnsafeMutablePointer<Int>?) -> UnsafePointer<UInt8>?) -> [UInt8] {
    var count = 0
    let bytes = embedded(&count)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
}

/// The files of a model that lies in one file of weights.
private func pageModel(_ opened: OpenedModel) throws -> PageEngine.Model {
    let weights: [MappedFile]
    var files: [(name: String, file: MappedFile)] = []
    let name: String
    switch opened.source {
    case .gguf(let file):
        weights = file.files
        name = opened.name ?? lastPart(file.name)
        files = [("model.gguf", file.mapping)]
    case .folder(let folder):
        weights = folder.weights.map(\.mapping)
        name = opened.name ?? lastPart(folder.name)
        for part in ModelFolder.FileName.allCases {
            if let file = folder.file(part) { files.append((part.rawValue, file)) }
        }
    }
    guard weights.count == 1 else {
        throw Failure(
            "\(name) lies in \(weights.count) files of weights; a page carries models of one file",
            "\(name) 的權重分成 \(weights.count) 個檔案；頁面只能帶一個檔案的模型")
    }
    let total = files.reduce(0) { $0 + $1.file.bytes.count }
    guard total <= pageModelLimit else {
        throw Failure(
            "\(name) has \(byteText(total)[.english]); a page carries at most \(byteText(pageModelLimit)[.english]). "
                + "Make a page of tiny, and open the model's file in it: stepglass page --model tiny",
            "\(name) 有 \(byteText(total)[.chinese])；頁面最多帶 \(byteText(pageModelLimit)[.chinese])。"
                + "請製作 tiny 的頁面，再在頁面裡開啟模型檔：stepglass page --model tiny")
    }
    return PageEngine.Model(
        name: name, sha256: opened.sha256 ?? weights[0].sha256,
        files: files.map { (name: $0.name, bytes: Array($0.file.bytes)) })
}
