// An option of the command set by its long name, its value read as the command reads it.
package import Debugging
internal import Phrases
package import Stages
package import Traces

extension Settings {
    /// Which token of a vocabulary a text is.
    package typealias FindsToken = (String) -> TokenWish.Finding

    /// Values are taken as the option of that name takes them; the run's own check refuses what is out of range.
    ///
    /// - Parameter find: nil where there is no vocabulary.
    package mutating func set(
        _ typed: String, to value: String, find: FindsToken?
    ) throws(DebuggingError) {
        let names = LiveMaker.settingNames
        let name = meant(typed, among: names) ?? typed
        switch name {
        case LiveMaker.minTokens: minTokens = try count(value, name)
        case LiveMaker.maxTokens: maxTokens = try count(value, name)
        case LiveMaker.order: order = stageOrder(value)
        case LiveMaker.seed: seed = value
        case LiveMaker.drop: dropped = try positions(value)
        default:
            guard let parameter = StageList.parameters.first(where: { $0.option == name && $0.isSettable }) else {
                let close = nearestOption(to: name, among: names)
                throw .command(
                    Phrase(
                        "there is no setting \(name) to change here; "
                            + (close.map { "did you mean \($0)? There" } ?? "there")
                            + " are: \(names.joined(separator: ", "))",
                        "這裡沒有 \(name) 可以改" + (close.map { "；是不是要寫 \($0)？" } ?? "；")
                            + "可改的有：\(names.joined(separator: "、"))"))
            }
            try set(parameter, value, find)
        }
    }

    /// Positions with commas between; `none` for no position.
    private func positions(_ value: String) throws(DebuggingError) -> [Int] {
        if value == "none" { return [] }
        var found: [Int] = []
        for part in value.split(separator: ",") {
            guard let position = Int(part) else {
                throw .command(
                    Phrase(
                        "drop is \(value); it takes positions of the cache, as 3 or 3,5, or none",
                        "drop 是 \(value)；請寫快取的位置，例如 3 或 3,5，或 none"))
            }
            found.append(position)
        }
        return found
    }

    private func count(_ value: String, _ name: String) throws(DebuggingError) -> Int {
        guard let count = Int(value) else { throw .command(unreadable(name, value)) }
        return count
    }

    private mutating func set(
        _ parameter: StageParameter, _ value: String, _ find: FindsToken?
    ) throws(DebuggingError) {
        switch parameter.kind {
        case .number(let number):
            guard let read = number.isCount ? Int(value).map(Double.init) : Double(value) else {
                throw .command(unreadable(parameter.option, value))
            }
            number.set(read, in: &self)
        case .text(let text):
            do { try text.set(value, in: &self) } catch {
                throw .command(text.phrase(error, option: parameter.option, value: value, dashes: "", verb: "set "))
            }
        case .texts(let set):
            let isQuoted = value.utf8.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
            let text = isQuoted ? String(value.dropFirst().dropLast()) : value
            do { set(&self, [try unescaped(text)]) } catch { throw .command(error.phrase) }
        case .tokens(let tokens):
            let wishes: [TokenWish]
            do { wishes = try tokens.wishes(value) } catch {
                throw .command(
                    tokens.phrase(error, option: parameter.option, value: value, dashes: "", verb: "set "))
            }
            tokens.set(try Self.found(wishes, parameter.option, find), in: &self)
        case .flag: break
        }
    }

    /// The tokens' ids; a text must be one token of the vocabulary.
    private static func found(
        _ wishes: [TokenWish], _ option: String, _ find: FindsToken?
    ) throws(DebuggingError) -> [(id: Int, number: Double)] {
        var tokens: [(id: Int, number: Double)] = []
        for wish in wishes {
            switch wish.name {
            case .id(let id): tokens.append((id, wish.number))
            case .text(let text):
                let finding = find?(text) ?? .several([])
                guard case .token(let id, _) = finding else {
                    throw .command(TokenWish.phrase(finding, text: text, option: option))
                }
                tokens.append((id, wish.number))
            }
        }
        return tokens
    }
}
