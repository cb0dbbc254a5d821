// The page's own files: which are embedded, and in what order and form they are joined.
import Foundation
import Testing

@testable import Viewer

private let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Viewer/Resources").standardizedFileURL

private func script(_ files: [PageFile]) throws -> String { String(decoding: try bundle(files), as: UTF8.self) }

/// The problem that a bundle of these files is refused with.
private func problem(_ files: (String, String)...) -> ViewerError? {
    do {
        _ = try bundle(files.map { PageFile(name: $0.0, text: $0.1) })
        return nil
    } catch {
        return error
    }
}

@Suite struct BundleTests {
    @Test func everyFileOfTheFolderIsEmbedded() throws {
        let kinds = ["html", "css", "js"]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: resources.path)
            .filter { kinds.contains(URL(fileURLWithPath: $0).pathExtension) }
        let files = embeddedFiles
        #expect(files.map(\.name) == paths.sorted())
        for file in files {
            let text = try String(contentsOf: resources.appendingPathComponent(file.name), encoding: .utf8)
            #expect(file.text == text, "\(file.name)")
        }
    }

    @Test func everyModuleStandsAfterThoseItImports() throws {
        let order = try inOrder(embeddedFiles.filter { $0.name.hasSuffix(".js") })
        #expect(order.last?.name == "main.js")
        for (index, module) in order.enumerated() {
            for found in module.text.matches(of: /\nimport \{[^}]*\} from "[^"]*?([^"\/]+)\.js"/) {
                #expect(order[..<index].contains { $0.module == found.1 }, "\(module.name): \(found.1)")
            }
        }
    }

    @Test func orderIsThatOfTheNamesWhereImportsLeaveItOpen() throws {
        let files = [
            PageFile(name: "base/b.js", text: ""), PageFile(name: "base/c.js", text: ""),
            PageFile(name: "main.js", text: "import { c } from \"./base/c.js\";"),
            PageFile(name: "panels/a.js", text: "import { z } from \"./z.js\";\nimport { b } from \"../base/b.js\";"),
            PageFile(name: "panels/y.js", text: ""), PageFile(name: "panels/z.js", text: ""),
        ]
        let order = ["base/b.js", "base/c.js", "panels/z.js", "panels/a.js", "panels/y.js", "main.js"]
        #expect(try inOrder(files).map(\.name) == order)
    }

    @Test func aCircleOfImportsIsNamed() {
        let found = problem(
            ("base/a.js", "// First.\nimport { b } from \"./b.js\";"),
            ("base/b.js", "import { c } from \"../panels/c.js\";"),
            ("panels/c.js", "import { b } from \"../base/b.js\";"))
        let circle = "modules import each other in a circle: base/b.js → panels/c.js → base/b.js"
        #expect(found == .module(file: "panels/c.js", line: 1, problem: circle))
        let itself = "modules import each other in a circle: a.js → a.js"
        #expect(
            problem(("a.js", "import { a } from \"./a.js\";")) == .module(file: "a.js", line: 1, problem: itself))
    }

    @Test func whatIsNotThereIsNamed() {
        let missing = ViewerError.module(file: "panels/a.js", line: 2, problem: "there is no base/b.js to import")
        #expect(problem(("panels/a.js", "\nimport { b } from \"../base/b.js\";")) == missing)
        let twice = ViewerError.module(file: "panels/a.js", line: 1, problem: "another module has the same name")
        #expect(problem(("base/a.js", ""), ("panels/a.js", "")) == twice)
        #expect(throws: ViewerError.file("base/none.js")) { try pageFile("base/none.js") }
    }

    /// A list as arguments ends a page whose record has more entries than a browser's stack: see base/extremes.js.
    @Test func noListIsSpreadIntoMathMax() {
        for file in embeddedFiles where file.name.hasSuffix(".js") && file.name != "base/extremes.js" {
            #expect(!file.text.contains("Math.max(...") && !file.text.contains("Math.min(..."), "\(file.name)")
        }
    }

    @Test func aModuleBecomesAFunction() throws {
        let one = PageFile(name: "base/one-x.js", text: "export const a = 1;\n")
        let two = PageFile(
            name: "panels/two.js", text: "import { a } from \"../base/one-x.js\";\nexport const b = a;\n")
        #expect(
            try script([one, two]) == """

                const $one_x=(()=>{const a=1;return{a};})();const $two=(()=>{const{a}=$one_x;const b=a;return{b};})();
                """)
    }

    @Test(arguments: [
        ("const a = b + +c - -d;", "const a=b+ +c- -d;"),
        ("if (a < !b && 1 .c) return /x  y/.test(s);", "if(a< !b&&1 .c)return /x  y/.test(s);"),
        ("a = b / c / d; e = (f) / 2;", "a=b / c / d;e=(f) / 2;"),
        ("a = \"b  'c\" + 'd \\' e' + `f  ${g + ` h ${ i }`} j`;", "a=\"b  'c\"+'d \\' e'+`f  ${g + ` h ${ i }`} j`;"),
        ("a = [/[/ ] /, / b/];", "a=[/[/ ] /, / b/];"),
        // These stay as they are.
        ("a = `${b / c }` + d", "a = `${b / c }` + d"), ("a = 1; // b", "a = 1; // b"), ("a = 'b", "a = 'b"),
    ])
    func spacesGoWhereNothingHangsOnThem(line: String, tight: String) {
        #expect(withoutSpaces(line[...]) == tight)
        #expect(withoutSpaces(tight[...]) == tight)
    }

    @Test func whatIsForReadersOfTheSourceStaysThere() throws {
        let module = PageFile(
            name: "one.js",
            text: """
                // A comment.
                /** Another. */
                /**
                 * @param {string} b "*" /
                 */
                export function a(b) {
                  // And here.
                  const c = /** @type {string} */ (b); // "kept"
                  /** @type {number} */
                  const url = "https://x"; /* kept */

                  /** @type {string} */ (c).at(`//`);
                  return b;
                }
                """)
        #expect(
            try script([module]) == """

                const $one=(()=>{function a(b){const c = (b); // "kept"
                const url = "https://x"; /* kept */
                (c).at(`//`);
                return b;}return{a};})();
                """)
    }

    @Test(arguments: [
        "import x from \"./one.js\";", "import { a } from './one.js';", "import { a } from \"./later.js\";",
        "import { a } from \"../one.js\";", "import { a } from \"one.js\";", "import \"./one.js\";",
        "export default 1;", "export { a };", "x = \"</script>\";", "// <!--",
        "const t = `a\n  b`;", "/* a\n */ const x = 1;",
    ])
    func anotherFormIsRefused(text: String) {
        #expect(problem(("one.js", "export const a = 1;"), ("two.js", text)) != nil)
    }

    @Test func textsOfAStyleSheetAreLeftAlone() throws {
        for file in embeddedFiles where file.name.hasSuffix(".css") {
            for line in file.text.split(separator: "\n") where !line.contains("/*") {
                for text in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                where text.0 % 2 == 1 {
                    #expect(closedUp(String(text.1)) == text.1, "\(file.name): \(line)")
                }
            }
        }
        #expect(closedUp(".a { color: red; margin: 0 1px }") == ".a{color:red;margin:0 1px}")
        #expect(closedUp("h1, h2 > :is(a, b) + p :hover { }") == "h1,h2 > :is(a,b) + p :hover{}")
    }

    @Test func styleOfThePanelsFollowsTheSharedOne() throws {
        for kind in [PageKind.run, .book] {
            let style = String(decoding: try pageStyle(kind), as: UTF8.self)
            #expect(style.hasPrefix(closedUp(withoutIndentation(try pageFile("page.css")))))
            for file in embeddedFiles where file.name.hasSuffix(".css") {
                #expect(
                    style.contains(closedUp(withoutIndentation(file.text))) == kind.has(file, isServed: false),
                    "\(file.name)")
            }
        }
    }
}
