// What the tests of this module share: fixtures, seeded random numbers, bytes that stay in memory.

import Foundation
import ModelFiles
import Testing

/// The golden files beside the tests; `make_fixtures.py` makes them.
enum Fixture {
    static func bytes(_ name: String) throws -> MappedFile {
        let url = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
        return try MappedFile(path: url.appendingPathComponent(name).path)
    }

    static func text(_ name: String) throws -> String {
        let file = try bytes(name)
        return withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
    }
}

/// Copies of bytes that live as long as this object: for `MappedFile(memory:name:)`. Exactly as long as the bytes, so
/// that a read past the end is one the memory checker sees.
final class Memory {
    private let buffer: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8]) {
        buffer = .allocate(byteCount: bytes.count, alignment: 64)
        buffer.copyBytes(from: bytes)
    }

    deinit { buffer.deallocate() }

    func file(_ name: String) -> MappedFile { MappedFile(memory: UnsafeRawBufferPointer(buffer), name: name) }
}

extension Array where Element == UInt8 {
    mutating func append<T: FixedWidthInteger>(number: T) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// A GGUF string: its length in 8 bytes, then its bytes.
    mutating func append(text: [UInt8]) {
        append(number: UInt64(text.count))
        append(contentsOf: text)
    }
}

/// What every message must be: one line without control characters, and not long.
func checkMessage(_ error: ModelFileError) {
    let message = "\(error)"
    #expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(message)")
    #expect(message.utf8.count < 800, "\(message)")
}
