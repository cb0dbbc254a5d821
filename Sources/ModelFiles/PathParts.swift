// Paths by their parts.

/// What stands between the slashes of a path; nothing for two that follow one another. Slashes are looked for as bytes: a
/// mark behind one makes one Character of both.
package func pathParts(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
}

/// What stands behind a path's last slash that is not its end.
package func lastPart(_ path: String) -> String { pathParts(path).last ?? path }
