// The JSON writer: valid, deterministic, and every float reads back as the same bits.

import JSONText
import Testing

@Suite struct JSONWriterTests {
    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func containersAndCommas() {
        #expect(text { $0.object { _ in } } == "{}")
        #expect(text { $0.array { _ in } } == "[]")
        let written = text { json in
            json.object { json in
                json.member("id", 7)
                json.array("list") { json in
                    json.value(true)
                    json.array { _ in }
                    json.object { $0.member("x", "y") }
                    json.null()
                }
                json.object("inner") { _ in }
                json.member("none", Int?.none)
                json.member("some", Float?.some(0.5))
                json.member("flag", false)
            }
        }
        #expect(
            written
                == #"{"id":7,"list":[true,[],{"x":"y"},null],"inner":{},"none":null,"some":0.5,"flag":false}"#)
    }

    @Test func lineBreaksStandBetweenValues() throws {
        let written = text { json in
            json.array { json in
                for number in 0..<3 {
                    json.newline()
                    json.value(number)
                }
            }
        }
        #expect(written == "[\n0,\n1,\n2]")
        #expect(try JSONValue(parsing: Array(written.utf8)).array?.count == 3)
    }

    @Test func stringsAreEscaped() throws {
        let all = String(String.UnicodeScalarView((0..<0x300).compactMap { Unicode.Scalar($0) })) + "步鏡😀\u{2028}"
        let written = text { $0.value(all) }
        #expect(!written.utf8.contains { $0 < 0x20 || $0 == 0x7F })
        #expect(try JSONValue(parsing: Array(written.utf8)).string?.utf8.elementsEqual(all.utf8) == true)
        #expect(text { $0.value("\u{1}\u{1F}\u{7F}\"\\\n") } == #""\u0001\u001f\u007f\"\\\n""#)
        #expect(text { $0.value(plainASCII: Array("AbC+/=".utf8)) } == "\"AbC+/=\"")
    }

    @Test func floatsReadBackAsTheSameBits() throws {
        var state: UInt64 = 9
        var floats: [Float] = [
            0, -0.0, 1, -1, 0.1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 16_777_216,
            1e10, 1e16, .pi,
        ]
        for _ in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32))
            if float.isFinite { floats.append(float) }
        }
        for float in floats {
            guard case .number(let digits) = try JSONValue(parsing: Array(text { $0.value(float) }.utf8)) else {
                Issue.record("\(float) is written as something else")
                continue
            }
            #expect(Float(digits)?.bitPattern == float.bitPattern)
        }
        for double: Double in [0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3, 1e21] {
            let value = try JSONValue(parsing: Array(text { $0.value(double) }.utf8))
            #expect(value.double?.bitPattern == double.bitPattern)
        }
        #expect(text { $0.value(Float.nan) } == "null")
        #expect(text { $0.value(-Double.infinity) } == "null")
        #expect(text { $0.value(Int.min) } == "-9223372036854775808")
    }

    @Test func drainHandsOverPieces() throws {
        var writer = JSONWriter()
        var all: [UInt8] = []
        writer.openArray()
        for number in 0..<5 {
            writer.value(number)
            all += writer.drain()
        }
        writer.closeArray()
        all += writer.drain()
        #expect(String(decoding: all, as: UTF8.self) == "[0,1,2,3,4]")
        #expect(writer.bytes.isEmpty)
    }

    @Test func parsedValuesAreWrittenAsTheyWere() throws {
        let source = #"{"b":[1.50,-0,1e5,"é\n"],"a":{"x":null,"y":[true,false,{}]}}"#
        let value = try JSONValue(parsing: Array(source.utf8))
        #expect(text { $0.value(value) } == source)
    }
}
