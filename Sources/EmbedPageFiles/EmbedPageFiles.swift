// Puts the page's files into Viewer while building: the template, every style sheet and module below its Resources.
// A file that is added there is in the next build; nobody keeps a list.
import Foundation
import PackagePlugin

@main
struct EmbedPageFiles: BuildToolPlugin {
    /// One command that writes the files as a Swift source. It runs again when one is added, changed or taken away.
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = target.directoryURL.appending(path: "Resources")
        let source = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { path in [".html", ".css", ".js"].contains { path.hasSuffix($0) } }
            .sorted()
        return [
            .buildCommand(
                displayName: "Embedding the page's files",
                executable: try context.tool(named: "page-embedder").url,
                arguments: [source.path(percentEncoded: false), folder.path(percentEncoded: false)] + files,
                inputFiles: files.map { folder.appending(path: $0) },
                outputFiles: [source])
        ]
    }
}
