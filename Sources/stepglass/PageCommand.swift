// A page without a record: the engine and a model in one file, with a prompt box.
internal import ArgumentParser
internal import Generation
internal import Kernels
internal import Phrases
internal import Viewer

struct PageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "page", abstract: "Make a living page: one file that runs a model in any browser.",
        discussion: """
            Example:
              stepglass page -o stepglass.html
              stepglass page --model tiny -o lesson.html --force
            The file needs no network, no server and no installation. Type a prompt in it, step forwards and backwards, \
            ask and command as in stepglass debug. A model's file (GGUF) can be opened in the page too.
            """)

    @Option(
        help: ArgumentHelp(
            "The model inside the page: a name from `stepglass models`, a GGUF file, or a Hugging Face folder.",
            valueName: "name or path"))
    var model = tinyName
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write.", valueName: "file"))
    var output = "stepglass.html"
    @Flag(help: "Replace the file of -o.")
    var force = false
    @OptionGroup var language: LanguageOptions

    mutating func run() throws {
        try reporting {
            let opened = try openModel(model)
            if try LanguageModel(opened.source, name: opened.name, compute: Compute(threads: 1), hash: { "" }).isEncoder
            {
                throw Failure(
                    "\(model) is an encoder: a living page writes on, which it cannot; the page of a filled text is the trace.html of stepglass fill",
                    "\(model) 是編碼器，不能接著寫，而互動頁面要接著寫；填好的文字的頁面是 stepglass fill 寫出的 trace.html")
            }
            let engine = try PageEngine(opened)
            let progress = Progress(Phrase("writing", "寫入"))
            defer { progress.finish() }
            let file = try AtomicFile(output, existing: force ? .isReplaced : .stays)
            var failure: (any Error)?
            try livePage(engine) { bytes in
                if failure != nil { return }
                do { try file.write(bytes) } catch { failure = error }
            }
            if let failure { throw failure }
            try file.commit()
            progress.finish()
            printOut("\(output) \(byteText(file.byteCount)[Console.language])")
        }
    }
}
