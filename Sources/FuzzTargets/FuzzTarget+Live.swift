// The engine behind messages, with the model that ships.
internal import CTinyModel
internal import Generation
internal import Kernels
internal import ModelFiles
internal import Phrases
internal import Requests
internal import TraceSamples
internal import Traces

/// One for all: what is computed is the models' affair.
private nonisolated(unsafe) let compute = Compute(threads: 1)

/// The model that ships.
nonisolated(unsafe) let tinyModel: LanguageModel = {
    var files: [String: MappedFile] = [:]
    var index: Int32 = 0
    while let file = sg_tiny_file_at(index), let name = file.pointee.name {
        let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
        files[String(cString: name)] = MappedFile(memory: bytes, name: String(cString: name))
        index += 1
    }
    do { return try LanguageModel(.folder(ModelFolder(files: files, name: "tiny")), compute: compute) } catch {
        broken("\(error)")
    }
}()

/// An engine as a server has it, with the model open as number 1; what is asked is stopped after a second.
private func servedEngine() -> Engine {
    let entry = LiveHost.Shelf.Entry(name: "tiny", title: Phrase(same: "tiny"), purpose: Phrase(same: "tiny"))
    let shelf = LiveHost.Shelf([entry], first: "tiny") { _ throws(RequestError) in tinyModel }
    let clock = SteadyClock()
    let end = clock.now + 1
    var host = LiveHost()
    host.goesOn = { clock.now < end }
    let engine = Engine(compute: compute, shelf: shelf, host: host)
    call(engine, #"{"request":"use"}"#)
    return engine
}

private func call(_ engine: Engine, _ json: String, _ attachments: [UnsafeRawBufferPointer] = []) {
    call(engine, Array(json.utf8), attachments)
}

private func call(_ engine: Engine, _ json: [UInt8], _ attachments: [UnsafeRawBufferPointer]) {
    _ = engine.call(Message(json: json, attachments: attachments.map { AttachedBytes($0) {} }))
}

/// Opens files as a page does that was given them, and writes two tokens.
func open(_ files: [(name: String, bytes: UnsafeRawBufferPointer)]) {
    let engine = Engine(compute: compute)
    let names = files.map { "\"" + $0.name.filter { $0.isLetter || $0.isNumber || "._-".contains($0) } + "\"" }
    call(engine, #"{"request":"open","name":"x","files":[\#(names.joined(separator: ","))]}"#, files.map { $0.bytes })
    for request in [
        #"{"request":"tokenize","model":1,"text":"A dog"}"#,
        #"{"request":"start","model":1,"text":"A dog","settings":{"maxTokens":2,"record":["attention"]}}"#,
        #"{"request":"step","run":1,"count":2}"#, #"{"request":"trace","run":1}"#,
        #"{"request":"fill","model":1,"text":"A [MASK]"}"#,
    ] {
        call(engine, request)
    }
}

/// Asks the page's requests about a record.
func ask(about record: UnsafeRawBufferPointer) {
    let engine = Engine()
    for _ in 0..<2 { call(engine, #"{"request":"load"}"#, [record]) }
    for request in [
        #"{"request":"run","run":1}"#, #"{"request":"steps","run":1}"#, #"{"request":"stories","run":1}"#,
        #"{"request":"attention","run":1,"layer":0}"#,
        #"{"request":"what-if","run":1,"step":0}"#,
        #"{"request":"curve","run":1,"step":0,"tokens":[1,2],"temperatures":[0.1,1,3]}"#,
        #"{"request":"compare","run":1,"other":2,"step":0}"#,
        #"{"request":"compare-head","run":1,"other":2,"layer":0,"head":0}"#,
    ] {
        call(engine, request)
    }
}

extension FuzzTarget {
    static let ggufModel = FuzzTarget("gguf-model") { repository in
        try [file(repository, "Tests/PageEngineTests/Fixtures/whole.gguf")]
            + files(repository, "Tests/TransformersTests/Fixtures", ".gguf", limit: 20_000)
    } run: {
        open([("x.gguf", $0)])
    }

    /// A record that is gone on with, verified and changed by a model.
    static let replay = FuzzTarget("replay") { _ in
        try [tinyRecord("{}"), tinyRecord(#"{"beams":3}"#)]
    } run: { bytes in
        guard (try? Trace(parsing: Array(bytes))) != nil else { return }
        let engine = servedEngine()
        call(engine, #"{"request":"load","model":1}"#, [bytes])
        call(engine, #"{"request":"verify","model":1,"milliseconds":200}"#, [bytes])
        for line in [
            "run to 1", "set top-p 0.9", "step", "force top(2)", "step", "lens", "back", "info kv", "ablate 1.0",
            "step",
        ] {
            call(engine, #"{"request":"line","run":1,"line":"\#(line)","milliseconds":200}"#)
        }
        call(engine, #"{"request":"try","run":1,"step":0,"options":{"temperature":"0.3"}}"#)
        call(engine, #"{"request":"step","run":2}"#)
        call(engine, #"{"request":"residual","run":1,"step":0}"#)
        call(engine, #"{"request":"trace","run":1}"#)
    }

    /// Messages to a served page's engine, one a line; parts behind them go along with each.
    static let message = FuzzTarget("message") { _ in
        let record = try tinyRecord("{}")
        let steps = [
            #"{"request":"start","model":1,"text":"A dog","settings":{"maxTokens":3,"temperature":0.8,"topP":0.9,"seed":7,"record":["attention"]}}"#,
            #"{"request":"step","run":1,"count":2}"#,
        ]
        let more = [
            #"{"request":"steps","run":1,"from":0,"to":1,"tells":true}"#,
            #"{"request":"line","run":1,"line":"info candidates 3","width":40}"#,
            #"{"request":"trace","run":1,"attention":false}"#, #"{"request":"models"}"#,
            #"{"request":"tokenize","model":1,"text":"A","special":true}"#,
            #"{"request":"tokenize","model":1,"bytes":"41ff"}"#,
            #"{"request":"sample","logits":[4,3,2,null,1],"labels":["a","b","c","d","e"],"history":[1,1,0],"uniform":0.7,"options":{"temperature":"0.7","top-p":"0.9","repetition-penalty":"1.3","logit-bias":"1=3"}}"#,
            #"{"request":"load","model":1}"#, #"{"request":"load"}"#,
            #"{"request":"verify","model":1,"milliseconds":1}"#,
            #"{"request":"ask","run":1,"step":0,"question":"entropy > 2 and rank < 3"}"#,
            #"{"request":"complete","run":1,"line":"info c"}"#, #"{"request":"prepare","run":1,"milliseconds":1}"#,
            #"{"request":"go","run":1,"to":0}"#, #"{"request":"force","run":1,"token":3,"next":true}"#,
            #"{"request":"set","run":1,"name":"top-k","value":"3"}"#,
            #"{"request":"ablate","run":1,"layer":0,"head":1}"#,
            #"{"request":"restore","run":1}"#, #"{"request":"fork","run":1,"name":"b"}"#,
            #"{"request":"switch","run":1,"branch":1}"#,
            #"{"request":"stories","run":1,"from":0}"#,
            #"{"request":"what-if","run":1,"step":0,"uniform":0.2,"options":{"min-p":"0.1"}}"#,
            #"{"request":"curve","run":1,"step":0,"tokens":[1,2],"temperatures":[0.1,2]}"#,
            #"{"request":"try","run":1,"step":0,"token":5,"options":{"seed":"3"}}"#,
            #"{"request":"lens","run":1,"step":0,"token":3}"#, #"{"request":"residual","run":1,"step":0,"token":3}"#,
            #"{"request":"compare","run":1,"other":1,"step":0}"#,
            #"{"request":"compare-head","run":1,"other":1,"layer":0,"head":0}"#,
            #"{"request":"attention","run":1,"layer":1,"from":0,"to":1}"#, #"{"request":"walk","run":1,"count":1}"#,
            #"{"request":"fill","model":1,"text":"A [MASK]","candidates":3,"scoreEach":true}"#,
            #"{"request":"end","run":1}"#,
        ]
        // The record goes along where it is asked about.
        return more.map { line in
            let lines = Array((steps + [line]).joined(separator: "\n").utf8)
            return ["load", "verify"].contains { line.contains("\"\($0)\"") } ? joined([lines, record]) : lines
        }
    } run: { bytes in
        let parts = fuzzParts(bytes)
        let engine = servedEngine()
        for line in parts[0].split(separator: UInt8(ascii: "\n")).prefix(40) {
            call(engine, Array(line), Array(parts.dropFirst()))
        }
    }
}

/// A run of the shipped model.
private func tinyRecord(_ settings: String) throws -> [UInt8] {
    let engine = servedEngine()
    let more = settings == "{}" ? "" : "," + settings.dropFirst().dropLast()
    call(
        engine,
        #"{"request":"start","model":1,"text":"A dog","settings":{"maxTokens":3,"candidates":5,"record":["attention"]\#(more)}}"#
    )
    call(engine, #"{"request":"step","run":1,"count":3}"#)
    let answer = engine.call(Message(json: Array(#"{"request":"trace","run":1}"#.utf8)))
    return answer.attachments.first.map { $0.copied } ?? []
}
