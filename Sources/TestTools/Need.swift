// What a test needs beside the toolchain: `@Test(.needs(.python))`.
//
// A plain `swift test` skips a test whose need is missing and says what that is. `make test` installs everything and sets
// STEPGLASS_TEST_ALL: nothing is skipped then, and what is missing after all fails the test that needs it.
internal import Foundation
public import Testing

/// Something outside the package that a test uses.
public enum Need: Sendable, CaseIterable {
    /// The built command.
    case command
    /// Python with the packages of Tests/requirements.txt.
    case python
    /// Chromium and its driver, which Python steers.
    case browser
    /// Firefox, which Python steers too.
    case firefox
    /// Node, which runs the page's modules without a page.
    case node
    /// An editor that can be steered.
    case neovim
    /// The page's engine, made of these sources.
    case pageEngine
    /// TypeScript's compiler.
    case typeScript
    /// SmolLM2's file in the cache.
    case smolLM2
    /// Gemma 3's file in the cache.
    case gemma3
    /// The folder of all-MiniLM-L6-v2 in the cache.
    case miniLM
    /// GPT-2's vocabulary in the cache.
    case gpt2Vocabulary
    /// The vocabularies of llama.cpp's archive in the cache.
    case vocabularies
    /// Linux's namespaces: root, or a system that lets its users have their own.
    case namespaces

    /// What is missing, and how it comes; nil when it is there.
    public var missing: String? {
        switch self {
        case .command:
            TestMachine.command == nil ? "needs the built command: swift build, or STEPGLASS_EXE" : nil
        case .python:
            TestMachine.python == nil ? "needs Python with Tests/requirements.txt: make test installs it" : nil
        case .browser:
            Need.python.missing
                ?? (TestMachine.hasBrowser ? nil : "needs chromium and chromedriver: make test installs them")
        case .firefox:
            Need.python.missing ?? (TestMachine.hasFirefox ? nil : "needs firefox-esr: make test installs it")
        case .node:
            TestMachine.program("node") == nil ? "needs node: make test installs it" : nil
        case .neovim:
            TestMachine.program("nvim") == nil ? "needs neovim: make test installs it" : nil
        case .pageEngine:
            TestMachine.isFile(TestMachine.pageEngine) && TestMachine.isFile(TestMachine.recordEngine)
                ? nil : "needs the page's engine: make page-engine"
        case .typeScript:
            TestMachine.program("tsc") == nil ? "needs TypeScript's tsc: make test installs it" : nil
        case .smolLM2:
            TestMachine.isFile(TestMachine.smolLM2) ? nil : "needs SmolLM2: make model fetches it"
        case .gemma3:
            TestMachine.isFile(TestMachine.gemma3) ? nil : "needs Gemma 3: stepglass models pull gemma3 fetches it"
        case .miniLM:
            TestMachine.isFile(TestMachine.miniLMFolder + "/model.safetensors")
                ? nil : "needs all-MiniLM-L6-v2: Tests/fetch_test_models.sh fetches it"
        case .gpt2Vocabulary:
            TestMachine.isFile(TestMachine.gpt2Folder + "/vocab.bpe")
                ? nil : "needs GPT-2's vocabulary: Tests/fetch_test_models.sh fetches it"
        case .vocabularies:
            TestMachine.isFile(TestMachine.vocabularyFolder + "/ggml-vocab-llama-spm.gguf")
                ? nil : "needs the vocabularies of llama-cpp-python: Tests/fetch_test_models.sh fetches them"
        case .namespaces:
            TestMachine.hasNamespaces ? nil : "needs namespaces of its own: run as root, or allow unshare -U"
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips the test where something it needs is missing, unless all tests are asked for.
    public static func needs(_ needs: Need...) -> Self {
        let missing = needs.compactMap(\.missing)
        return .enabled(
            if: TestMachine.runsAll || missing.isEmpty, Comment(rawValue: missing.joined(separator: "; ")))
    }
}
