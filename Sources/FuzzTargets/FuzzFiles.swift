// Files of the repository that seeds are made of.
internal import Foundation

/// The files in a folder of the repository whose names end so, by their names; none larger than `limit` bytes.
func files(_ repository: String, _ folder: String, _ ending: String, limit: Int = 60_000) throws -> [[UInt8]] {
    let all = try FileManager.default.subpathsOfDirectory(atPath: repository + "/" + folder).sorted()
    return try all.filter { $0.hasSuffix(ending) }.compactMap { name in
        let bytes = try file(repository, folder + "/" + name)
        return bytes.count <= limit ? bytes : nil
    }
}

/// The same with their names, for folders whose files are asked for by name; of any size.
func named(_ repository: String, _ folder: String, _ ending: String) throws -> [(name: String, bytes: [UInt8])] {
    let all = try FileManager.default.contentsOfDirectory(atPath: repository + "/" + folder).sorted()
    return try all.filter { $0.hasSuffix(ending) }.map { ($0, try file(repository, folder + "/" + $0)) }
}

/// One file of the repository.
func file(_ repository: String, _ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: repository + "/" + path)))
}
