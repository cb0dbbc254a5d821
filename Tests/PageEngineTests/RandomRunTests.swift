// Runs of all kinds, made at random: whatever is set, forced, forked, ablated or searched, the module comes to the native
// engine's bits. The native side runs on the processor's best kernels, whose multiply-adds are instructions.
import JSONText
import Requests
import TestTools
import Testing

@Suite struct RandomRunTests {
    private let tiny: TinyFiles

    init() throws { tiny = try TinyFiles() }

    private static let texts = [
        "Once upon a time", "法國的首都是", "從前有一隻小狗", "A", " ", "1 + 1 =", "def f(x):\n    return", "🐕 says",
        "The king and the queen. The king and the", "她說：「", "\u{0}\u{7}", "naïve café — Ⅷ",
        "One day, Tom and his dog went to the park. They saw a big red ball.", "e\u{301}\u{323} 한국어",
    ]

    /// Options as they are typed, with values that change something; the last of a list is out of range.
    private static let options: [(name: String, values: [String])] = [
        ("temperature", ["0", "0.3", "0.8", "1.7", "-1"]), ("top-k", ["1", "5", "40", "-1"]),
        ("top-p", ["0.1", "0.9", "0.99", "2"]), ("min-p", ["0.02", "0.2", "-3"]), ("typical-p", ["0.3", "0.95"]),
        ("top-a", ["0.1", "0.5"]), ("epsilon-cutoff", ["0.0003", "0.01"]), ("eta-cutoff", ["0.0006", "0.02"]),
        ("top-n-sigma", ["1", "2.5"]), ("xtc-probability", ["0.5", "1"]), ("xtc-threshold", ["0.05", "0.1"]),
        ("dry-multiplier", ["0.8", "2"]), ("dry-base", ["1.5", "3"]), ("dry-allowed-length", ["1", "2"]),
        ("dry-last-n", ["4", "-1"]), ("mirostat-tau", ["3", "5"]), ("mirostat-eta", ["0.1", "0.5"]),
        ("repetition-penalty", ["1.1", "1.6", "0"]), ("presence-penalty", ["0.5", "-1"]),
        ("frequency-penalty", ["0.3", "1"]), ("penalty-scope", ["all", "output"]),
        ("no-repeat-n-gram", ["1", "2", "3"]),
        ("min-tokens", ["2", "5"]), ("logit-bias", ["20=5", "300=-2,5=1"]), ("ban-tokens", ["10", "11,12,13"]),
        ("p-less", ["1"]), ("seed", ["0", "7", "18446744073709551616"]), ("order", ["top-k,temperature,top-p"]),
    ]

    private func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.value(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private func start(_ random: inout SplitMix64) -> String {
        var options: [String] = []
        for option in Self.options where Int.random(in: 0..<8, using: &random) == 0 {
            // What is out of range is refused, and should not be all that happens.
            let isWrong = Int.random(in: 0..<20, using: &random) == 0
            let values = option.values.count > 2 && !isWrong ? Array(option.values.dropLast()) : option.values
            options.append("\(quoted(option.name)):\(quoted(values.randomElement(using: &random)!))")
        }
        var settings = [#""maxTokens":\#(Int.random(in: 2...7, using: &random))"#]
        if Int.random(in: 0..<8, using: &random) == 0 {
            settings.append(#""beams":\#(Int.random(in: 2...4, using: &random))"#)
            if Bool.random(using: &random) { settings.append(#""beamSample":true"#) }
        }
        let record = ["", #""attention""#, #""attention","prompt""#, #""hidden""#, #""logits""#].randomElement(
            using: &random)!
        settings.append(#""record":[\#(record)]"#)
        let count = Int.random(in: 1...2, using: &random)
        let text = (0..<count).map { _ in Self.texts.randomElement(using: &random)! }.joined()
        return
            #"{"request":"start","model":1,"text":\#(quoted(text)),"settings":{\#(settings.joined(separator: ","))},"#
            + #""options":{\#(options.joined(separator: ","))}}"#
    }

    private func change(_ run: Int, _ random: inout SplitMix64) -> String {
        let option = Self.options.randomElement(using: &random)!
        let line = [
            "force #\(Int.random(in: 0..<2048, using: &random))", "fork", "branches", "back", "back 2",
            "set \(option.name) \(option.values.randomElement(using: &random)!)",
            "ablate \(Int.random(in: 0..<4, using: &random)).\(Int.random(in: 0..<4, using: &random))", "restore all",
            "set drop \(Int.random(in: 0..<12, using: &random))", "set drop none",
            "why top(3)", "lens", "sweep", "print entropy", "info stages", "info attention 2.1", "run to 1", "continue",
        ].randomElement(using: &random)!
        return #"{"request":"line","run":\#(run),"line":\#(quoted(line))}"#
    }

    @Test(.needs(.pageEngine, .node, .browser, .firefox)) func runsHaveTheSameBits() throws {
        let native = NativeEngine()
        try native.ask(try tiny.open())
        var random = SplitMix64(state: 2026)
        var begun = 0
        while begun < caseCount(200) {
            let started = try native.ask(Asked(json: start(&random)))
            // What is refused is compared too.
            guard let run = started["result"]?["run"]?.int else { continue }
            begun += 1
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                try native.ask(Asked(json: #"{"request":"step","run":\#(run),"count":2}"#))
                try native.ask(Asked(json: change(run, &random)))
            }
            try native.ask(Asked(json: #"{"request":"steps","run":\#(run)}"#))
            try native.ask(Asked(json: #"{"request":"end","run":\#(run)}"#))
        }
        for host in Host.allCases { try expectSame(native, on: host) }
    }
}
