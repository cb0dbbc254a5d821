// Codes and secrets: what lets a student in, what brings a student back, what only the teacher has.
internal import Digests

/// Capital letters and digits of which none looks like another: no 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V.
let codeLetters = Array("ACEFGHJKMNPRTWXY34679".utf8)

/// A code of letters that are drawn evenly from the system's source for keys.
private func code(_ count: Int) -> String {
    var source = SystemRandomNumberGenerator()
    return String(decoding: (0..<count).map { _ in codeLetters.randomElement(using: &source)! }, as: UTF8.self)
}

/// What stands on the board: 21⁶ ≈ 86 million codes. As many wrong ones as ``ClassLimits`` lets through in an hour find it
/// once in some thousand hours.
func roomCode() -> String { code(6) }

/// What brings one student back, in two groups: 21¹⁰ ≈ 2⁴⁴ codes.
func resumeCode() -> String { code(5) + "-" + code(5) }

/// A secret of 160 random bits in hexadecimal, for addresses and cookies.
public func newSecret() -> String {
    var source = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: (0..<20).flatMap { _ in
            let byte = UInt8.random(in: 0...255, using: &source)
            return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }, as: UTF8.self)
}

/// A code as it is compared: capital letters and digits alone, so that blanks, hyphens and small letters do not matter. Nil
/// for what is too long to be one.
func normalCode(_ typed: String) -> String? {
    if typed.utf8.count > 64 { return nil }
    var result: [UInt8] = []
    for byte in typed.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(byte - 32)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): result.append(byte)
        default: break
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// What a file holds of a secret. They are random and long, so that no salt or slow hash has to help them; whoever has the
/// file has all that a resume code would open.
func secretHash(_ secret: String) -> [UInt8] { sha256(of: Array(secret.utf8)).bytes }

/// Whether two texts are the same, in a time that does not tell where they differ.
func areSame(_ a: String, _ b: String) -> Bool {
    let (a, b) = (secretHash(a), secretHash(b))
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}
