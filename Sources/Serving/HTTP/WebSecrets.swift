// A key and a certificate for HTTPS: given ones, looked at before they are used, or such as this machine makes for itself.
internal import CWebServer

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What a server proves by that it is itself.
public struct WebSecrets: Equatable, Sendable {
    /// What is wrong with given ones.
    public enum Fault: Equatable, Sendable {
        case noCertificate
        case otherKey
        case expired
    }

    /// A private key as PEM.
    public let key: String
    /// Its certificate as PEM, followed by those of whoever vouches for it.
    public let certificate: String
    /// The certificate's SHA-256, as browsers show it: "AB:CD:…". Whoever compares it with the one on the teacher's
    /// terminal knows that nobody stands in between.
    public let fingerprint: String

    /// Given ones.
    public init(key: String, certificate: String) throws(ServingError) {
        var text = [CChar](repeating: 0, count: 96)
        let state = sg_web_look_at(key, certificate, &text)
        switch state {
        case SG_WEB_SOUND: break
        case SG_WEB_NO_CERTIFICATE: throw .secrets(.noCertificate)
        case SG_WEB_EXPIRED: throw .secrets(.expired)
        default: throw .secrets(.otherKey)
        }
        (self.key, self.certificate) = (key, certificate)
        fingerprint = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// New ones, signed by nobody else, for the names and addresses that a server goes by.
    public init(madeFor names: [String]) throws(ServingError) {
        try self.init(madeFor: names, seconds: Self.goodSeconds)
    }

    /// The same, good for some seconds from now.
    init(madeFor names: [String], seconds: Int) throws(ServingError) {
        var key: UnsafeMutablePointer<CChar>?
        var certificate: UnsafeMutablePointer<CChar>?
        let copies = names.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var pointers = copies.map { UnsafePointer($0) }
        let isMade = sg_web_make_certificate(&pointers, names.count, seconds, &key, &certificate)
        defer {
            free(key)
            free(certificate)
        }
        guard isMade != 0, let key, let certificate else { throw .noCertificate }
        try self.init(key: String(cString: key), certificate: String(cString: certificate))
    }

    /// A school year: browsers refuse what is good for more than 398 days.
    private static let goodSeconds = 397 * 24 * 3600

    /// For how long they are good from now on, in seconds.
    public var secondsLeft: Int { sg_web_seconds_left(certificate) }
}
