// The key and certificate that this machine made for a class, kept beside the class's file: a browser that was told once to
// trust it is not asked again at the next start.
internal import Phrases
internal import Serving

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One file, readable by its owner alone: a line with the names that the certificate is for, the key, the certificate.
struct KeptSecrets {
    let path: String

    /// Those of a class whose file lies there.
    init(besideClass path: String) {
        self.path = (path.hasSuffix(".class") ? String(path.dropLast(".class".count)) : path) + ".tls"
    }

    /// The line's first word.
    private static let mark = "stepglass-names"
    /// Names that are kept of the networks in which the class met before.
    private static let mostNames = 16
    /// With less left than this, new ones are made: a class does not end in the middle of a lesson.
    private static let leastSeconds = 24 * 3600
    private static let limit = 100_000

    /// What a server that goes by `names` proves itself with, and whether it did so before: what is kept, where it is for all
    /// of the names and still good; else new ones, for these names and those from before, which are kept from now on.
    func secrets(for names: [String]) throws -> (secrets: WebSecrets, areKnown: Bool) {
        let kept = try read()
        if let kept, Set(names).isSubset(of: kept.names), let secrets = kept.secrets,
            secrets.secondsLeft > Self.leastSeconds
        {
            return (secrets, true)
        }
        // Whoever comes back to a network finds the certificate good there.
        let others = (kept?.names ?? []).filter { !names.contains($0) }
        let all = names + others.prefix(max(0, Self.mostNames - names.count))
        let made = try WebSecrets(madeFor: all)
        let text = "\(Self.mark) \(all.joined(separator: " "))\n\(made.key)\(made.certificate)"
        let file = try AtomicFile(path, existing: .isReplaced, isPrivate: true)
        try file.write(Array(text.utf8))
        try file.commit()
        return (made, false)
    }

    /// Forgets them, broken ones too: what begins as ours does. A file that is something else stays.
    func remove() throws {
        guard fileExists(path), let bytes = try? readFile(path, limit: Self.limit) else { return }
        if bytes.starts(with: (Self.mark + " ").utf8) { try removeFile(path) }
    }

    /// nil where there are none; a file that is something else is left as it is.
    private func read() throws -> (names: [String], secrets: WebSecrets?)? {
        guard fileExists(path) else { return nil }
        let text = String(decoding: try readFile(path, limit: Self.limit), as: UTF8.self)
        let lines = text.split(separator: "\n", maxSplits: 1)
        let words = lines.first.map { $0.split(separator: " ").map(String.init) } ?? []
        guard words.first == Self.mark, lines.count == 2,
            let certificate = lines[1].firstRange(of: "-----BEGIN CERTIFICATE-----")?.lowerBound
        else { throw foreign }
        let names = Array(words.dropFirst())
        do {
            return (
                names,
                try WebSecrets(key: String(lines[1][..<certificate]), certificate: String(lines[1][certificate...]))
            )
        } catch ServingError.secrets(.expired) { return (names, nil) } catch { throw foreign }
    }

    private var foreign: Failure {
        Failure(
            "\(path) does not hold the key and certificate of a class; move it away, and they are made anew",
            "\(path) 不是班級的金鑰和憑證；請把它移走，程式會重新產生")
    }
}
