// The page with the engine behind it: a server on this machine, for one user.
internal import ArgumentParser
internal import Generation
internal import Kernels
internal import Phrases
internal import Requests
internal import Serving
internal import Viewer

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve the living page with this machine's engine behind it.",
        discussion: """
            Example:
              stepglass serve
              stepglass serve --model smollm2 --no-open --port 0
              stepglass serve --class 7b --host lan --tls
              stepglass serve --class 7b --host lan --model smollm2
            The page is that of stepglass page; larger models run in it, as fast as the command does. Only this machine can \
            reach it, and only the browser that opens the printed address, which is good once. Ctrl-C ends it; the runs \
            that were made are kept as records in the folder of -o, each branch as one.

            With --class, students join by the code on the board, work in the book, each browser computing for itself, and \
            hand in each answer as it is given; it is checked here and acknowledged once it is on disk. The teacher's page \
            shows who is where and what was answered, takes all to a screen, reveals bets, and has the grades. With --model \
            as well, students also have a page whose runs this machine's engine makes, for all of them together.

            Over plain HTTP, whoever is in the same network can read names, codes and answers; --tls hides them.
            """)

    @Option(help: ArgumentHelp("The port to listen at; 0 takes one that is free.", valueName: "number"))
    var port = 8017
    @Flag(name: .customLong("no-open"), help: "Print the address, and open nothing.") var staysClosed = false
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Where the runs' records go at the end.", valueName: "folder"))
    var output = "Output/served"
    @OptionGroup var room: ClassOptions
    @OptionGroup var secure: SecureOptions
    @OptionGroup var language: LanguageOptions
    @OptionGroup var options: ModelOptions

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError(
                Phrase(
                    "--port is \(port); it must be in 0…65535 (try --port 8017)",
                    "--port 是 \(port)；必須在 0…65535（例如 --port 8017）"))
        }
    }

    mutating func run() throws {
        try reporting {
            if let name = room.name {
                let shelf = options.model == nil ? nil : try ModelShelf(options, isAlone: true)
                return try serveClass(name, room, secure, shelf, port: port, opens: !staysClosed)
            }
            try serve(
                try livePage(), try ModelShelf(options), port: port, secrets: try secure.secrets(for: [])?.secrets,
                fragment: "", opens: !staysClosed, records: output)
        }
    }
}

/// The page of runs that a server's engine makes.
func livePage() throws -> ServedPage {
    let served = try servedPage()
    return ServedPage(bytes: served.bytes, policy: served.policy)
}

/// Serves a page until a signal asks for the end.
///
/// - Parameters:
///   - fragment: what stands behind the address, as `#lesson=8`.
///   - records: the folder for the runs that were made; nil keeps none.
func serve(
    _ page: ServedPage, _ shelf: ModelShelf, port: Int, secrets: WebSecrets? = nil, fragment: String, opens: Bool,
    records: String?
) throws {
    Interruption.begin(always: SIGTERM)
    var settings = LiveSettings()
    settings.port = port
    settings.secrets = secrets
    let server = try LiveServer(page, settings, makeEngine: shelf.engine)
    tellFingerprint(secrets)
    let address = server.address + fragment
    printOut(address)
    if opens {
        do { try openInBrowser(address) } catch {
            printNote(
                Phrase("no browser could be opened; open the address yourself", "無法開啟瀏覽器；請自行開啟上面的網址"))
        }
    }
    while !Interruption.isAsked { usleep(50_000) }
    for bytes in server.stop() {
        guard let records else { continue }
        try makeFolder(records)
        printOut(try writeBeside(bytes, to: records + "/trace.json"))
    }
}

/// The models that a server offers; each is loaded once, for all. The engine's thread alone opens them.
final class ModelShelf {
    let compute: Compute
    private let first: String
    private let chosen: String?
    /// Whether the chosen one is all there is: a class runs what its teacher chose.
    private let isAlone: Bool
    private var loaded: [String: LanguageModel] = [:]

    /// One model of the list.
    convenience init(_ name: String) throws {
        try self.init(try ModelOptions.parse(["--model", name]))
    }

    /// The models that are here and write on; `--model` is the first, be it of the list or a path.
    init(_ options: ModelOptions, isAlone: Bool = false) throws {
        self.isAlone = isAlone
        compute = try options.compute()
        chosen = options.model
        first = options.model ?? CatalogModel.installed?.name ?? tinyName
        let opened = try openModel(options.model)
        if try LanguageModel(opened.source, name: opened.name, compute: Compute(threads: 1), hash: { "" }).isEncoder {
            throw Failure(
                "\(first) is an encoder: it fills masks and cannot write on; fill with stepglass fill",
                "\(first) 是編碼器，只能填遮罩，不能接著寫；請用 stepglass fill")
        }
    }

    /// An engine for a session.
    func engine(_ host: LiveHost) -> Engine {
        var host = host
        host.peakMemoryBytes = peakMemoryBytes
        return Engine(compute: compute, shelf: shelf, host: host)
    }

    var shelf: LiveHost.Shelf {
        var entries = [
            LiveHost.Shelf.Entry(
                name: tinyName, title: ShippedModel.tiny.title, purpose: ShippedModel.tiny.purpose)
        ]
        for model in CatalogModel.all where model.isInstalled {
            entries.append(.init(name: model.name, title: model.title, purpose: model.purpose))
        }
        if let chosen, !entries.contains(where: { $0.name == chosen }) {
            entries.append(
                .init(name: chosen, title: Phrase(same: chosen), purpose: Phrase("given by --model", "由 --model 指定")))
        }
        if isAlone { entries.removeAll { $0.name != first } }
        return LiveHost.Shelf(entries, first: first) { [self] (name) throws(RequestError) in
            if let model = loaded[name] { return model }
            do {
                let opened = try openModel(name)
                let model = try LanguageModel(
                    opened.source, name: opened.name, compute: compute, hash: opened.sha256.map { hash in { hash } })
                loaded[name] = model
                return model
            } catch {
                throw .model(words(of: error))
            }
        }
    }
}
