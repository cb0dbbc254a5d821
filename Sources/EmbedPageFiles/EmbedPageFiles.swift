// Puts text files into a target while building: the page's into Viewer (the template, every style sheet and module below its
// Resources), the course's into LessonFiles. A file that is added is in the next build; nobody keeps a list.
import Foundation
import PackagePlugin

@main
struct EmbedPageFiles: BuildToolPlugin {
    /// One command that writes the files as a Swift source. It runs again when one is added, changed or taken away.
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let isCourse = target.name == "LessonFiles"
        let folder =
            isCourse
            ? context.package.directoryURL.appending(path: "Lessons")
            : target.directoryURL.appending(path: "Resources")
        let endings = isCourse ? [".yaml", ".md", ".json"] : [".html", ".css", ".js"]
        let source = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path(percentEncoded: false))
            .filter { path in endings.contains { path.hasSuffix($0) } }
            .sorted()
        return [
            .buildCommand(
                displayName: isCourse ? "Embedding the course's files" : "Embedding the page's files",
                executable: try context.tool(named: "page-embedder").url,
                arguments: [
                    source.path(percentEncoded: false), folder.path(percentEncoded: false),
                    isCourse ? "CourseFile" : "PageFile",
                ] + files,
                inputFiles: files.map { folder.appending(path: $0) },
                outputFiles: [source])
        ]
    }
}
