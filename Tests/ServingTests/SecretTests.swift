// Certificates: what this machine makes is sound, and what is given is looked at before anything is served with it.
import Testing

@testable import Serving

struct SecretTests {
    @Test func whatIsMadeIsSoundAndNew() throws {
        let (one, other) = (try WebSecrets(madeFor: ["127.0.0.1"]), try WebSecrets(madeFor: ["127.0.0.1"]))
        #expect(one.key != other.key && one.fingerprint != other.fingerprint)
        #expect(one.fingerprint.split(separator: ":").count == 32 && one.fingerprint.utf8.count == 95)
        #expect(try WebSecrets(key: one.key, certificate: one.certificate) == one)
        // The server's own comes first; those behind it change nothing of it.
        #expect(try WebSecrets(key: one.key, certificate: one.certificate + other.certificate) != other)
    }

    @Test func whatIsUnsoundIsSaid() throws {
        let (one, other) = (try WebSecrets(madeFor: ["::1", "a.example"]), try WebSecrets(madeFor: []))
        let cases: [(key: String, certificate: String, fault: WebSecrets.Fault)] = [
            (other.key, one.certificate, .otherKey), (one.certificate, one.certificate, .otherKey),
            ("", one.certificate, .otherKey), (one.key, "", .noCertificate), (one.key, one.key, .noCertificate),
            (one.key, String(one.certificate.dropLast(60)), .noCertificate), (one.key, "words", .noCertificate),
        ]
        for (key, certificate, fault) in cases {
            #expect(throws: ServingError.secrets(fault)) { try WebSecrets(key: key, certificate: certificate) }
        }
        #expect(throws: ServingError.secrets(.expired)) { try WebSecrets(madeFor: ["a.example"], seconds: -60) }
    }
}
