// The pre-tokenizers that GGUF files name and that are written as regular expressions.

extension GGUFPreTokenizer {
    /// Contractions of English, in any case.
    private static let contraction = "'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])"
    /// Signs with the line breaks after them, and white space: how most of these patterns end.
    private static let signs = #" ?[^\s\p{L}\p{N}]+[\r\n]*"#
    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// Words with an upper-case beginning and a lower-case end, or upper case alone; `word` is what letters are. Letters
    /// without case and those beyond ASCII are both.
    private static func casedWords(_ word: String, _ after: String) -> String {
        let (upper, lower) = ("[\(word)&&[^a-z]]", "[\(word)&&[^A-Z]]")
        let front = #"[^\r\n\p{L}\p{N}]?"#
        return "\(front)\(upper)*\(lower)+\(after)|\(front)\(upper)+\(lower)*\(after)"
    }

    /// Words of letters and marks as two of the models have them.
    private static let markedWords = #"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+"# + "(?:\(contraction))?"

    /// Marked words, signs with line breaks, white space, of DeepSeek 3 and those after it.
    private static let deepseek3 =
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
    private static let chineseAndKana = "[一-龥\u{3040}-ゟ゠-ヿ]+"

    /// Cased letters as DeepSeek's first tokenizers list them.
    private static let listedLetters =
        "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ"
        + "-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK"
        + "-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲"
        + "𑢠-𑣟𞤀-𞥃"

    /// Ideographs as Kimi K2's pattern has them.
    private static let ideographs =
        #"[\u4E00-\u9FFF\u3400-\u4DBF\x{20000}-\x{2A6DF}\x{2A700}-\x{2B73F}\x{2B740}-\x{2B81F}\x{2B820}-\x{2CEAF}"#
        + #"\x{2CEB0}-\x{2EBEF}\uF900-\uFAFF\x{2F800}-\x{2FA1F}]"#

    /// All of them.
    static let patterned: [GGUFPreTokenizer] = [
        GGUFPreTokenizer(
            "gpt-4o llama4 kanana2 talkie minimax-m2",
            [
                .pattern(
                    casedWords(#"\p{L}"#, "(?:\(contraction))?") + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces)
            ]),
        GGUFPreTokenizer(
            "granite-embed-multi-97m",
            [
                .pattern(
                    casedWords(#"\p{L}\p{M}"#, "(?:\(contraction))?") + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"#
                        + spaces)
            ], ignoresMerges: true),
        GGUFPreTokenizer(
            "tekken",
            [.pattern(casedWords(#"\p{L}"#, "") + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces)], addsBOS: true,
            ignoresMerges: true),
        GGUFPreTokenizer(
            "tiny_aya cohere2moe",
            [
                .split(.thousands(known, digits: false)),
                .pattern(markedWords + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces),
            ]),
        GGUFPreTokenizer(
            "youtu",
            [
                .pattern("[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + chineseAndKana),
                .pattern(markedWords + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces),
            ], ignoresMerges: true),
        GGUFPreTokenizer(
            "deepseek-llm",
            [
                .pattern(#"[\r\n]"#), .pattern(#"\s?["# + listedLetters + "]+"),
                .pattern(#"\s?[!-/:-~！-／：-～‘-‟、-。]+"#), .pattern(#"\s+\z"#), .pattern(asianLetters),
                .split(.numberRuns(known)),
            ]),
        GGUFPreTokenizer(
            "deepseek-coder",
            [
                .pattern(#"[\r\n]"#), .pattern(#"\s?\p{L}+"#), .pattern(#"\s?\p{P}+"#), .pattern(asianLetters),
                .split(.eachNumber(known)),
            ]),
        GGUFPreTokenizer(
            "deepseek-v3 hunyuan-dense joyai-llm hy_v4",
            [
                .pattern(#"\p{N}{1,3}"#), .pattern(chineseAndKana),
                .pattern(deepseek3 + #"| ?[\p{P}\p{S}]+[\r\n]*|"# + spaces),
            ]),
        GGUFPreTokenizer(
            "spark2_5",
            [
                .pattern(#"\p{N}{1,3}"#), .pattern(chineseAndKana),
                .pattern(deepseek3 + #"| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+"#), .split(.eachNumber(known)),
            ]),
        GGUFPreTokenizer(
            "afmoe",
            [
                .split(.thousands(known, digits: false)), .pattern(afmoeScripts),
                .pattern(deepseek3 + #"| ?[\p{P}\p{S}]+[\r\n]*|"# + spaces),
            ]),
        GGUFPreTokenizer(
            "kimi-k2",
            [
                .pattern(
                    ideographs + #"+|[^\r\n\p{L}\p{N}]?[\p{L}&&[^"# + ideographs + "]]+(?:\(contraction))?"
                        + #"|\p{N}{1,3}|"# + signs + "|" + spaces)
            ]),
        GGUFPreTokenizer(
            "bailingmoe bailingmoe2 llada-moe",
            [
                .pattern(
                    contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"# + signs + #"|\s*[\r\n]|\s+(?!\S)|\s+"#)
            ]),
        GGUFPreTokenizer(
            "seed-coder",
            [
                .pattern(
                    contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|"# + spaces)
            ]),
        GGUFPreTokenizer(
            "ufakzeka", [.pattern(#"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"# + signs + "|" + spaces)]),
        GGUFPreTokenizer(
            "exaone-moe",
            [
                .pattern(
                    contraction + #"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}"#
                        + #"| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"#)
            ]),
        GGUFPreTokenizer(
            "minicpm5",
            [
                .pattern(#"\p{N}{1,3}"#),
                .pattern(contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+|"# + signs + "|" + spaces),
            ], ignoresMerges: true),
        GGUFPreTokenizer(
            "jais-2",
            [
                .pattern(
                    contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"# + signs + #"|\s*[\r\n]+"#
                        + [512, 256, 128, 64, 32, 16, 8, 4].map { #"|\s{\#($0)}(?!\S)"# }.joined()
                        + #"|\s{1,2}(?!\S)|\s"#)
            ]),
        GGUFPreTokenizer(
            "chameleon",
            [
                .pattern("<sentinel:[0-9]+>"), .pattern("IMGIMG[A-I]{1,4}Z"), .pattern(#"[\t\n]|    |  "#),
                .split(.eachNumber(known)), .pattern(#"[\p{P}!-/:-@\[-`{-~]"#), .split(.gpt2(known)),
            ], addsBOS: true),
    ]

    /// White space is in no range of llama.cpp's patterns, whatever its number.
    private static let asianLetters = #"[一-龥ࠀ-一가-\uD7FF&&\S]+"#
    private static let afmoeScripts =
        "[一-\u{9FFF}㐀-\u{4DBF}豈-\u{FAFF}\u{3040}-ゟ゠-ヿ･-ﾟ⼀-\u{2FDF}\u{0E00}-\u{0E7F}\u{0E80}-\u{0EFF}ក-\u{17FF}"
        + "က-႟ꩠ-ꩿꧠ-\u{A9FF}가-\u{D7AF}ᄀ-ᇿ]+"
}
