// The value of a setting or of a model's fact, as data: whoever shows it puts it into words.

/// What a field holds, by how it is said to people.
public enum FieldValue: Sendable {
    /// Yes or no.
    case flag(Bool)
    /// An integer: a count, a size.
    case whole(Int)
    /// A number that may have a fraction.
    case number(Double)
    /// A word of ours, a name, digits: shown as it is.
    case word(String)
    /// What somebody typed, nil when nothing; shown in quotation marks.
    case text(String?)
    /// What somebody typed, several; each shown in quotation marks.
    case texts([String])
    /// Words of ours or names, several; their order says nothing.
    case words([String])
    /// Names whose order matters.
    case order([String])
    /// Tokens by their ids.
    case tokens([Int])
    /// What is added to tokens' logits, by rising id.
    case biases([(id: Int, bias: Double)])
    /// Tokens put in place of the choice, by rising step.
    case forced([(step: Int, id: Int)])
    /// Numbers that have names of their own, in name order.
    case numbers([(name: String, number: Double)])
    /// How many of each.
    case counts([(name: String, count: Int)])
}

extension Settings {
    /// Every setting but the changes on the way, by the name of its option, in the order of the file.
    public var told: [(name: String, value: FieldValue)] { Settings.table.told(self) }

    /// The field of a file that holds an option's value, as `topP`; nil for what is no option.
    public static func field(ofOption name: String) -> String? { table.fields.first { $0.name == name }?.key }
}

extension ModelInfo {
    /// Every fact of the model by its name for people, in the order of the file.
    public var told: [(name: String, value: FieldValue)] { ModelInfo.table.told(self) }
}
