// What can be wrong with a run's settings, and with logits. Thrown by: Settings.validate, StagePipeline, PCG64, StopRules.

/// A setting that cannot be used; the description is one line for the user.
public enum SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `range` completes "it must be …"; `suggestion` is an option that works.
    case outOfRange(option: String, value: String, range: String, suggestion: String)
    case unknownStage(name: String, known: [String])
    case duplicateStage(name: String)
    case unknownExtra(name: String, known: [String])
    /// A token id outside the vocabulary.
    case tokenOutOfRange(option: String, id: Int, vocabularySize: Int)

    public var description: String {
        switch self {
        case .outOfRange(let option, let value, let range, let suggestion):
            return "\(option) is \(value); it must be \(range) (try \(suggestion))"
        case .unknownStage(let name, let known):
            let near = closest(to: name, in: known).map { "did you mean \($0)? " } ?? ""
            let list = known.joined(separator: ", ")
            return "the order names \"\(name)\", which is no stage (\(near)the stages are \(list))"
        case .duplicateStage(let name):
            return "the order names \(name) twice; a stage runs once (remove one from --order)"
        case .unknownExtra(let name, let known):
            return "there is no stage parameter \"\(name)\" (there are \(known.joined(separator: ", ")))"
        case .tokenOutOfRange(let option, let id, let size):
            return "\(option) names token \(id); this vocabulary has 0…\(size - 1)"
        }
    }
}

/// The known word with the fewest edits from `word`, if that is at most a third of its length.
func closest(to word: String, in known: [String]) -> String? {
    func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var row = Array(0...b.count)
        for i in a.indices {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (a[i] == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
    let best = known.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= max(word.utf8.count / 3, 1) else { return nil }
    return best.0
}
