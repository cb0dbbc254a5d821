// `choice`: one of several, each with the condition under which it is right. `predict`: how sure one is of each, before
// the reveal; scored by the logarithm, never failed, and without points.
internal import Debugging
internal import ElementaryFunctions
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let choice = ExerciseKind(
        "choice", title: Phrase("choice", "選擇"),
        formOf: { sitting in
            let keys = sitting.exercise.choices.map { $0.key }.joined(separator: ", ")
            return Phrase("the word before the colon, or which one it is: \(keys)", "冒號前面的字，或寫第幾個：\(keys)")
        },
        read: { (sitting, text) throws(LessonError) in .choice(try sitting.choice(text)) },
        judge: { (sitting, answer) throws(LessonError) in
            guard case .choice(let key) = answer else { return Judgement(isRight: false, score: 0) }
            let right = try sitting.rightChoice()
            let chosen = sitting.exercise.choices.first { $0.key == key }
            return Judgement(
                isRight: key == right, score: key == right ? 1 : 0,
                misconception: key == right ? nil : chosen?.misconception)
        })

    static let predict = ExerciseKind(
        "predict", title: Phrase("bet", "下注"),
        formOf: { sitting in
            let keys = sitting.exercise.choices.map { $0.key }
            let (one, other) = (keys.first ?? "a", keys.dropFirst().first ?? "b")
            return Phrase(
                "the word before the colon if you are sure, or how sure you are of each: \(one) 70%, \(other) 30%",
                "確定的話寫冒號前面的字；不確定就寫各有百分之幾的把握：\(one) 70%, \(other) 30%")
        },
        read: { (sitting, text) throws(LessonError) in
            var typed: [(name: String, value: String)] = []
            if let members = try answerJSON(text)?.object?.members {
                for (key, value) in members { typed.append((key, value.plain ?? "")) }
            } else {
                typed = try sitting.typedShares(text)
                if typed.count == 1, typed[0].value.isEmpty {
                    return .distribution([(try sitting.choice(typed[0].name), 1)])
                }
            }
            var shares: [(key: String, share: Double)] = []
            for (key, value) in typed { shares.append((try sitting.choice(key), try readNumber(value))) }
            // Of a hundred, where all are written so.
            let whole = shares.reduce(0) { $0 + $1.share }
            if abs(whole - 100) < 1.1 { for place in shares.indices { shares[place].share /= 100 } }
            for (key, share) in shares where !(0...1).contains(share) {
                throw .answer(
                    Phrase("the share of \(readable(key)) must be in 0…1", "\(readable(key)) 的把握必須在 0…1"))
            }
            let sum = shares.reduce(0) { $0 + $1.share }
            if abs(sum - 1) > 0.011 {
                throw .answer(Phrase("the shares must add up to 1", "各項把握加起來必須是 1"))
            }
            return .distribution(shares)
        },
        judge: { (sitting, answer) throws(LessonError) in
            guard case .distribution(let shares) = answer else { return Judgement(isRight: false, score: 0) }
            let right = try sitting.rightChoice()
            let share = shares.first { $0.key == right }?.share ?? 0
            // 1 for certainty, 0 for an even guess or worse: 1 + log p ÷ log n.
            let count = Double(max(2, sitting.exercise.choices.count))
            let score = share <= 0 ? 0 : max(0, 1 + Double.log(share) / Double.log(count))
            let best = shares.max { $0.share < $1.share }?.key
            let chosen = sitting.exercise.choices.first { $0.key == best }
            return Judgement(
                isRight: true, score: score, misconception: best == right ? nil : chosen?.misconception,
                onWhatCame: share)
        })
}

extension Sitting {
    /// How sure an answer is of each choice; empty where the exercise is no bet.
    public func bet(_ answer: String) throws(LessonError) -> [(choice: String, share: Double)] {
        guard kind === ExerciseKind.predict, case .distribution(let shares) = try kind.read(self, answer) else {
            return []
        }
        return shares.map { (choice: $0.key, share: $0.share) }
    }

