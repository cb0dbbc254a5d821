// HTTPS for `serve`: a certificate that is given, or one that this machine makes when it starts.
internal import ArgumentParser
internal import Phrases
internal import Serving

struct SecureOptions: ParsableArguments {
    @Flag(help: "Serve over HTTPS, with a certificate made at the start unless one is given.") var tls = false
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
    func secrets(for names: [String]) throws -> WebSecrets? {
        if let certificate, let key {
            return try WebSecrets(key: try text(key), certificate: try text(certificate))
        }
        return tls ? try WebSecrets(madeFor: ["localhost", "127.0.0.1", "::1"] + names) : nil
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try readFile(path, limit: 1_000_000), as: UTF8.self)
    }
}

/// Says by what a browser's user knows the certificate again.
func tellFingerprint(_ secrets: WebSecrets?) {
    guard let secrets else { return }
    printNote(
        Phrase(
            """
            The browser will warn of a certificate that nobody vouches for, unless you gave one: compare its SHA-256 fingerprint, \
            then go on.
            \(secrets.fingerprint)
            """,
            """
            除非您提供了有人擔保的憑證，瀏覽器會警告憑證無人擔保：請比對它的 SHA-256 指紋，相同再繼續。
            \(secrets.fingerprint)
            """))
}
