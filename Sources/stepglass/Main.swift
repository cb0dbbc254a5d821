// The command. Prints and exits; everything else stands in the commands and the libraries.
internal import ArgumentParser

@main
struct Stepglass: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepglass",
        abstract: "Shows how a language model writes: one token at a time, every number on the way.")
}
