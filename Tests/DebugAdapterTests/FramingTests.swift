// Streams of bytes that nobody vouches for: cut anywhere, with wrong lengths, with no JSON.
import DebugAdapter
import JSONText
import TestTools
import Testing

@Suite struct FramingTests {
    private func feed(_ text: String, in pieces: Int = .max) -> [Incoming] {
        var framer = MessageFramer()
        var found: [Incoming] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            found += framer.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        return found + [framer.end()].compactMap { $0 }
    }

    private func message(_ body: String, headers: String? = nil) -> String {
        (headers ?? "Content-Length: \(body.utf8.count)\r\n") + "\r\n" + body
    }

    @Test func messagesAreTheSameHoweverTheyAreCut() throws {
        let text =
            message("{\"seq\":1}") + message("[\"\u{6B65}\u{93E1}\"]", headers: "content-LENGTH:10\r\nX-Own: 1\r\n")
            + message("3")
        let wanted: [Incoming] = try ["{\"seq\":1}", "[\"\u{6B65}\u{93E1}\"]", "3"].map {
            .message(try JSONValue(parsing: Array($0.utf8)))
        }
        for pieces in [1, 2, 3, 7, 16, 64, 4096] { #expect(feed(text, in: pieces) == wanted, "pieces of \(pieces)") }
    }

    @Test func aMessageThatIsNoJSONIsToldAndTheNextIsRead() {
        let found = feed(message("{\"a\":1,\"a\":2}") + message("{") + message("") + message("7"))
        #expect(found.count == 4)
        for place in 0..<3 {
            guard case .broken(.notJSON) = found[place] else { Issue.record("\(found[place])"); continue }
        }
        #expect(found.last == .message(.number("7")))
    }

    @Test func aMessageThatIsTooLongIsPassedOver() {
        let limit = MessageFramer.limitBytes
        var framer = MessageFramer()
        var found = framer.feed(Array("Content-Length: \(limit + 5)\r\n\r\n".utf8))
        #expect(found == [.broken(.tooLong(bytes: limit + 5, limit: limit))])
        var left = limit + 5
        while left > 0 {
            let piece = min(left, 1 << 20)
            #expect(framer.feed([UInt8](repeating: 0x78, count: piece)) == [])
            left -= piece
        }
        found = framer.feed(Array(message("8").utf8))
        #expect(found == [.message(.number("8"))])
    }

    @Test(arguments: [
        ("\r\n\r\n", FramingFault.lengths(found: 0)),
        ("Content-Type: x\r\n\r\n{}", .lengths(found: 0)),
        ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", .lengths(found: 2)),
        ("Content-Length: -1\r\n\r\n", .badLength("-1")),
        ("Content-Length: 0x10\r\n\r\n", .badLength("0x10")),
        ("Content-Length: 9223372036854775808\r\n\r\n", .badLength("9223372036854775808")),
        ("Content-Length: 1 2\r\n\r\n", .badLength("1 2")),
        ("Content-Length:\r\n\r\n", .badLength("")),
        ("GET / HTTP/1.1\r\n\r\n", .badHeader("GET / HTTP/1.1")),
        ("Content-Length: 5\r\n\r\n{", .cut), ("Content-Len", .cut),
    ])
    func whatCannotBeReadOnIsLost(_ text: String, _ fault: FramingFault) {
        for pieces in [1, 5, 4096] { #expect(feed(text + "", in: pieces).last == .lost(fault), "\(text)") }
    }

    @Test func headersHaveAnEnd() {
        var framer = MessageFramer()
        let found = (0..<9000).flatMap { _ in framer.feed(Array("a: b\r\n".utf8)) }
        #expect(found == [.lost(.endlessHeaders(limit: MessageFramer.limitHeaderBytes))])
        #expect(framer.feed(Array(message("1").utf8)) == [])
    }

    @Test func noBytesTrap() {
        var generator = SplitMix64(state: 19)
        let parts = [
            "Content-Length: ", "content-length:", "2", "0", "99", "\r\n", "\r\n\r\n", "{}", "[", "\"", ":", "\u{0}",
            "1",
            "Content-Length: 2\r\n\r\n{}", "é",
        ]
        for _ in 0..<20_000 {
            var framer = MessageFramer()
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                var piece = Array(parts.randomElement(using: &generator)!.utf8)
                if Bool.random(using: &generator), !piece.isEmpty {
                    piece[Int.random(in: piece.indices, using: &generator)] = UInt8.random(
                        in: 0...255, using: &generator)
                }
                _ = framer.feed(piece)
            }
            _ = framer.end()
        }
    }
}
