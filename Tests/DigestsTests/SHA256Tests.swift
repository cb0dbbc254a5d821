// The fingerprint against FIPS 180-4's own examples and Python's hashlib, with the processor's instructions and without.
import Foundation
import Testing

@testable import Digests

@Suite struct SHA256Tests {
    private func digest(_ bytes: [UInt8], _ usesInstructions: Bool) -> SHA256Digest {
        bytes.withUnsafeBytes { sha256(of: $0, usesInstructions: usesInstructions) }
    }

    @Test(arguments: [true, false])
    func publishedVectors(usesInstructions: Bool) {
        for (message, expected) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ] {
            #expect(digest(Array(message.utf8), usesInstructions).hexadecimal == expected, "\(message.prefix(9))")
        }
    }

    @Test(arguments: [true, false])
    func equalsHashlibAtAwkwardLengths(usesInstructions: Bool) throws {
        let fixtures = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        let text = try String(contentsOf: fixtures.appendingPathComponent("sha256.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 17)
        for line in lines {
            let fields = line.split(separator: " ")
            let length = try #require(Int(fields[0]))
            let message = (0..<length).map { UInt8(($0 * 7 + length) % 256) }
            #expect(digest(message, usesInstructions).hexadecimal == fields[1], "length \(length)")
        }
    }

    @Test func piecesAreTheWhole() {
        for length in [0, 1, 63, 64, 65, 1000, 4096] {
            let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31) }
            for pieceBytes in [1, 64, 100, 4096, 5000] {
                message.withUnsafeBytes { bytes in
                    var done = 0
                    let digest = sha256(of: bytes, pieceBytes: pieceBytes) { done += $0.count }
                    #expect(digest == sha256(of: message) && done == length / 64 * 64, "\(length) in \(pieceBytes)")
                }
            }
        }
    }

    @Test func bytesAndDigitsAgree() {
        let digest = sha256(of: Array("abc".utf8))
        #expect(digest.bytes.count == 32)
        #expect(
            digest.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == digest.hexadecimal)
    }
}
