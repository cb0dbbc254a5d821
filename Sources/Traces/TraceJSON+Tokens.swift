// How tokens, pieces and the prompt stand in JSON.
public import JSONText

/// Bytes as lower-case hexadecimal, two digits each.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
    return String(decoding: digits, as: UTF8.self)
}

extension JSONWriter {
    /// `{"id","text","bytes","start","end","special"}`.
    public mutating func value(_ token: Token) {
        object { json in
            json.member("id", token.id)
            json.member("text", token.text)
            json.member("bytes", hexadecimal(token.bytes))
            json.member("start", token.start)
            json.member("end", token.end)
            json.member("special", token.special)
        }
    }

    /// `{"start","end","bytes","symbols","merges","ids"}`; bytes in hexadecimal. In the place of `merges` stands `lattice`
    /// or `longestMatch` where the piece came about that way.
    public mutating func value(_ piece: Piece) {
        object { json in
            json.member("start", piece.start)
            json.member("end", piece.end)
            json.member("bytes", hexadecimal(piece.bytes))
            json.array("symbols") { json in for symbol in piece.symbols { json.value(hexadecimal(symbol)) } }
            json.member(piece.explanation)
            json.array("ids") { json in for id in piece.ids { json.value(id) } }
        }
    }

    /// `{"text","rendered","tokens","pieces"}`, and `"scores"` where the run recorded them.
    mutating func value(_ prompt: Prompt) {
        object { json in
            json.member("text", prompt.text)
            json.member("rendered", prompt.rendered)
            json.array("tokens") { json in for token in prompt.tokens { json.value(token) } }
            json.array("pieces") { json in for piece in prompt.pieces { json.value(piece) } }
            if prompt.scores.isEmpty { return }
            json.array("scores") { json in
                for score in prompt.scores {
                    guard let score else { json.null(); continue }
                    json.object { json in
                        json.member("probability", score.probability)
                        json.member("rank", score.rank)
                        json.member("entropyBits", score.entropyBits)
                    }
                }
            }
        }
    }
}
