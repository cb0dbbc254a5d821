// Where the tests find what stands outside the package.
public import Foundation

/// A need that is missing although all tests were asked for.
public struct NotPrepared: Error, CustomStringConvertible {
    public let description: String
}

/// The machine that the tests run on.
public enum TestMachine {
    static let environment = ProcessInfo.processInfo.environment

    /// Whether nothing may be skipped: `make test`.
    static let runsAll = environment["STEPGLASS_TEST_ALL"] != nil

    /// The package's folder.
    public static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The command: that of STEPGLASS_EXE, or the one that was built with the tests.
    public static let command: String? =
        environment["STEPGLASS_EXE"] ?? [buildFolder.appendingPathComponent("stepglass").path].first(where: isProgram)

    /// The interpreter with the packages of Tests/requirements.txt.
    public static let python: String? =
        environment["STEPGLASS_PYTHON"]
        ?? [repository.appendingPathComponent(".venv-tests/bin/python").path].first(where: isProgram)

    /// The page's engine.
    public static let pageEngine = repository.appendingPathComponent(".build-page/stepglass.wasm").path
    /// The one for records.
    public static let recordEngine = repository.appendingPathComponent(".build-page/records.wasm").path

    /// Where fetched models lie.
    public static let cache: String = {
        let cache = environment["XDG_CACHE_HOME"] ?? ""
        return (cache.isEmpty ? NSHomeDirectory() + "/.cache" : cache) + "/stepglass"
    }()

    public static let smolLM2 = cache + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    private static let testCache = environment["STEPGLASS_TEST_CACHE"] ?? cache + "/tests"
    public static let gpt2Folder = testCache + "/gpt2"
    public static let miniLMFolder = testCache + "/minilm"
    public static let vocabularyFolder = testCache + "/vocabularies"
    public static let gemma3 = cache + "/gemma-3-270m-q4_k_m.gguf"

    static var hasBrowser: Bool {
        (program("chromium") ?? program("google-chrome")) != nil && program("chromedriver") != nil
    }

    static var hasFirefox: Bool { (program("firefox-esr") ?? program("firefox")) != nil }

    /// The words before a command that give it mounts and a network of its own.
    public static let unshare = geteuid() == 0 ? "unshare -mn" : "unshare -Urmn"
    static let hasNamespaces = (try? run(["/bin/sh", "-c", unshare + " true"]))?.status == 0

    /// The path of a program that the shell would find.
    public static func program(_ name: String) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first(where: isProgram)
    }

    static func isProgram(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
    static func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// The folder that the running tests were built into.
    public static var buildFolder: URL {
        let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
        return (bundle ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()
    }
}
