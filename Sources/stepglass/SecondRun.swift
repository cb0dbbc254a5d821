// A second run beside the first: another prompt, or heads that are off; and the page that shows both.
internal import ArgumentParser
internal import Debugging
internal import Phrases
internal import Traces

/// What sets a second run apart from the first.
struct SecondRunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Make a second run of this prompt, with the same settings, into the folder \"with\" beside the record; the page then shows both.",
            valueName: "prompt"))
    var with: String?
    @Option(
        help: ArgumentHelp(
            "Make a second run in which this head's output is set to zero as well (repeatable).",
            valueName: "layer.head"))
    var withAblated: [String] = []

    /// Whether there is a second run.
    var isWanted: Bool { with != nil || !withAblated.isEmpty }

    /// Its settings, by those of the first.
    func settings(besides first: Settings) -> Settings {
        var settings = first
        for head in withAblated.flatMap(listItems) where !settings.ablated.contains(head) {
            settings.ablated.append(head)
        }
        return settings
    }

    /// Its record's folder, a folder of its own inside the first one's.
    static func folder(beside path: String) -> String { path + "/with" }

    /// Refuses what a second run cannot be made with.
    func check(messages: String?) throws {
        if with != nil && messages != nil {
            throw ValidationError(
                Phrase(
                    "--with gives another prompt, and --messages brings all of a chat; leave one out",
                    "--with 指定另一個提示，而 --messages 已帶有整段對話；請擇一"))
        }
    }
}

/// Where two runs part, in one line.
func parting(_ a: Trace, _ b: Trace) -> Phrase {
    let alignment = TraceAlignment(a, b)
    guard alignment.samePrompt else {
        let (left, right) = (a.prompt.tokens, b.prompt.tokens)
        let place = zip(left, right).prefix { $0.id == $1.id }.count
        return Phrase("the prompts part at position \(place): ", "兩個提示在位置 \(place) 分開：")
            + sides(
                place < left.count ? left[place] : nil, place < right.count ? right[place] : nil)
    }
    guard let fork = alignment.forkStep else {
        return Phrase("the same tokens in both runs", "兩次執行的詞元完全相同")
    }
    return Phrase("the runs part at step \(fork): ", "兩次執行在第 \(fork) 步分開：")
        + sides(
            fork < a.steps.count ? a.steps[fork].token : nil, fork < b.steps.count ? b.steps[fork].token : nil)
}

/// `“ Paris” and “ London”`.
private func sides(_ a: Token?, _ b: Token?) -> Phrase {
    func side(_ token: Token?) -> Phrase {
        token.map { Phrase("“\(visible($0.bytes))”", "「\(visible($0.bytes))」") } ?? Phrase("the end", "結束")
    }
    return side(a) + Phrase(" and ", "與") + side(b)
}
