// What a search begins with, written to files: the seeds of a target, what was found before, and the words in them.
internal import Foundation

extension FuzzTarget {
    /// Where what was ever found stays, for this target.
    public func found(in repository: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = "Tests/FuzzTargetsTests/Found/" + name
        guard FileManager.default.fileExists(atPath: repository + "/" + folder) else { return [] }
        return try named(repository, folder, "")
    }

    /// Writes the seeds and what was found into `folder`, and beside it `NAME.words`, the dictionary of the search.
    public func writeSeeds(from repository: String, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let seeds = try seeds(repository)
        for (place, bytes) in try (seeds + found(in: repository).map { $0.bytes }).enumerated() {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/seed-\(place)"))
        }
        var words = [fuzzCut] + longPieces
        var known = Set(words)
        for seed in seeds {
            for word in seed.split(whereSeparator: { !isWord($0) }).map(Array.init)
            where (2...24).contains(word.count) && words.count < 3_000 && known.insert(word).inserted {
                words.append(word)
            }
        }
        let lines = words.map { "\"" + $0.map(escaped).joined() + "\"\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: folder + ".words"))
    }
}

private func isWord(_ byte: UInt8) -> Bool {
    let letter = byte | 0x20
    return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
}

private func escaped(_ byte: UInt8) -> String {
    let hex = "0123456789abcdef".map { String($0) }
    return isWord(byte) ? String(UnicodeScalar(byte)) : "\\x" + hex[Int(byte >> 4)] + hex[Int(byte & 15)]
}
