// The server's parts by themselves: addresses taken apart, buckets, secrets, events, bodies.
import JSONText
import Requests
import Testing

@testable import Serving

struct PieceTests {
    @Test(arguments: [
        ("/", []), ("/open/abc", ["open", "abc"]), ("/engine/events", ["engine", "events"]), ("/a-b._~9", ["a-b._~9"]),
    ])
    func plainAddressesArePaths(text: String, path: [String]) {
        #expect(Target(text)?.path == path)
    }

    @Test(arguments: [
        "", "a", "//", "/a//b", "/a/", "/.", "/..", "/a/../b", "/%61", "/a b", "/a\\b", "/é", "/a;b", "/a:b", "*",
        "http://x/", "/a?x=%", "/a?x=%4", "/a?x=%zz", "/a?x=%00", "/a?x=%0a", "/a?x=%7f", "/a?x=%ff", "/a?x=%+1",
    ])
    func allElseIsNone(text: String) { #expect(Target(text) == nil) }

    @Test func queriesAreDecoded() throws {
        let query = try #require(Target("/a?x=1&y=%E6%AD%A5+z&&w")).query
        #expect(query.map(\.name) == ["x", "y", "w"] && query.map(\.value) == ["1", "步 z", ""])
    }

    @Test func aBucketFillsSteadily() {
        let limit = RateLimit(burst: 3, perSecond: 2)
        #expect((0..<5).map { _ in limit.takes("a", at: 10) } == [true, true, true, false, false])
        #expect(limit.takes("b", at: 10))
        #expect(!limit.hasLeft("a", at: 10.4) && limit.hasLeft("a", at: 10.5))
        #expect((0..<3).map { _ in limit.takes("a", at: 11) } == [true, true, false])
        #expect((0..<4).map { _ in limit.takes("a", at: 1000) } == [true, true, true, false])
    }

    @Test func manyAddressesTakeNoMoreRoom() {
        let limit = RateLimit(burst: 1, perSecond: 0.001)
        #expect((0..<10_000).count { limit.takes("\($0)", at: 0) } == 4096)
        // Once their buckets are full again they are forgotten.
        #expect(limit.takes("new", at: 10_000))
    }

    @Test func secretsAreLongAndDifferent() {
        let secrets = (0..<1000).map { _ in newSecret() }
        #expect(Set(secrets).count == 1000)
        #expect(secrets.allSatisfy { $0.utf8.count == 40 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
        let one = secrets[0]
        #expect(isSameSecret(one, one) && !isSameSecret(one, secrets[1]))
        for wrong in ["", String(one.dropLast()), one + "0", one + one, String(one.reversed()) + "x"] {
            #expect(!isSameSecret(wrong, one))
        }
        #expect(!isSameSecret("", "") == false && !isSameSecret("a", ""))
    }

    @Test func bodiesComeBack() throws {
        let message = Message(json: Array("{}".utf8), attachments: [AttachedBytes([]), AttachedBytes([1, 2, 3])])
        let back = try #require(Message(body: message.body))
        #expect(back.json == message.json)
        #expect(back.attachments.map { $0.copied } == [[], [1, 2, 3]])
        for count in 1..<message.body.count where ![6, 10].contains(count) {
            #expect(Message(body: Array(message.body.prefix(count))) == nil, "\(count)")
        }
        #expect(Message(body: []) == nil)
    }

    @Test func eventsComeAgainFromTheirNumber() {
        let log = EventLog(room: 200)
        for i in 1...3 { log.add("part", Array("\(i)\n\r".utf8)) }
        #expect(heard(log, after: 1) == "id: 2\nevent: part\ndata: 2\n\nid: 3\nevent: part\ndata: 3\n\n")
        #expect(heard(log, after: 3) == "")
        #expect(heard(log, after: nil) == "")
        #expect(heard(log, after: 4) == "id: 3\nevent: lost\ndata: {}\n\n")
        for i in 4...40 { log.add("part", Array("\(i)".utf8)) }
        // What is gone is gone, and said to be.
        #expect(heard(log, after: 2) == "id: 40\nevent: lost\ndata: {}\n\n")
        #expect(heard(log, after: 39) == "id: 40\nevent: part\ndata: 40\n\n")
    }

    @Test func whoDoesNotReadIsLetGo() {
        let log = EventLog()
        let stream = EventStream()
        log.attach(stream, after: nil)
        #expect(log.isHeard)
        for _ in 0..<40 { log.add("part", [UInt8](repeating: 0x20, count: 1 << 20)) }
        #expect(!log.isHeard)
    }

    /// One who opens stream after stream has the newest alone; others keep theirs.
    @Test func streamsOfOneOwnerAreFew() {
        let log = EventLog()
        let (other, own) = (EventStream(), (0..<20).map { _ in EventStream() })
        log.attach(other, after: nil, of: "other")
        for stream in own { log.attach(stream, after: nil, of: "one") }
        #expect(own.map { $0.add([0x20]) } == (0..<20).map { $0 >= 12 })
        #expect(other.add([0x20]))
    }

    /// Pieces of all sizes come out as they went in, however little is taken at a time.
    @Test func piecesComeInTheirOrder() {
        let stream = EventStream()
        var (wanted, taken): ([UInt8], [UInt8]) = ([], [])
        var room = [UInt8](repeating: 0, count: 64)
        for turn in 0..<2_000 {
            let piece = [UInt8](repeating: UInt8(turn % 251), count: turn * 7 % 50)
            wanted += piece
            #expect(stream.add(piece))
            let most = 1 + turn * 13 % 60
            taken += room.withUnsafeMutableBufferPointer { target in
                let count = stream.take(target.baseAddress!, room: most, sleep: {}, wake: {})
                return Array(target.prefix(count))
            }
        }
        stream.end()
        while taken.count < wanted.count {
            let count = room.withUnsafeMutableBufferPointer {
                stream.take($0.baseAddress!, room: 64, sleep: {}, wake: {})
            }
            if count < 0 { break }
            taken += room.prefix(count)
        }
        #expect(taken == wanted)
    }

    private func heard(_ log: EventLog, after number: Int?) -> String {
        let stream = EventStream()
        log.attach(stream, after: number)
        stream.end()
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 7)
        while true {
            let count = room.withUnsafeMutableBufferPointer {
                stream.take($0.baseAddress!, room: $0.count, sleep: {}, wake: {})
            }
            if count < 0 { break }
            bytes += room.prefix(count)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix("retry: 1000\n\n"))
        return String(text.dropFirst("retry: 1000\n\n".count))
    }

    @Test func theSchemaHasARowForEachRequest() throws {
        let schema = try JSONValue(parsing: liveSchema())
        let names = schema["oneOf"]?.array?.compactMap { $0["title"]?.string } ?? []
        #expect(names.contains("start") && names.contains("walk") && names.contains("use") && !names.contains("open"))
        #expect(Set(names).count == names.count && names.count >= 35)
        let members = schema["$defs"]?.object?.members.map(\.key) ?? []
        for request in schema["oneOf"]?.array ?? [] {
            for (name, value) in request["properties"]?.object?.members ?? [] where name != "request" {
                #expect(members.contains(name) && value["$ref"]?.string == "#/$defs/\(name)", "\(name)")
            }
        }
    }
}
