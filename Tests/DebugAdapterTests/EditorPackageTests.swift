// The extension's package.json: what it offers for a launch is what the adapter reads.
import JSONText
import Phrases
import Testing

@testable import DebugAdapter

@Suite struct EditorPackageTests {
    private func package() throws -> JSONValue {
        try JSONValue(parsing: editorPackage(program: "stepglass", version: "1.2.3"))
    }

    private func names(_ request: String) throws -> [String] {
        let debugger = try package()["contributes"]?["debuggers"]?.array?.first
        return (debugger?["configurationAttributes"]?[request]?["properties"]?.object?.members ?? []).map { $0.key }
    }

    @Test func itHasWhatAnEditorAsksFor() throws {
        let package = try package()
        #expect(package["name"]?.string == "stepglass" && package["version"]?.string == "1.2.3")
        #expect(package["engines"]?["vscode"]?.string?.hasPrefix("^") == true)
        #expect(package["publisher"]?.string?.isEmpty == false)
        let debugger = try #require(package["contributes"]?["debuggers"]?.array?.first)
        #expect(debugger["runtime"]?.string == "stepglass" && debugger["args"]?.array == [.string("dap")])
        #expect(debugger["type"]?.string == "stepglass" && debugger["label"]?.string == "Stepglass")
        let language = package["contributes"]?["languages"]?.array?.first?["id"]
        #expect(package["contributes"]?["breakpoints"]?.array?.first?["language"] == language)
    }

    /// A value of the wrong kind is refused by each member that the adapter reads, and by no other.
    @Test(arguments: ["launch", "attach"]) func itsAttributesAreWhatIsRead(_ request: String) throws {
        let names = try names(request)
        #expect(!names.isEmpty)
        let base: [(String, JSONValue)] = request == "attach" ? [("trace", .string("x"))] : [("prompt", .string("x"))]
        func refused(_ name: String) -> Bool {
            var object = JSONObject()
            for (key, value) in base where key != name { _ = object.append(key, value) }
            // No member takes a list of lists.
            _ = object.append(name, .array([.array([])]))
            do {
                let launch = try Launch(Arguments(.object(object)), attaches: request == "attach")
                // A conversation is a list; what stands in it is the template's to judge.
                if case .list(let items)? = launch.messages { return items.count == 1 }
                return false
            } catch { return true }
        }
        for name in names { #expect(refused(name), "\(name)") }
        for row in LaunchAttribute.all where !names.contains(row.name) { #expect(!refused(row.name), "\(row.name)") }
        #expect(!refused("temperature"))
    }

    /// A member in another spelling is not passed over, and the client's own are.
    @Test func aMemberInAnotherSpellingIsNamed() throws {
        for (name, told) in [("maxtokens", "maxTokens"), ("max-tokens", "maxTokens"), ("Seed", "seed")] {
            let object = try JSONValue(parsing: Array("{\"prompt\":\"x\",\"\(name)\":5}".utf8))
            #expect(throws: AdapterError.self) { try Launch(Arguments(object), attaches: false) }
            do { _ = try Launch(Arguments(object), attaches: false) } catch {
                #expect(error.phrase.english == "\(name) must be spelled \(told)")
            }
        }
        let own = try JSONValue(parsing: Array(#"{"prompt":"x","__sessionId":"1","preLaunchTask":"y"}"#.utf8))
        #expect(try Launch(Arguments(own), attaches: false).prompt == "x")
    }

    @Test func itsExampleCanBeLaunched() throws {
        let debugger = try package()["contributes"]?["debuggers"]?.array?.first
        let example = try #require(debugger?["initialConfigurations"]?.array?.first)
        let launch = try Launch(Arguments(example), attaches: false)
        #expect(launch.prompt == "The capital of France is")
        #expect(launch.options.map { $0.name } == ["temperature", "max-tokens"])
    }
}
