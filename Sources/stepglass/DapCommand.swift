// The debugger for editors: the Debug Adapter Protocol over standard input and output, or over a port of this machine.
internal import ArgumentParser
internal import DebugAdapter
internal import Phrases
internal import Requests

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct DapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dap", abstract: "Debug a run from an editor: the Debug Adapter Protocol.",
        discussion: """
            Example:
              stepglass dap
              stepglass dap --port 4711
              stepglass dap --vscode Output/vscode/stepglass
            An editor starts it and speaks with it over standard input and output; with --port, editors on this machine \
            connect to it, one after the other, until it is ended. The run is a document with one token a line, branches \
            are threads, the console takes every command of stepglass debug. A launch names prompt or messages, model, \
            settings, seed, maxTokens, stopOnEntry, lang; trace opens records. --vscode writes the folder of an extension.
            """)

    @Option(help: ArgumentHelp("Listen at this port of this machine; 0 takes one that is free.", valueName: "number"))
    var port: Int?
    @Option(
        name: .customLong("vscode"),
        help: ArgumentHelp("Write an extension for Visual Studio Code into this folder, and end.", valueName: "folder"))
    var extensionFolder: String?
    @Option(help: ArgumentHelp("The command that the extension starts.", valueName: "path"))
    var program = "stepglass"
    @OptionGroup var languageOptions: LanguageOptions
    @OptionGroup var modelOptions: ModelOptions

    func validate() throws {
        if let port, !(0...65535).contains(port) {
            throw ValidationError(
                Phrase(
                    "--port is \(port); it must be in 0…65535 (try --port 4711)",
                    "--port 是 \(port)；必須在 0…65535（例如 --port 4711）"))
        }
    }

    mutating func run() throws {
        try reporting {
            if let extensionFolder { return try writeExtension(extensionFolder) }
            if let port { return try serve(port) }
            let session = DapSession(input: STDIN_FILENO, output: STDOUT_FILENO, modelOptions)
            if let fault = session.run() { throw Failure(fault) }
        }
    }

    /// One editor after the other, until a signal asks for the end.
    private func serve(_ port: Int) throws {
        Interruption.begin(always: SIGTERM)
        let listener = try LoopbackListener(port: port)
        printOut("127.0.0.1:\(listener.port)")
        while let connection = listener.next(while: { !Interruption.isAsked }) {
            let session = DapSession(input: connection, output: connection, modelOptions)
            if let fault = session.run() { printNote(fault) }
        }
    }

    private func writeExtension(_ folder: String) throws {
        try makeFolder(folder)
        let text = """
            # Stepglass for Visual Studio Code

            Put this folder, or a link to it, into ~/.vscode/extensions, and start the editor anew. A launch.json then offers
            Stepglass: the run is a document with one token a line, branches are threads, and the console takes every command
            of `stepglass debug`. The folder has no code: package.json names the command that the editor speaks with,
            `\(program) dap`.

            把這個資料夾（或指向它的連結）放進 ~/.vscode/extensions，再重新啟動編輯器。之後 launch.json 就能選 Stepglass：執行是一份一行一個
            詞元的文件，分支是執行緒，主控台接受 `stepglass debug` 的所有指令。資料夾裡沒有程式，package.json 只寫明編輯器要啟動的指令。

            """
        let package = editorPackage(program: program, version: engineVersion)
        try writeTogether(
            [("package.json", package), ("README.md", Array(text.utf8))], in: folder, existing: .isReplaced)
        printOut(folder)
    }
}
