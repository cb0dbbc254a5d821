// The pages of `help`.
internal import Phrases

extension TextRenderer {
    func lines(_ page: HelpPage) -> [String] {
        switch page {
        case .commands: commands()
        case .command(let name): command(name)
        case .questions: questions()
        case .function(let function): entry(function.usage, function.meaning, function.result, function.example)
        case .aggregate(let aggregate):
            entry(
                "\(aggregate.rawValue) over heads|layers|candidates|positions of …", aggregate.meaning, nil,
                aggregate.example)
        }
    }

    /// A name, and its meaning beside it or, when that does not fit, wrapped behind the same indent.
    private func row(_ left: String, _ right: String, column: Int) -> [String] {
        let room = max(20, width - column)
        let parts = wrapped(right, to: room)
        let blank = String(repeating: " ", count: column)
        // A blank has to fit between the two.
        let fits = columns(left) + 3 <= column
        var result = fits ? [padded("  " + left, to: column) + parts[0]] : ["  " + left, blank + parts[0]]
        result += parts.dropFirst().map { blank + $0 }
        return result
    }

    private func commands() -> [String] {
        var result: [String] = []
        for name in CommandName.allCases {
            let short = name.aliases.first.map { " (\($0))" } ?? ""
            result += row(name.rawValue + short, name.meaning[language], column: 25)
        }
        let more = say(
            "help COMMAND says more; help questions lists what can be asked", "help 指令 有更多說明；help questions 列出可以問什麼")
        return result + wrapped(more, to: width)
    }

    private func command(_ name: CommandName) -> [String] {
        var result = wrapped(name.meaning[language], to: width)
        result += wrapped(say("usage: ", "用法：") + name.usage, to: width)
        if !name.aliases.isEmpty {
            result.append(say("short: ", "簡寫：") + name.aliases.joined(separator: ", "))
        }
        result.append(say("example: ", "例如：") + name.example)
        return result
    }

    private func questions() -> [String] {
        var result: [String] = []
        for function in QuestionFunction.allCases {
            var meaning = function.meaning[language]
            if case .number(let unit) = function.result, !unit.phrase[language].isEmpty {
                meaning += say(" [", "［") + unit.phrase[language] + say("]", "］")
            }
            result += row(function.usage, meaning, column: 30)
        }
        for aggregate in Aggregate.allCases {
            result += row(
                "\(aggregate.rawValue) over … \(aggregate == .first ? "where" : "of") …", aggregate.meaning[language],
                column: 30)
        }
        for domain in AggregateDomain.allCases {
            result += row("… over \(domain.rawValue)", domain.meaning[language], column: 30)
        }
        result += row("… where … of …", say("only the members that …", "只看符合條件的成員"), column: 30)
        result += row("at(step, …)", say("the same, asked of another step", "改問另一步"), column: 30)
        result += wrapped(
            say(
                "Joined by and, or, not, + - * / %, == != < <= > >=, contains, starts, ends, in and not in (a set, {a, b}, or a range 0..2). "
                    + "Names are spelled top_k, top-k or \"top-k\". "
                    + "What the record does not hold is unknown; a breakpoint or assert needs true.",
                "可用 and、or、not、+ - * / %、== != < <= > >=、contains、starts、ends、in 與 not in（集合、{a, b} 或範圍 0..2）組合。"
                    + "名稱可寫 top_k、top-k 或 \"top-k\"。"
                    + "紀錄裡沒有的值是「未知」；中斷點與 assert 要結果為「真」才算成立。"), to: width)
        return result
    }

    private func entry(_ usage: String, _ meaning: Phrase, _ type: QuestionType?, _ example: String) -> [String] {
        var result = wrapped(meaning[language], to: width)
        result.append(say("written: ", "寫法：") + usage)
        if case .number(let unit)? = type, !unit.phrase[language].isEmpty {
            result.append(say("unit: ", "單位：") + unit.phrase[language])
        }
        result.append(say("example: ", "例如：") + example)
        return result
    }
}
