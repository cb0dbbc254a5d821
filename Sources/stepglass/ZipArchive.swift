// A zip archive (PKWARE's APPNOTE 6.3) of a few small files, stored as they are.

/// The bytes of an archive with these files; their names are UTF-8. The same files make the same bytes.
func zipArchive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var (archive, directory) = ([UInt8](), [UInt8]())
    for (name, bytes) in files {
        let offset = archive.count
        // What the entry says of itself, twice: version 2.0, names in UTF-8, stored, 1 January 1980, sum and sizes.
        let size = UInt32(bytes.count)
        let numbers: [UInt16] = [20, 0x0800, 0, 0, 0x21]
        let facts =
            numbers.flatMap { little($0) } + little(checksum(of: bytes)) + little(size) + little(size)
            + little(UInt16(name.utf8.count))
        archive += little(UInt32(0x0403_4B50)) + facts + little(UInt16(0)) + Array(name.utf8) + bytes
        directory += little(UInt32(0x0201_4B50)) + little(UInt16(20)) + facts
        // No extra field, no comment, disk 0, attributes of a plain file.
        directory += [UInt8](repeating: 0, count: 12) + little(UInt32(offset)) + Array(name.utf8)
    }
    let start = archive.count
    let count = little(UInt16(files.count))
    archive += directory + little(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + count + count
    return archive + little(UInt32(directory.count)) + little(UInt32(start)) + [0, 0]
}

private func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// CRC-32 of ISO 3309.
private func checksum(of bytes: [UInt8]) -> UInt32 {
    var table: [UInt32] = []
    for byte in UInt32(0)..<256 {
        var sum = byte
        for _ in 0..<8 { sum = sum & 1 == 1 ? 0xEDB8_8320 ^ (sum >> 1) : sum >> 1 }
        table.append(sum)
    }
    var sum = ~UInt32(0)
    for byte in bytes { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
    return ~sum
}
