// Prints the JSON Schema of trace.json.
internal import ArgumentParser
internal import Traces

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of trace.json.",
        discussion: """
            Example:
              stepglass schema > trace.schema.json
            """)

    mutating func run() throws { printOut(bytes: traceSchema()) }
}
