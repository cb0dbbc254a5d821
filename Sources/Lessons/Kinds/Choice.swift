// `choice`: one of several, each with the condition under which it is right. `predict`: how sure one is of each, before
// the reveal; scored by the logarithm, and never failed.
internal import Debugging
internal import ElementaryFunctions
internal import JSONText
internal import Phrases

extension ExerciseKind {
    static let choice = ExerciseKind(
        "choice",
        formOf: { sitting in
            let keys = sitting.exercise.choices.map { $0.key }.joined(separator: ", ")
            return Phrase("the word before the colon: \(keys)", "冒號前面的字：\(keys)")
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
        "predict",
        formOf: { sitting in
            let keys = sitting.exercise.choices.map { $0.key }
            let (one, other) = (keys.first ?? "a", keys.dropFirst().first ?? "b")
            return Phrase(
                "the word before the colon if you are sure, or how sure you are of each: \(one) 70%, \(other) 30%",
                "確定的話寫冒號前面的字；不確定就寫各有幾成把握：\(one) 70%, \(other) 30%")
        },
        read: { (sitting, text) throws(LessonError) in
            var typed: [(name: String, value: String)] = []
            if let members = try answerJSON(text)?.object?.members {
                for (key, value) in members { typed.append((key, value.plain ?? "")) }
            } else {
                let read = typedPairs(text, among: sitting.exercise.choices.map { $0.key })
                // `sure`, and `sure:` as it stands on the screen.
                let single = read.pairs.count == 1 && read.pairs[0].value.isEmpty ? read.pairs[0].name : text
                if read.pairs.isEmpty || single != text { return .distribution([(try sitting.choice(single), 1)]) }
                typed = read.pairs
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
                isRight: true, score: score, misconception: best == right ? nil : chosen?.misconception)
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

    /// The key that is meant.
    fileprivate func choice(_ text: String) throws(LessonError) -> String {
        let keys = exercise.choices.map { $0.key }
        var typed = plainSigns(unquoted(plainSigns(text)))
        while let last = typed.utf8.last, last == UInt8(ascii: ":") || last == UInt8(ascii: ".") { typed.removeLast() }
        if let key = keys.first(where: { isSpelled($0, as: typed) }) { return key }
        let list = keys.joined(separator: ", ")
        throw .answer(
            Phrase(
                "\(quoted(text)) is no choice; the choices are \(list)",
                "沒有 \(quoted(text)) 這個選項；選項有 \(list)"))
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
