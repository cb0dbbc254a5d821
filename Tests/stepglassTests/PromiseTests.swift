// What SECURITY.md promises beside the program: the bill of what it is made of.
import Foundation
import JSONText
import TestTools
import Testing

@Suite struct PromiseTests {
    /// It is CycloneDX by that format's own library, says the same twice, and names what the command is linked with.
    @Test(.needs(.python, .command)) func theBillOfMaterials() throws {
        let script = TestMachine.repository.appendingPathComponent(".ci/sbom").path
        let place = try TemporaryFolder()
        for name in ["a.json", "b.json"] {
            let run = try runPython([script, place.path + "/" + name])
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(try place.bytes("a.json") == place.bytes("b.json"))
        let check = """
            import sys
            from cyclonedx.schema import SchemaVersion
            from cyclonedx.validation.json import JsonStrictValidator
            problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding='utf-8').read())
            if problem: sys.exit(str(problem))
            """
        let told = try runPython(["-c", check, place.path + "/a.json"])
        #expect(told.status == 0, "\(told.errors)")
        let bill = try JSONValue(parsing: try place.bytes("a.json"))
        let names = Set((bill["components"]?.array ?? []).compactMap { $0["name"]?.string })
        let manifest = try String(
            contentsOf: TestMachine.repository.appendingPathComponent("Package.swift"), encoding: .utf8)
        let linked = manifest.matches(of: /pkgConfig: "([^"]+)"/).map { String($0.1) }
        #expect(linked.count > 8 && names.isSuperset(of: linked), "\(Set(linked).subtracting(names))")
        #expect(
            names.isSuperset(of: ["swift-argument-parser", "stepglass-tiny", "stepglass-tiny-bert", "libutf8proc"]))
    }
}
