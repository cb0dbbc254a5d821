// `stepglass serve` as its user has it: a run through it is the command's, to the bit; it ends well; its page runs.
import Foundation
import TestTools
import Testing

private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

private func expectPasses(
    _ script: String, _ arguments: [String], at location: SourceLocation = #_sourceLocation
) throws {
    var environment = ProcessInfo.processInfo.environment
    environment["STEPGLASS_COMMAND"] = TestMachine.command
    let outcome = try runPython(
        [folder.appendingPathComponent(script).path] + arguments, environment: environment)
    let output = outcome.text + outcome.errors
    let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
    #expect(outcome.status == 0, "\(failed)", sourceLocation: location)
}

/// A record of the command.
private func traced(_ model: String, _ prompt: String, _ options: [String], in place: TemporaryFolder) throws -> String
{
    let path = place.path + "/run"
    let made = try runCommand(["trace", prompt, "--model", model, "-o", path] + options)
    #expect(made.status == 0, "\(made.errors)")
    return path + "/trace.json"
}

@Suite(.serialized) struct ServeTests {
    @Test(
        .needs(.command, .python),
        arguments: ["bits", "calls", "events", "together", "cancelled", "ended", "taken", "schema"])
    func serves(_ what: String) throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "tiny", "Once upon a time", ["--temperature", "0.9", "--seed", "11", "--max-tokens", "120"], in: place)
        try expectPasses("serving.py", [what, record, "tiny", place.path])
    }

    @Test(.needs(.command, .python), arguments: ["full", "doors", "secure", "again"])
    func servesAClass(_ what: String) throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "tiny", "Once upon a time", ["--temperature", "0.9", "--seed", "11", "--max-tokens", "60"], in: place)
        try expectPasses("class_engine.py", [what, record, "tiny", place.path])
    }

    @Test(.needs(.command, .browser, .firefox)) func studentsUseTheClassesEngine() throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "tiny", "Tell me a story", ["--temperature", "0.5", "--seed", "5", "--max-tokens", "24"], in: place)
        try expectPasses("class_page.py", [record, "tiny", place.path])
    }

    @Test(.needs(.command, .python, .smolLM2)) func aLargerModelServesAClass() throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "smollm2", "The capital of France is", ["--temperature", "0.7", "--seed", "3", "--max-tokens", "8"],
            in: place)
        try expectPasses("class_engine.py", ["full", record, "smollm2", place.path])
    }

    @Test(.needs(.command, .python, .smolLM2)) func aLargerModelRunsAsTheCommandDoes() throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "smollm2", "The capital of France is", ["--temperature", "0.7", "--seed", "3", "--max-tokens", "12"],
            in: place)
        try expectPasses("serving.py", ["bits", record, "smollm2", place.path])
    }

    @Test(
        .needs(.command, .browser, .firefox),
        arguments: [("chromium", 1280), ("firefox", 390), ("chromium", 390), ("firefox", 1280)])
    func itsPageRunsInABrowser(browser: String, width: Int) throws {
        let place = try TemporaryFolder()
        let record = try traced(
            "tiny", "Tell me a story", ["--temperature", "0.5", "--seed", "5", "--max-tokens", "24"], in: place)
        try expectPasses("served_page.py", [record, "tiny", browser, "\(width)"])
    }
}
