// Where an engine listens, and the key that it is asked with.
internal import Phrases

/// The address of an engine: scheme, host, port and the path before its pages.
public struct EngineAddress: Equatable, Sendable {
    /// Without a slash at its end, and without the `/v1` that clients of OpenAI's kind write.
    public let text: String
    let host: String
    let isEncrypted: Bool

    /// - Throws: ``EngineError/address(_:_:)``.
    public init(_ typed: String) throws(EngineError) {
        func problem(_ what: AddressProblem) -> EngineError {
            // Whatever stands before an @ may be a secret.
            .address(
                typed.contains("@") ? "…@" + (typed.split(separator: "@").last.map(String.init) ?? "") : typed, what)
        }
        let isEncrypted = typed.hasPrefix("https://")
        guard isEncrypted || typed.hasPrefix("http://") else { throw problem(.scheme) }
        let rest = typed.dropFirst(isEncrypted ? 8 : 7)
        if rest.contains(where: { "@?#".contains($0) }) { throw problem(.extras) }
        guard typed.utf8.count <= 1000, rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            throw problem(.host)
        }
        var host = rest.prefix { $0 != "/" }
        if host.hasPrefix("[") {
            host = host.prefix { $0 != "]" } + "]"
        } else {
            host = host.prefix { $0 != ":" }
        }
        if host.isEmpty || host == "[]" { throw problem(.host) }
        var text = Substring(typed)
        while text.hasSuffix("/") { text = text.dropLast() }
        if text.hasSuffix("/v1") { text = text.dropLast(3) }
        (self.text, self.host, self.isEncrypted) = (String(text), String(host), isEncrypted)
    }

    /// Whether what is sent stays on this machine.
    var isLoopback: Bool { host == "localhost" || host == "[::1]" || host.hasPrefix("127.") }
}

/// A key: from the environment, into a header, and nowhere else.
public struct EngineKey: Sendable {
    /// The variable that holds it.
    public static let variable = "STEPGLASS_ENGINE_KEY"

    let text: String

    /// - Throws: ``EngineError/key(_:)`` where it cannot be sent, or would be read on its way.
    public init(_ text: String, for address: EngineAddress) throws(EngineError) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .key(.characters) }
        if !address.isEncrypted && !address.isLoopback { throw .key(.inClear) }
        self.text = text
    }
}

extension EngineKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "a key" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
