// The exports called as the page calls them, natively.
import JSONText
import PageEngine
import Testing

@Suite(.serialized) struct ExportTests {
    private func send(_ json: String) throws -> JSONValue {
        let bytes = Array(json.utf8)
        let start = try #require(allocate(Int32(bytes.count)))
        bytes.withUnsafeBytes { start.copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
        let answer = call(start, Int32(bytes.count))
        return try JSONValue(
            parsing: Array(UnsafeRawBufferPointer(start: answer, count: Int(answerCount()))))
    }

    @Test func answersInItsOwnMemory() throws {
        let sample = try send(#"{"request":"sample","logits":[1,2,3],"options":{"temperature":"0"}}"#)
        #expect(sample["result"]?["chosen"]?.int == 2)
        #expect(attachmentTotal() == 0)
        #expect(attachment(0) == nil)
        #expect(try send("{")["error"]?["kind"]?.string == "request")
    }

    @Test func handsAttachmentsOver() throws {
        let junk = try #require(allocate(10))
        junk.initializeMemory(as: UInt8.self, repeating: 1, count: 10)
        attach(junk, 10)
        #expect(try send(#"{"request":"load"}"#)["error"]?["kind"]?.string == "run")
        // It went with that call.
        #expect(try send(#"{"request":"load"}"#)["error"]?["kind"]?.string == "request")
    }
}
