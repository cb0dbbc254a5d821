// The fingerprint against FIPS 180-4's own examples and Python's hashlib.

import ModelFiles
import Testing

@Suite struct SHA256Tests {
    private func digest(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes { sha256(of: $0) } }

    @Test func publishedVectors() {
        #expect(
            digest(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            digest(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            digest([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test func equalsHashlibAtAwkwardLengths() throws {
        let lines = try Fixture.text("sha256.txt").split(separator: "\n")
        #expect(lines.count == 17)
        for line in lines {
            let fields = line.split(separator: " ")
            let length = try #require(Int(fields[0]))
            #expect(digest((0..<length).map { UInt8(($0 * 7 + length) % 256) }) == fields[1], "length \(length)")
        }
    }

    @Test func hashesAFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("a.bin", Array("abc".utf8))
        let hash = sha256(of: try MappedFile(path: path))
        #expect(hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
