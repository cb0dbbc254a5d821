// Where a record goes and what stands beside its trace.json: the same for all commands that make one.
internal import ArgumentParser
internal import Phrases

struct RecordOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The folder to write into (default: Output/<the text's words>).", valueName: "folder"))
    var output: String?
    @Flag(help: "Replace the record that is in the folder of -o.")
    var force = false
    @Flag(help: "Also write tensors.safetensors with what --record names.")
    var tensors = false
    @OptionGroup var page: PageOptions

    /// The folder, called by the words of a text where none is named.
    func folder(named text: String) -> RecordFolder {
        RecordFolder(output: output, force: force, standard: "Output/" + slug(text))
    }
}