    /// Choices with what is put on each, as typed; one without a value is a certain one.
    fileprivate func typedShares(_ text: String) throws(LessonError) -> [(name: String, value: String)] {
        if try meantChoice(text) != nil { return [(text, "")] }
        let keys = exercise.choices.map { $0.key }
        let pairs = typedPairs(text, among: keys).pairs
        let hasValues = pairs.allSatisfy { !$0.value.isEmpty }
        if !pairs.isEmpty, hasValues || pairs.count == 1 { return pairs }
        // By their words or numbers: what stands in front of the number of each.
        var shares: [(name: String, value: String)] = []
        for item in typedItems(text) {
            let signs = Array(item.text.unicodeScalars)
            // A number is at the end, and no longer: an answer of thousands of signs is not cut at each of them.
            let parts = signs.indices.dropFirst().suffix(Self.longestShare).lazy
                .filter { !isBlank(signs[$0]) }
                .map { (string(signs[..<$0]), string(signs[$0...])) }
            var found: (name: String, value: String)?
            for (name, value) in parts where typedNumber(value) != nil {
                // 11 is no choice of number 1 with 1 on it.
                let isCut = name.utf8.last.map { (48...57).contains($0) } ?? false
                if !isCut, try meantChoice(name) != nil {
                    found = (name, value)
                    break
                }
            }
            guard let found else { return [(text, "")] }
            shares.append(found)
        }
        return shares.isEmpty ? [(text, "")] : shares
    }

    /// In signs.
    private static let longestShare = 40

    /// The key that is meant.
    fileprivate func choice(_ text: String) throws(LessonError) -> String {
        if let key = try meantChoice(text) { return key }
        let list = exercise.choices.map { $0.key }.joined(separator: ", ")
        throw .answer(
            Phrase(
                "\(quoted(text)) is no choice; the choices are \(list)",
                "沒有 \(quoted(text)) 這個選項；選項有 \(list)"))
    }

    /// The key of the choice that is named by its key, by its number from 1 in the order they are shown, or by its words in
    /// either language: all of them, or as many at their beginning, or of Chinese anywhere, as leave no other.
    private func meantChoice(_ text: String) throws(LessonError) -> String? {
        let typed = bareWords(text)
        if typed.isEmpty { return nil }
        if let found = exercise.choices.first(where: { isSpelled($0.key, as: typed) }) { return found.key }
        // The smallest number there is has none before it.
        if let number = Int(typed), number > 0, exercise.choices.indices.contains(number - 1) {
            return exercise.choices[number - 1].key
        }
        var (whole, beginning, within) = ([String](), [String](), [String]())
        for (key, words) in try choices() {
            let both = Language.allCases.map { bareWords(words[$0]) }
            if both.contains(typed) { whole.append(key) }
            if typed.utf8.count > 2, both.contains(where: { $0.hasPrefix(typed) }) { beginning.append(key) }
            if typed.unicodeScalars.allSatisfy({ $0.value > 0x2E80 }), typed.unicodeScalars.count > 1,
                pieces(of: both[1], between: typed).count > 1
            {
                within.append(key)
            }
        }
        return [whole, beginning, within].first { $0.count == 1 }?.first
    }

    /// The one choice whose condition holds.
    func rightChoice() throws(LessonError) -> String {
        var found: [String] = []
        for choice in exercise.choices where try value(of: choice.when).isTrue { found.append(choice.key) }
        if found.count == 1 { return found[0] }
        let keys = found.joined(separator: ", ")
        throw .broken(
            path: exercise.id + ".choices",
            Phrase(
                "the conditions of \(found.count) choices hold (\(keys)); exactly one must",
                "有 \(found.count) 個選項的條件成立（\(keys)）；必須恰好一個"))
    }
}

/// A text as it is compared with others: plain signs, small letters, one blank between words, none of the signs at its ends.
private func bareWords(_ text: String) -> String {
    // What ends a sentence may stand behind the quotes, or within.
    let typed = unended(unquoted(unended(plainSigns(text))))
    let small = typed.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return String(decoding: small, as: UTF8.self).split { $0 == " " || $0 == "\n" }.joined(separator: " ")
}

/// Without the signs that end a sentence.
private func unended(_ text: String) -> String {
    var typed = text[...]
    while let last = typed.unicodeScalars.last, ":.,;!?。".unicodeScalars.contains(last) {
        typed.unicodeScalars.removeLast()
    }
    return String(typed)
}
