// What everyone needs of the pages: by the rules of axe-core and our own, with the keyboard alone, in narrow, wide and enlarged
// windows, without motion, in the system's colours. Tests/ViewerTests/everyone.py does it, and more when it is run by hand.
import Foundation
import TestTools
import Testing

private let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ViewerTests").path

/// A page, the command that writes it, and what is looked at in it by which browser. Between them the cases look at every
/// view of every kind of page, and at everything in both browsers.
private struct Case: CustomTestStringConvertible {
    var page: String
    var command: [String]
    var browser = "chromium"
    var arguments: [String] = []

    var testDescription: String { ([page, browser] + arguments).joined(separator: " ") }

    static let run = ["trace", "The capital of France is", "--max-tokens", "10", "--temperature", "0.9", "--seed", "3"]
    static let beams = ["trace", "The capital of France is", "--max-tokens", "6", "--beams", "3"]
    static let filled = ["fill", "The capital of [MASK] is Paris."]
    static let book = ["lesson", "book", "--one-file"]

    static let all = [
        Case(page: "run/trace.html", command: run),
        Case(page: "living.html", command: ["page"]),
        Case(page: "book.html", command: book),
        Case(
            page: "beams/trace.html", command: beams, arguments: ["--only", "rules,room", "--views", "numbers,tables"]),
        Case(
            page: "filled/trace.html", command: filled, arguments: ["--only", "rules,room", "--views", "first,tables"]),
        Case(
            page: "plain/trace.html", command: run + ["--plain", "--record", "none"],
            arguments: ["--only", "rules,room", "--views", "first,numbers"]),
        Case(
            page: "run/trace.html", command: run, browser: "firefox",
            arguments: ["--only", "rules,keyboard,journey,motion,colours", "--views", "first,numbers"]),
        Case(
            page: "book.html", command: book, browser: "firefox",
            arguments: ["--only", "rules,keyboard,journey,motion", "--views", "index,settings"]),
    ]
}

@Suite(.serialized) struct EveryoneTests {
    @Test(.needs(.browser, .firefox, .command), arguments: Case.all)
    private func canUse(_ one: Case) throws {
        let place = try Workplace()
        let isFolder = one.page.hasSuffix("/trace.html")
        let model = one.command[0] == "trace" ? ["--model", "tiny"] : []
        let output = isFolder ? String(one.page.prefix { $0 != "/" }) : one.page
        let made = try place.stepglass(one.command + model + ["-o", output])
        #expect(made.status == 0, "\(made.errors)")
        try expectPasses("everyone.py", ["\(place.path)/\(one.page)", "--browser", one.browser] + one.arguments)
    }

    /// The course inside a book is packed, and holds rules, no answers.
    @Test(.needs(.python, .command)) func noAnswerStandsInTheBooksSource() throws {
        let place = try Workplace()
        #expect(try place.stepglass("lesson", "book", "--one-file", "-o", "book.html").status == 0)
        let lessons = TestMachine.repository.appendingPathComponent("Lessons").path
        try expectPasses("book_source.py", ["\(place.path)/book.html", lessons])
    }

    @Test(.needs(.browser, .command)) func theBookIsPrintedWhole() throws {
        let place = try Workplace()
        let made = try place.stepglass(
            "lesson", "book", "--one-file", "-o", "book.html", "--lesson", "3", "--lesson", "8")
        #expect(made.status == 0, "\(made.errors)")
        try expectPasses("book_on_paper.py", ["\(place.path)/book.html"])
    }

    /// Runs a script; it ends with 1 and says what failed.
    private func expectPasses(
        _ script: String, _ arguments: [String], at location: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try runPython(["\(scripts)/\(script)"] + arguments)
        let output = outcome.text + outcome.errors
        let failed = output.split(separator: "\n").filter { !$0.hasPrefix("ok ") }.joined(separator: "\n")
        #expect(outcome.status == 0, "\(failed)", sourceLocation: location)
    }
}
