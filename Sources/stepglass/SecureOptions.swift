// HTTPS for `serve`: a certificate that is given, or one that this machine makes: when it starts, or once for a class.
internal import ArgumentParser
internal import Phrases
internal import Serving

struct SecureOptions: ParsableArguments {
    @Flag(help: "Serve over HTTPS, with a certificate of this machine's own unless one is given; a class keeps its.")
    var tls = false
    @Option(help: ArgumentHelp("For HTTPS: the certificate, a PEM file.", valueName: "file")) var certificate: String?
    @Option(help: ArgumentHelp("For HTTPS: the certificate's private key, a PEM file.", valueName: "file"))
    var key: String?

    func validate() throws {
        if (certificate == nil) != (key == nil) {
            throw ValidationError(
                Phrase(
                    "--certificate and --key go together: give both, or --tls alone to have them made",
                    "--certificate 和 --key 要一起給；或只用 --tls，讓程式產生"))
        }
    }

    /// What a server that goes by these names proves itself with; nil for plain HTTP.
    ///
    /// - Parameter kept: where those are that were made before; nil makes new ones.
    func secrets(for names: [String], kept: KeptSecrets? = nil) throws -> (secrets: WebSecrets, areKnown: Bool)? {
        if let certificate, let key {
            return (try WebSecrets(key: try text(key), certificate: try text(certificate)), false)
        }
        if !tls { return nil }
        let all = ["localhost", "127.0.0.1", "::1"] + names.filter { $0 != "127.0.0.1" && $0 != "::1" }
        return try kept?.secrets(for: all) ?? (try WebSecrets(madeFor: all), false)
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try readFile(path, limit: 1_000_000), as: UTF8.self)
    }
}

/// Says by what a browser's user knows the certificate again.
///
/// - Parameter areKnown: whether it is that of an earlier start.
func tellFingerprint(_ secrets: WebSecrets?, areKnown: Bool = false) {
    guard let secrets else { return }
    if areKnown {
        return printNote(
            Phrase(
                """
                The certificate is the one of last time: browsers that went on then do so now. Its SHA-256 fingerprint:
                \(secrets.fingerprint)
                """,
                """
                憑證和上次相同：上次已繼續的瀏覽器不會再問。它的 SHA-256 指紋：
                \(secrets.fingerprint)
                """))
    }
    printNote(
        Phrase(
            """
            The browser will warn of a certificate that nobody vouches for, unless you gave one: compare its SHA-256 fingerprint, \
            then go on.
            \(secrets.fingerprint)
            """,
            """
            除非你提供了有人擔保的憑證，瀏覽器會警告憑證無人擔保：請比對它的 SHA-256 指紋，相同再繼續。
            \(secrets.fingerprint)
            """))
}
