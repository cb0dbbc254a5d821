// What reading may cost: one kind of bound for all readers of what strangers send, and what each of them may use.

/// How much a reader may take and make of a stranger's bytes. A reader is handed one, asks before it makes a thing, and gives
/// up where the answer is no: what is counted is made, not printed.
///
/// There are no seconds in it: a step costs a bounded time, and whoever counts steps ends at the same place on every machine.
/// A reader that waits for somebody has a clock beside it.
public struct ReadingBudget: Sendable {
    /// The longest text that is taken or made.
    public let bytes: Int
    /// Things that are made: values, members, items of the longest list.
    public let items: Int
    /// How deep things may stand in each other; the stack is the reader's, not the file's.
    public let levels: Int
    /// Work that leaves nothing behind.
    public let steps: Int64

    /// Whether work was refused.
    public private(set) var isSpent = false

    private var itemsLeft: Int
    private var levelsLeft: Int
    private var stepsLeft: Int64
    private var markCostLeft = mostMarkCost

    public init(bytes: Int = .max, items: Int = .max, levels: Int = .max, steps: Int64 = .max) {
        (self.bytes, self.items, self.levels, self.steps) = (bytes, items, levels, steps)
        (itemsLeft, levelsLeft, stepsLeft) = (items, levels, steps)
    }

    /// Whether a text of that length may be taken or made.
    public func holds(bytes count: Int64) -> Bool { count <= Int64(bytes) }

    /// Takes things that are about to be made; false where there are no more.
    public mutating func take(items count: Int) -> Bool {
        if count > itemsLeft { itemsLeft = 0; return false }
        itemsLeft -= count
        return true
    }

    /// Takes work that is about to be done; false where there is no more, and from then on.
    public mutating func take(steps count: Int64) -> Bool {
        if count > stepsLeft { stepsLeft = 0; isSpent = true; return false }
        stepsLeft -= count
        return true
    }

    /// Takes a text that somebody may compare with another; false where its accents cost too much.
    public mutating func take(comparable text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text.count < 128 { return true }
        markCostLeft -= min(markCost(text), mostMarkCost + 1)
        return markCostLeft >= 0
    }

    /// Goes a level deeper; false where there is none. ``leave()`` goes back.
    public mutating func enter() -> Bool {
        if levelsLeft == 0 { return false }
        levelsLeft -= 1
        return true
    }

    public mutating func leave() { levelsLeft += 1 }
}

// What each reader may use. A reader whose sizes a file itself bounds, byte for byte, compares them with the file.
extension ReadingBudget {
    /// A file of a model or a message as JSON. The largest vocabulary with its merges has three million items, in 33 MB of
    /// text that take 200 MB. `bytes`: of a file.
    public static var json: ReadingBudget { ReadingBudget(bytes: 1 << 27, items: 1 << 23, levels: 128) }
    /// A list of tokens or merges as a text: the file's bytes, its lines. Real ones have 5 MB and half a million lines.
    public static var lines: ReadingBudget { ReadingBudget(bytes: 1 << 26, items: 1 << 22) }
    /// A record: ten thousand steps with all their candidates; 400 MB. In a longer one each item has some bytes of text, as in
    /// what is written here: lists of lists without anything in them would take a dozen times the file.
    public static func record(bytes count: Int) -> ReadingBudget {
        ReadingBudget(items: max(1 << 24, count / 6), levels: 128)
    }
    /// The metadata and tensors of one file of a model: a thousand layers with a hundred tensors each.
    public static var modelEntries: ReadingBudget { ReadingBudget(items: 1 << 17) }
    /// What describes as many tensors in JSON: a type, up to eight sizes, two offsets.
    public static var modelHeader: ReadingBudget { ReadingBudget(items: 20 << 17, levels: 128) }
    /// The files of a model that is in several.
    public static var modelFiles: ReadingBudget { ReadingBudget(items: 1 << 10) }
    /// The tensors of all of them.
    public static var modelTensors: ReadingBudget { ReadingBudget(items: 1 << 19) }
    /// The strings and lists of a GGUF file; lists in lists. `bytes`: of one string, which may be a whole tokenizer.json.
    public static var gguf: ReadingBudget { ReadingBudget(bytes: 1 << 27, items: 1 << 25, levels: 4) }
    /// A chat template as it is read: its bytes. Real ones have 30 kB at most; a part of three bytes becomes one of hundred.
    public static var templateText: ReadingBudget { ReadingBudget(bytes: 1 << 17) }
    /// A chat template: a step for each statement, expression and item walked, and for each 32 bytes of text made. It grows
    /// with the conversation, which the template has not written. `items`: of one list.
    public static func template(conversation size: Int) -> ReadingBudget {
        ReadingBudget(bytes: 1 << 24, items: 1 << 18, levels: 700, steps: 200_000 + 4 * Int64(size))
    }
    /// A question: its bytes, how deep its parts stand in each other, how many values one answer may look at.
    public static var question: ReadingBudget { ReadingBudget(bytes: 4_096, levels: 60, steps: 2_000_000) }
    /// A rule of an exercise, which is asked for each answer of a class.
    public static var rule: ReadingBudget { ReadingBudget(bytes: 4_096, levels: 60, steps: 200_000) }
    /// A text that tokens are made of: its bytes; some four million tokens.
    public static var text: ReadingBudget { ReadingBudget(bytes: 1 << 24) }
    /// A text whose tokens are all shown, each with how it came about: its bytes; some fifty bytes of lines for each.
    public static var shownText: ReadingBudget { ReadingBudget(bytes: 1 << 20) }
    /// A script of debugger commands: its bytes.
    public static var script: ReadingBudget { ReadingBudget(bytes: 1 << 22) }
    /// A file of prompts, a line each: its bytes, its lines.
    public static var prompts: ReadingBudget { ReadingBudget(bytes: 1 << 28, items: 1 << 20) }
    /// What is kept of the prompts of several files, a line each with the text that was made.
    public static var promptIndex: ReadingBudget { ReadingBudget(bytes: 1 << 30, items: 1 << 21) }
    /// A message of an editor: a text of any length, and more values than any editor sends.
    public static var editor: ReadingBudget { ReadingBudget(items: 1 << 18, levels: 128) }
    /// A file that a student hands in: its bytes, its attempts.
    public static var submission: ReadingBudget { ReadingBudget(bytes: 2_000_000, items: 2_000) }
    /// What a class is sent: an answer of the greatest length with every byte escaped.
    public static var command: ReadingBudget { ReadingBudget(bytes: 32_000) }
}
