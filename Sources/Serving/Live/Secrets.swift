// Secrets: made of the system's randomness, compared without telling by its time how much was right.
internal import Digests

/// 160 bits of the system's randomness in hexadecimal digits.
public func newSecret() -> String {
    var system = SystemRandomNumberGenerator()
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for _ in 0..<20 {
        let byte = UInt8.random(in: 0...255, using: &system)
        text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return String(decoding: text, as: UTF8.self)
}

/// Whether two texts are the same. How long it takes depends on the length of `given` alone.
public func isSameSecret(_ given: String, _ kept: String) -> Bool {
    let (given, kept) = (Array(given.utf8), Array(kept.utf8))
    var difference = given.count ^ kept.count
    for (place, byte) in given.enumerated() { difference |= Int(byte ^ (kept.isEmpty ? 0 : kept[place % kept.count])) }
    return difference == 0
}

/// What a secret is looked up by: whoever guesses learns nothing from how long the looking takes.
func lookupKey(_ secret: String) -> String { sha256(of: Array(secret.utf8)).hexadecimal }
