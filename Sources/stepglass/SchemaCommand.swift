// Prints the JSON Schema of trace.json, or of the messages of a served page.
internal import ArgumentParser
internal import Requests
internal import Traces

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of trace.json, or of the messages of stepglass serve.",
        discussion: """
            Example:
              stepglass schema > trace.schema.json
              stepglass schema --live
            """)

    @Flag(help: "The messages of a served page to its engine, and what comes back.")
    var live = false

    mutating func run() throws { printOut(bytes: live ? liveSchema() : traceSchema()) }
}
