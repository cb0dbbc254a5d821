// The page builder: one file, nothing fetched, every text inert.
import Digests
import Testing
import TraceSamples
import Traces

@testable import Viewer

private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct PageTests {
    @Test func namesItsScriptAndStyleInThePolicy() throws {
        let page = text(try tracePage(sampleTrace()))
        let policy = try #require(page.firstMatch(of: /Content-Security-Policy" content="([^"]*)"/)).1
        #expect(policy.contains("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("http"))
        let script = try #require(page.firstMatch(of: /<script type="module">((?s:.*?))<\/script>/)).1
        let style = try #require(page.firstMatch(of: /<style>((?s:.*?))<\/style>/)).1
        #expect(policy.contains("script-src 'sha256-\(text(base64(sha256(of: Array(script.utf8)).bytes)))'"))
        #expect(policy.contains("style-src 'sha256-\(text(base64(sha256(of: Array(style.utf8)).bytes)))'"))
    }

    @Test func refersToNothingOutside() throws {
        let page = text(try tracePage(sampleTrace()))
        for word in ["src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "import("] {
            // `import("` stands in type comments only.
            let found = page.split(separator: "\n").filter {
                $0.contains(word) && !$0.drop { $0 == " " }.hasPrefix("*") && !$0.contains("/**")
            }
            #expect(found.isEmpty, "\(word)")
        }
        let addresses = page.matches(of: /https?:\/\/[^"'\s<]*/).map { String($0.0) }
        // Names of XML vocabularies, not addresses.
        #expect(Set(addresses).isSubset(of: ["http://www.w3.org/2000/svg"]))
    }

    @Test func sameTraceSameBytes() throws {
        #expect(try tracePage(sampleTrace()) == tracePage(sampleTrace()))
    }

    @Test func hostileTextStaysInsideItsPlace() throws {
        var trace = sampleTrace()
        let harmless = text(try tracePage(trace))
        let hostile = "</script><script>alert(1)</script><!-- \u{202E}{{script}} & <img src=x onerror=alert(1)>"
        trace.prompt.text = hostile
        trace.prompt.tokens[0].text = hostile
        trace.steps[0].token.text = hostile
        trace.notes = [hostile]
        let page = text(try tracePage(trace))
        #expect(page.matches(of: /<\/script>/).count == harmless.matches(of: /<\/script>/).count)
        #expect(page.matches(of: /<script/).count == harmless.matches(of: /<script/).count)
        #expect(!page.contains("alert(1)<"))
        #expect(!page.unicodeScalars.contains("\u{202E}"))
        #expect(page.contains("<title>&lt;/script&gt;&lt;script&gt;"))
    }

    @Test func attentionStandsApart() throws {
        let json = try traceJSON(sampleTrace())
        let split = SplitTrace(json)
        #expect(text(split.trace).contains("\n\"attention\":null,\n\"metrics\""))
        #expect(text(split.attention).hasPrefix("{\"layers\":4"))
        #expect(split.attention.last == UInt8(ascii: "}"))
        let joined = text(split.trace).replacing("\"attention\":null", with: "\"attention\":" + text(split.attention))
        #expect(joined == text(json))
    }

    @Test(arguments: [
        "", "{}", "\n\"attention\":{", "{\n\"attention\":{\"a\":1},\n\"metric\":1}",
        "{\n\"attention\":null,\n\"metrics\":{}}",
        "{\n\"attention\":{\"a\":\"</script>\"},\n\"metrics\":{}}",
    ])
    func otherTextsStayWhole(json: String) {
        let split = SplitTrace(Array(json.utf8))
        #expect(split.trace == Array(json.utf8))
        #expect(split.attention.isEmpty)
    }

    @Test(arguments: [
        ("The capital", "The capital · Stepglass"), ("", "Stepglass 步鏡"), ("a\nb\u{200F}\u{0}", "a b · Stepglass"),
        (String(repeating: "字", count: 99), String(repeating: "字", count: 80) + "… · Stepglass"),
    ])
    func titles(text: String, title: String) { #expect(pageTitle(text) == title) }
}
