// The models inside the command: one that writes, and an encoder that fills masks. Each is a Hugging Face folder in memory.
internal import CTinyModel
internal import Generation
internal import ModelFiles
internal import Phrases

/// A model that needs no download.
struct ShippedModel {
    let name: String
    /// What people call it, and how large it is.
    let title: Phrase
    /// What it is good for, in one line.
    let purpose: Phrase
    let licence = "Apache-2.0"
    /// What its folder would be called; its name in traces.
    let folder: String
    fileprivate let fileAt: @Sendable (Int32) -> UnsafePointer<sg_tiny_file>?

    static let tiny = ShippedModel(
        name: "tiny", title: Phrase("stepglass-tiny, about 1 million parameters", "stepglass-tiny，約一百萬個參數"),
        purpose: Phrase("needs no download; simple sentences", "不必下載；簡單的句子"), folder: "stepglass-tiny",
        fileAt: { sg_tiny_file_at($0) })
    static let tinyBERT = ShippedModel(
        name: "tiny-bert",
        title: Phrase("stepglass-tiny-bert, about 1 million parameters", "stepglass-tiny-bert，約一百萬個參數"),
        purpose: Phrase(
            "an encoder: fills masks in simple texts (stepglass fill)", "編碼器：填入簡單句子裡的遮罩（stepglass fill）"),
        folder: "stepglass-tiny-bert",
        fileAt: { sg_tiny_bert_file_at($0) })

    static var all: [ShippedModel] { [tiny, tinyBERT] }

    static func named(_ name: String) -> ShippedModel? { all.first { $0.name == name } }
    /// The model that a trace names.
    static func recorded(name: String, file: String) -> ShippedModel? {
        all.first { $0.folder == name } ?? all.first { $0.folder == file }
    }

    private var files: [String: MappedFile] {
        var files: [String: MappedFile] = [:]
        var index: Int32 = 0
        while let file = fileAt(index), let name = file.pointee.name {
            let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            let label = String(cString: name)
            files[label] = MappedFile(memory: bytes, name: "\(folder)/\(label)")
            index += 1
        }
        return files
    }

    func opened() throws -> OpenedModel {
        OpenedModel(source: .folder(try ModelFolder(files: files, name: folder)), isShipped: true)
    }

    /// Its weights.
    func weights() throws -> MappedFile {
        guard let file = files["model.safetensors"] else {
            throw Failure(
                "this build of stepglass has no model inside; build it again with make build",
                "這個 stepglass 沒有內附模型；請用 make build 重新建置")
        }
        return file
    }
}

/// The name of the model inside the command that writes.
var tinyName: String { ShippedModel.tiny.name }
