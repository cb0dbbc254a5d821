// A saved run in another tool's format: a timeline for Perfetto, a table, a page made anew.
internal import ArgumentParser
internal import Exports
internal import Phrases
internal import Traces
internal import Viewer

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a saved run for other tools: Perfetto, spreadsheets, a page.",
        discussion: """
            Example:
              stepglass export Output/the-capital-of-france-is --to perfetto -o run.json
              stepglass export trace.json --to csv --table candidates
              stepglass export trace.json --to html --plain -o small.html
            A timeline opens in ui.perfetto.dev, which reads it in the browser and sends it nowhere. Tables: steps, \
            candidates, stages. A page is made as stepglass trace makes it, of the record as it stands. Parquet is written by the notebook \
            module: python3 -m stepglass to-parquet.
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @Option(
        help: ArgumentHelp("What to write: perfetto, csv, parquet or html.", valueName: "format"),
        completion: .list(Export.known.map { $0.name }))
    var to: String
    @Option(
        help: ArgumentHelp("The table of --to csv: steps, candidates or stages (default: steps).", valueName: "name"),
        completion: .list(ExportTable.all.map { $0.name }))
    var table: String?
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "The file to write, or - for standard output (default: a name of the format, beside the trace).",
            valueName: "file"))
    var output: String?
    @Flag(help: "Replace the file of -o.")
    var force = false
    @OptionGroup var page: PageOptions
    @Option(
        help: ArgumentHelp(
            "Where the model for a page with --live lies (default: what the record names).",
            valueName: "name or path"))
    var model: String?
    @OptionGroup var language: LanguageOptions

    mutating func run() throws {
        let export = try chosen()
        let table = try chosenTable()
        try checkParts(export)
        try reporting {
            let file = try traceFile(trace)
            let json = try readFile(file)
            let source = ExportSource(trace: try loadTrace(file), json: json, table: table)
            if output == "-" { return try print(export, source) }
            let path = output ?? path(export, table, beside: file)
            let progress = Progress(Phrase("writing", "寫入"))
            defer { progress.finish() }
            let atomic = try AtomicFile(path, existing: force ? .isReplaced : .stays)
            try make(export, source) { try atomic.write($0) }
            try atomic.commit()
            printOut(path)
        }
    }

    /// The format that was named.
    private func chosen() throws -> Export {
        let all = Export.ofRecords + [.html(page, model: model)]
        if let name = meant(to, among: all.map { $0.name }), let export = all.first(where: { $0.name == name }) {
            return export
        }
        let names = all.map { $0.name }.joined(separator: ", ")
        throw ValidationError(
            Phrase(
                "--to is \(quotedName(to, limit: 40)); it must be one of: \(names)",
                "--to 是 \(quotedName(to, limit: 40))；必須是其中之一：\(names)"))
    }

    private func chosenTable() throws -> ExportTable {
        guard let table else { return .steps }
        let all = ExportTable.all
        if let name = meant(table, among: all.map { $0.name }), let found = all.first(where: { $0.name == name }) {
            return found
        }
        let names = all.map { $0.name }.joined(separator: ", ")
        throw ValidationError(
            Phrase(
                "--table is \(quotedName(table, limit: 40)); it must be one of: \(names)",
                "--table 是 \(quotedName(table, limit: 40))；必須是其中之一：\(names)"))
    }

    /// Refuses a choice that the format knows nothing of.
    private func checkParts(_ export: Export) throws {
        if table != nil, !export.takes.contains(.table) {
            throw ValidationError(
                Phrase(
                    "--table chooses a table, and \(export.name) is none; leave it out, or use --to csv",
                    "--table 選擇表格，而 \(export.name) 不是表格；請省略，或用 --to csv"))
        }
        if page.plain || page.live || model != nil, !export.takes.contains(.engine) {
            throw ValidationError(
                Phrase(
                    "--plain, --live and --model say what a page carries, and \(export.name) is no page; leave them out, or use --to html",
                    "--plain、--live 與 --model 決定頁面帶什麼，而 \(export.name) 不是頁面；請省略，或用 --to html"))
        }
    }

    private func print(_ export: Export, _ source: ExportSource) throws {
        try make(export, source) { bytes in
            if !writeAll(STDOUT_FILENO, bytes) { endUnprinted() }
        }
    }

    /// Makes the file in pieces that are worth a write each.
    private func make(_ export: Export, _ source: ExportSource, _ write: ([UInt8]) throws -> Void) throws {
        var (buffer, failure) = ([UInt8](), nil as (any Error)?)
        func flush() {
            do { if failure == nil { try write(buffer) } } catch { failure = error }
            buffer.removeAll(keepingCapacity: true)
        }
        try export.make(source) { bytes in
            buffer += bytes
            if buffer.count >= 1 << 16 { flush() }
        }
        flush()
        if let failure { throw failure }
    }

    /// The file where none is named: `trace.perfetto.json` or `trace-candidates.csv`, beside the trace.
    private func path(_ export: Export, _ table: ExportTable, beside file: String) -> String {
        let folder = lastSlash(file).map { String(file[...$0]) } ?? ""
        return folder + "trace" + (export.takes.contains(.table) ? "-" + table.name : "") + export.suffix
    }
}

extension Export {
    /// All formats, for lists of their names.
    static var known: [(name: String, title: Phrase)] {
        ofRecords.map { ($0.name, $0.title) } + [("html", htmlTitle)]
    }

    private static let htmlTitle = Phrase("the page of the run, made anew", "重新製作的執行頁面")

    /// The page of the run, made of the trace.json as it stands.
    static func html(_ page: PageOptions, model: String?) -> Export {
        Export(
            name: "html", suffix: ".html", title: htmlTitle, takes: [.engine],
            make: { (source, sink) throws(ExportsError) in
                do {
                    try tracePage(
                        traceJSON: source.json, title: String(source.trace.prompt.text.prefix(80)),
                        engine: try page.engine(of: source.trace, named: model)
                    ) { bytes in sink(Array(bytes)) }
                } catch { throw .maker(words(of: error)) }
            })
    }
}

extension PageOptions {
    /// What the page of a saved run carries: a model only where it is the one that ships, or is asked for.
    fileprivate func engine(of trace: Trace, named model: String?) throws -> PageEngine? {
        if plain { return nil }
        let isShipped = ShippedModel.recorded(name: trace.model.name, file: trace.model.file) != nil
        if !live && !isShipped && model == nil { return .records }
        return try engine(try openModel(of: trace, named: model))
    }
}
