// The situations, and what is told of them.
import Traces

extension StoryTests {
    static let cases: [Case] = [
        Case(
            name: "sure, and drawn",
            step: step([(" Paris", [0.97]), (" Lyon", [0.02])], takes: " Paris", drawn: 0.5),
            english:
                "It read 5 tokens. ‹Paris› seemed almost certain, 97 %. The draw fell on ‹Paris›, as it nearly always would.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹Paris›，97 %。抽選抽中 ‹Paris›，幾乎每次都會如此。"),
        Case(
            name: "likeliest, and drawn",
            step: step([(" Paris", [0.77]), (" Lyon", [0.1])], takes: " Paris", drawn: 0.5),
            english:
                "It read 5 tokens. ‹Paris› seemed likeliest, 77 %. The draw fell on ‹Paris›, as it would 77 times in 100.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，77 %。抽選抽中 ‹Paris›，100 次裡會有 77 次如此。"),
        Case(
            name: "top-p left one",
            step: step(
                [(" Paris", [0.77, 1]), (" Lyon", [0.1, nil])], [("top-p", 0.5, 1)], takes: " Paris", drawn: 0.51),
            english: "It read 5 tokens. ‹Paris› seemed likeliest, 77 %. Top-p left one. No luck was needed.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，77 %。top-p 只留下一個。不需要運氣。"),
        Case(
            name: "top-k and top-p left three",
            step: step(
                [
                    (" red", [0.4, 0.5, 0.5]), (" blue", [0.3, 0.3, 0.3]), (" green", [0.16, 0.2, 0.2]),
                    (" pink", [0.05, nil, nil]),
                ], [("top-k", 5, 5), ("top-p", 0.9, 3)], takes: " red", drawn: 0.2),
            english:
                "It read 5 tokens. ‹red› seemed likeliest, 40 %. Top-k and top-p left 3. ‹red› then had 50 %. The draw fell on ‹red›, as it would 50 times in 100.",
            chinese: "它讀了 5 個詞元。它覺得 ‹red› 最有可能，40 %。top-k、top-p 留下 3 個。之後 ‹red› 有 50 %。抽選抽中 ‹red›，100 次裡會有 50 次如此。"),
        Case(
            name: "three cuts",
            step: step(
                [(" red", [0.4, 0.4, 0.5, 1]), (" blue", [0.3, 0.3, 0.3, nil])],
                [("top-k", 9, 9), ("top-p", 0.9, 3), ("min-p", 0.9, 1)], takes: " red", drawn: 0.2),
            english:
                "It read 5 tokens. ‹red› seemed likeliest, 40 %. Top-k, top-p and min-p left one. No luck was needed.",
            chinese: "它讀了 5 個詞元。它覺得 ‹red› 最有可能，40 %。top-k、top-p、min-p 只留下一個。不需要運氣。"),
        Case(
            name: "a lucky draw",
            step: step([(" Paris", [0.9]), (" London", [0.03])], takes: " London", drawn: 0.915),
            english:
                "It read 5 tokens. ‹Paris› seemed almost certain, 90 %. By luck the draw fell on ‹London›, which had only 3 %: 1 in 33.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹Paris›，90 %。憑運氣，抽選抽中只有 3 % 的 ‹London›：約 33 次才有一次。"),
        Case(
            name: "very lucky",
            step: step([(" Paris", [0.6]), (" Rome", [0.2]), (" Oz", [0.0008])], takes: " Oz", drawn: 0.8003),
            english:
                "It read 5 tokens. ‹Paris› seemed likeliest, 60 %. By luck the draw fell on ‹Oz›, which had only 0.08 %: 1 in 1,250. A random number 0.0003 smaller would have given ‹Rome›.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，60 %。憑運氣，抽選抽中只有 0.08 % 的 ‹Oz›：約 1,250 次才有一次。亂數再小 0.0003 就會是 ‹Rome›。"),
        Case(
            name: "the second was drawn",
            step: step([(" tea", [0.6]), (" milk", [0.3])], takes: " milk", drawn: 0.75),
            english: "It read 5 tokens. ‹tea› seemed likeliest, 60 %. The draw fell on ‹milk› instead, which had 30 %.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。抽選卻抽中 ‹milk›，它有 30 %。"),
        Case(
            name: "a near tie, the first drawn",
            step: step([(" tea", [0.4]), (" milk", [0.38])], takes: " tea", drawn: 0.1),
            english:
                "It read 5 tokens. ‹tea› and ‹milk› seemed almost equally likely, 40 % and 38 %. Luck decided: the draw fell on ‹tea›.",
            chinese: "它讀了 5 個詞元。‹tea› 和 ‹milk› 幾乎同樣可能，40 % 和 38 %。由運氣決定：抽選抽中 ‹tea›。"),
        Case(
            name: "a near tie, the second drawn",
            step: step([(" tea", [0.4]), (" milk", [0.38])], takes: " milk", drawn: 0.6),
            english:
                "It read 5 tokens. ‹tea› and ‹milk› seemed almost equally likely, 40 % and 38 %. Luck decided: the draw fell on ‹milk›.",
            chinese: "它讀了 5 個詞元。‹tea› 和 ‹milk› 幾乎同樣可能，40 % 和 38 %。由運氣決定：抽選抽中 ‹milk›。"),
        Case(
            name: "a near miss above",
            step: step([(" tea", [0.6]), (" milk", [0.3])], takes: " tea", drawn: 0.5969),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. The draw fell on ‹tea›, as it would 60 times in 100. A random number 0.0031 larger would have given ‹milk›.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。抽選抽中 ‹tea›，100 次裡會有 60 次如此。亂數再大 0.0031 就會是 ‹milk›。"),
        Case(
            name: "a near miss below",
            step: step([(" tea", [0.6]), (" milk", [0.3])], takes: " milk", drawn: 0.6042),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. The draw fell on ‹milk› instead, which had 30 %. A random number 0.0042 smaller would have given ‹tea›.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。抽選卻抽中 ‹milk›，它有 30 %。亂數再小 0.0042 就會是 ‹tea›。"),
        Case(
            name: "a hair's breadth",
            step: step([(" tea", [0.6]), (" milk", [0.3])], takes: " tea", drawn: 0.59999),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. The draw fell on ‹tea›, as it would 60 times in 100. A random number 0.0000100 larger would have given ‹milk›.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。抽選抽中 ‹tea›，100 次裡會有 60 次如此。亂數再大 0.0000100 就會是 ‹milk›。"),
        Case(
            name: "undecided",
            step: step([(" the", [0.06]), (" a", [0.05])], takes: " the", drawn: 0.03),
            english:
                "It read 5 tokens. Nothing stood out: even the likeliest, ‹the›, had only 6 %. The draw fell on ‹the›, as it would 6 times in 100.",
            chinese: "它讀了 5 個詞元。沒有特別突出的：最有可能的 ‹the› 也只有 6 %。抽選抽中 ‹the›，100 次裡會有 6 次如此。"),
        Case(
            name: "greedy",
            step: step([(" Paris", [0.77, 1]), (" Lyon", [0.1, nil])], [("greedy", nil, 1)], takes: " Paris"),
            english:
                "It read 5 tokens. ‹Paris› seemed likeliest, 77 %. Temperature 0 always takes the likeliest: no luck in it.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，77 %。溫度 0 一律取最有可能的：不靠運氣。"),
        Case(
            name: "a penalty changed the greedy winner",
            step: step(
                [(" the", [0.5, 0.2, nil]), (" a", [0.3, 0.5, 1])],
                [("repetition-penalty", 1.3, 100), ("greedy", nil, 1)], takes: " a"),
            english:
                "It read 5 tokens. ‹the› seemed likeliest, 50 %. Repetition penalty put ‹a› ahead of it. Temperature 0 always takes the likeliest: no luck in it.",
            chinese: "它讀了 5 個詞元。它覺得 ‹the› 最有可能，50 %。重複懲罰讓 ‹a› 超前。溫度 0 一律取最有可能的：不靠運氣。"),
        Case(
            name: "a penalty changed the favourite",
            step: step(
                [(" the", [0.5, 0.2]), (" a", [0.3, 0.5])], [("frequency-penalty", 1, 100)], takes: " a", drawn: 0.3),
            english:
                "It read 5 tokens. ‹the› seemed likeliest, 50 %. Frequency penalty put ‹a› ahead of it. ‹a› then had 50 %. The draw fell on ‹a›, as it would 50 times in 100.",
            chinese: "它讀了 5 個詞元。它覺得 ‹the› 最有可能，50 %。頻率懲罰讓 ‹a› 超前。之後 ‹a› 有 50 %。抽選抽中 ‹a›，100 次裡會有 50 次如此。"),
        Case(
            name: "the end was barred",
            step: step(
                [("<end>", [0.8, nil]), (" and", [0.1, 0.5])], [("min-tokens", 9, 99)], takes: " and", drawn: 0.3),
            english:
                "It read 5 tokens. ‹<end>› seemed likeliest, 80 %. Minimum length struck it out, which left ‹and› ahead. ‹and› then had 50 %. The draw fell on ‹and›, as it would 50 times in 100.",
            chinese: "它讀了 5 個詞元。它覺得 ‹<end>› 最有可能，80 %。最短長度把它劃掉，於是 ‹and› 領先。之後 ‹and› 有 50 %。抽選抽中 ‹and›，100 次裡會有 50 次如此。"),
        Case(
            name: "a banned word",
            step: step(
                [(" rose", [0.8, nil]), (" tulip", [0.1, 0.5])], [("banned-tokens", nil, 99)], takes: " tulip",
                drawn: 0.3),
            english:
                "It read 5 tokens. ‹rose› seemed likeliest, 80 %. Banned tokens struck it out, which left ‹tulip› ahead. ‹tulip› then had 50 %. The draw fell on ‹tulip›, as it would 50 times in 100.",
            chinese:
                "它讀了 5 個詞元。它覺得 ‹rose› 最有可能，80 %。禁用詞元把它劃掉，於是 ‹tulip› 領先。之後 ‹tulip› 有 50 %。抽選抽中 ‹tulip›，100 次裡會有 50 次如此。"),
        Case(
            name: "hot",
            step: step(
                [(" tea", [0.6, 0.3]), (" milk", [0.2, 0.2])], [("temperature", 2, 100)], takes: " tea", drawn: 0.1),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. Temperature 2 brought the chances closer together. ‹tea› then had 30 %. The draw fell on ‹tea›, as it would 30 times in 100.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。溫度 2 讓各詞元的機會拉近。之後 ‹tea› 有 30 %。抽選抽中 ‹tea›，100 次裡會有 30 次如此。"),
        Case(
            name: "cold",
            step: step(
                [(" tea", [0.6, 0.85]), (" milk", [0.2, 0.1])], [("temperature", 0.5, 100)], takes: " milk", drawn: 0.87
            ),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. Temperature 0.5 favoured the likely ones. ‹tea› then had 85 %. The draw fell on ‹milk› instead, which had 10 %.",
            chinese: "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。溫度 0.5 讓原本可能的更有可能。之後 ‹tea› 有 85 %。抽選卻抽中 ‹milk›，它有 10 %。"),
        Case(
            name: "a stage that removes by mass",
            step: step(
                [(" tea", [0.6, nil]), (" milk", [0.2, 0.7])], [("xtc", 0.1, 30)], takes: " milk", drawn: 0.3),
            english:
                "It read 5 tokens. ‹tea› seemed likeliest, 60 %. XTC struck it out, which left ‹milk› ahead. XTC left 30. ‹milk› then had 70 %. The draw fell on ‹milk›, as it would 70 times in 100.",
            chinese:
                "它讀了 5 個詞元。它覺得 ‹tea› 最有可能，60 %。XTC 把它劃掉，於是 ‹milk› 領先。XTC 留下 30 個。之後 ‹milk› 有 70 %。抽選抽中 ‹milk›，100 次裡會有 70 次如此。"
        ),
        Case(
            name: "put in by hand",
            step: step([(" Paris", [0.9]), (" London", [0.03])], takes: " London"),
            settings: { $0.forced = [0: 2] },
            english:
                "It read 5 tokens. ‹Paris› seemed almost certain, 90 %. ‹London› was put in by hand; its own chance was 3 %.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹Paris›，90 %。‹London› 是人為放入的；它原本的機會是 3 %。"),
        Case(
            name: "put in by hand though struck",
            step: step([(" Paris", [0.9, 1]), (" London", [0.03, nil])], [("top-k", 1, 1)], takes: " London"),
            settings: { $0.forced = [0: 2] },
            english:
                "It read 5 tokens. ‹Paris› seemed almost certain, 90 %. ‹London› was put in by hand, though top-k had struck it out.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹Paris›，90 %。‹London› 是人為放入的，雖然 top-k 已把它劃掉。"),
        Case(
            name: "after a token put in by hand",
            step: step([(" Paris", [0.97])], takes: " Paris", drawn: 0.5, index: 3, position: 8),
            settings: { $0.forced = [2: 9] },
            english:
                "It read 8 tokens, the last one put in by hand. ‹Paris› seemed almost certain, 97 %. The draw fell on ‹Paris›, as it nearly always would.",
            chinese: "它讀了 8 個詞元，最後一個是人為放入的。它幾乎確定是 ‹Paris›，97 %。抽選抽中 ‹Paris›，幾乎每次都會如此。"),
        Case(
            name: "after its own token",
            step: step([(" Paris", [0.97])], takes: " Paris", drawn: 0.5, index: 3, position: 1008),
            english:
                "It read 1,008 tokens, the last one its own. ‹Paris› seemed almost certain, 97 %. The draw fell on ‹Paris›, as it nearly always would.",
            chinese: "它讀了 1,008 個詞元，最後一個是它自己寫的。它幾乎確定是 ‹Paris›，97 %。抽選抽中 ‹Paris›，幾乎每次都會如此。"),
        Case(
            name: "one token read",
            step: step([("A", [0.97])], takes: "A", drawn: 0.5, position: 1),
            english:
                "It read 1 token. ‹A› seemed almost certain, 97 %. The draw fell on ‹A›, as it nearly always would.",
            chinese: "它讀了 1 個詞元。它幾乎確定是 ‹A›，97 %。抽選抽中 ‹A›，幾乎每次都會如此。"),
        Case(
            name: "the end",
            step: step([("<end>", [0.97])], takes: "<end>", drawn: 0.5, finish: .eos),
            english:
                "It read 5 tokens. ‹<end>› seemed almost certain, 97 %. The draw fell on ‹<end>›, as it nearly always would. It is the sign for the end: the text stops here.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹<end>›，97 %。抽選抽中 ‹<end>›，幾乎每次都會如此。它是結束記號：文字到此為止。"),
        Case(
            name: "a stop string",
            step: step([(".", [0.97])], takes: ".", drawn: 0.5, finish: .stop),
            english:
                "It read 5 tokens. ‹.› seemed almost certain, 97 %. The draw fell on ‹.›, as it nearly always would. It completed a stop string: the text stops here.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹.›，97 %。抽選抽中 ‹.›，幾乎每次都會如此。它湊成了停止字串：文字到此為止。"),
        Case(
            name: "as long as asked for",
            step: step([(".", [0.995])], takes: ".", drawn: 0.5, finish: .length),
            english:
                "It read 5 tokens. ‹.› seemed almost certain, 99.5 %. The draw fell on ‹.›, as it nearly always would. As many tokens were written as were asked for.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹.›，99.5 %。抽選抽中 ‹.›，幾乎每次都會如此。要寫的詞元數已滿。"),
        Case(
            name: "a full context",
            step: step([(".", [0.9999])], takes: ".", drawn: 0.5, finish: .context),
            english:
                "It read 5 tokens. ‹.› seemed almost certain, >99.9 %. The draw fell on ‹.›, as it nearly always would. The model's context was full.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹.›，>99.9 %。抽選抽中 ‹.›，幾乎每次都會如此。模型的上下文已滿。"),
        Case(
            name: "heads switched off",
            step: step([(" Paris", [0.5])], takes: " Paris", drawn: 0.2),
            settings: { $0.ablated = ["0.1", "2.3"] },
            english:
                "It read 5 tokens. 2 attention heads were switched off. ‹Paris› seemed likeliest, 50 %. The draw fell on ‹Paris›, as it would 50 times in 100.",
            chinese: "它讀了 5 個詞元。有 2 個注意力頭被關閉。它覺得 ‹Paris› 最有可能，50 %。抽選抽中 ‹Paris›，100 次裡會有 50 次如此。"),
        // Position 4 is the token's that was read last: it finds itself.
        Case(
            name: "a damaged cache",
            step: step([(" Paris", [0.5])], takes: " Paris", drawn: 0.2),
            settings: { $0.dropped = [1, 4, 9, 1] },
            english:
                "It read 5 tokens. It did not find 1 of them in its cache any more. ‹Paris› seemed likeliest, 50 %. The draw fell on ‹Paris›, as it would 50 times in 100.",
            chinese: "它讀了 5 個詞元。其中 1 個在快取裡已經找不到了。它覺得 ‹Paris› 最有可能，50 %。抽選抽中 ‹Paris›，100 次裡會有 50 次如此。"),
        Case(
            name: "a beam search",
            step: step([(" Paris", [0.5]), (" Rome", [0.3])], takes: " Rome"),
            settings: { $0.beams = 4 },
            english:
                "It read 5 tokens. ‹Paris› seemed likeliest, 50 %. The beam search took ‹Rome›: it lies on the best whole path.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，50 %。集束搜尋選了 ‹Rome›：它在整體最好的路徑上。"),
        Case(
            name: "taken, and the record does not say how",
            step: step([(" Paris", [0.5]), (" Rome", [0.3])], takes: " Rome"),
            english: "It read 5 tokens. ‹Paris› seemed likeliest, 50 %. ‹Rome› was taken without a draw.",
            chinese: "它讀了 5 個詞元。它覺得 ‹Paris› 最有可能，50 %。沒有抽選，直接取 ‹Rome›。"),
        Case(
            name: "a line end",
            step: step([("\n", [0.97])], takes: "\n", drawn: 0.5),
            english:
                "It read 5 tokens. ‹↵› seemed almost certain, 97 %. The draw fell on ‹↵›, as it nearly always would.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹↵›，97 %。抽選抽中 ‹↵›，幾乎每次都會如此。"),
        Case(
            name: "a penalty held the favourite back",
            step: step(
                [(" a", [0.9, 0.7]), (" the", [0.05, 0.2])], [("repetition-penalty", 1.3, 100)], takes: " a", drawn: 0.3
            ),
            english:
                "It read 5 tokens. ‹a› seemed almost certain, 90 %. Repetition penalty held back the likeliest. ‹a› then had 70 %. The draw fell on ‹a›, as it would 70 times in 100.",
            chinese: "它讀了 5 個詞元。它幾乎確定是 ‹a›，90 %。重複懲罰壓低了最有可能的詞元。之後 ‹a› 有 70 %。抽選抽中 ‹a›，100 次裡會有 70 次如此。"),
        Case(
            name: "one of many that are hardly likely",
            step: step([(" Sam", [0.12]), (" Leo", [0.08])], takes: " Leo", drawn: 0.16),
            english:
                "It read 5 tokens. Nothing stood out: even the likeliest, ‹Sam›, had only 12 %. The draw fell on ‹Leo› instead, which had 8 %.",
            chinese: "它讀了 5 個詞元。沒有特別突出的：最有可能的 ‹Sam› 也只有 12 %。抽選卻抽中 ‹Leo›，它有 8 %。"),
    ]
}
