// A small bilingual vocabulary whose tokens cut an emoji and a rare character apart, as byte-level BPE does.
import Traces

/// A generator of pseudo-random numbers that is the same everywhere (Steele, Lea, Flood: SplitMix64).
struct SampleRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in [0, 1).
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// Tokens by id. Id 0 and 1 are control tokens; the rest are pieces of text.
struct SampleVocabulary {
    static let endToken = 1
    private(set) var bytes: [[UInt8]] = [Array("<|start|>".utf8), Array("<|end|>".utf8)]
    private var ids: [[UInt8]: Int] = [:]

    init(size: Int) {
        let words = [SampleText.prompt, SampleText.output].flatMap { $0 }
        for word in words where ids[word] == nil { add(word) }
        precondition(bytes.count <= size, "a sample needs a vocabulary of at least \(bytes.count) tokens")
        // Filler tokens: syllables, with and without a leading space, so that candidates look like words.
        var random = SampleRandom(state: 7)
        let syllables = ["ka", "lo", "mi", "ter", "on", "a", "es", "山", "水", "的", "學", "un", "ing", "ra", "pe"]
        while bytes.count < size {
            let count = 1 + Int(random.next() % 3)
            let word = (0..<count).map { _ in syllables[Int(random.next() % UInt64(syllables.count))] }.joined()
            let token = Array(((random.next() & 1) == 0 ? " " : "").utf8) + Array(word.utf8)
            if ids[token] == nil { add(token) } else { add(token + Array(String(bytes.count).utf8)) }
        }
    }

    private mutating func add(_ token: [UInt8]) {
        ids[token] = bytes.count
        bytes.append(token)
    }

    func id(_ token: [UInt8]) -> Int { ids[token]! }
}

/// The words of the sample run, cut as tokens.
enum SampleText {
    /// 你好，世界！👋 The capital of 臺灣 is — the emoji over two tokens, 臺 over two.
    static let prompt: [[UInt8]] =
        split("你|好|，|世界|！") + [[0xF0, 0x9F], [0x91, 0x8B]]
        + split(" The| capital| of| ") + [[0xE8, 0x87], [0xBA]] + split("灣| is")

    /// What the sample model would like to say; repeated for longer runs.
    static let output: [[UInt8]] =
        split(" Taipei|,| a| city| of| rain|,| hills| and| night| markets|.|\n|臺北|的|夏天|很|熱|，|大家|都|喜歡|")
        + [[0xF0, 0x9F, 0x8D], [0xA7]] + split("。| <b>|\"|It|\"| is| 3|1| °|C| &| rising|.|\n")

    private static func split(_ text: String) -> [[UInt8]] {
        text.split(separator: "|").map { Array($0.utf8) }
    }
}

/// Token texts from bytes as the record keeps them: a character shows at the token that completes it.
func sampleTokens(_ ids: [Int], _ vocabulary: SampleVocabulary, start: Int) -> [Token] {
    var tokens: [Token] = []
    var pending: [UInt8] = []
    var place = start
    for (index, id) in ids.enumerated() {
        let bytes = vocabulary.bytes[id]
        pending += bytes
        var text = ""
        let whole = completeLength(pending)
        if whole > 0 {
            text = String(decoding: pending[..<whole], as: UTF8.self)
            pending.removeFirst(whole)
        }
        if index == ids.count - 1, !pending.isEmpty { text += "\u{FFFD}" }
        let special = id <= SampleVocabulary.endToken
        let end = place + (special ? 0 : bytes.count)
        tokens.append(Token(id: id, bytes: bytes, text: text, start: place, end: end, special: special))
        place = end
    }
    return tokens
}

/// How many leading bytes are whole characters, or can never become one.
private func completeLength(_ bytes: [UInt8]) -> Int {
    for tail in 1...3 where tail <= bytes.count {
        let lead = bytes[bytes.count - tail]
        if lead & 0xC0 == 0x80 { continue }
        let need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1
        return need > tail ? bytes.count - tail : bytes.count
    }
    return bytes.count
}
