// Every sentence in a figure, in English and in Traditional Chinese as used in Taiwan.
internal import Phrases

/// The texts of one language. Layers, heads, steps and positions count from 0.
struct Wording {
    let language: Language
    /// Chinese was asked for and no font has it: the titles are in English, and a warning says so.
    var isReplaced = false

    init(language: Language) { self.language = language }

    /// The words of a style, in a language that the fonts can draw.
    init(_ style: FigureStyle, fonts: FontBook) {
        let wanted = style.language
        let isDrawn = wanted == .english || fonts.hasGlyph("注")
        language = isDrawn ? wanted : .english
        isReplaced = !isDrawn
    }

    func say(_ english: String, _ chinese: String) -> String {
        language == .english ? english : chinese
    }

    /// Sentences one after the other.
    func join(_ sentences: [String]) -> String { sentences.joined(separator: say(" ", "")) }

    // MARK: - Attention

    func layer(_ layer: Int) -> String { say("layer\u{A0}\(layer)", "第 \(layer) 層") }
    func head(_ head: Int) -> String { say("head\u{A0}\(head)", "第 \(head) 頭") }
    func step(_ step: Int) -> String { say("step\u{A0}\(step)", "第 \(step) 步") }
    func allHeads(_ heads: Int) -> String { say("all \(heads) heads", "全部 \(heads) 個頭") }
    func grid(layers: Int, heads: Int) -> String {
        say("attention of \(layers) layers × \(heads) heads", "\(layers) 層 × \(heads) 頭的注意力")
    }
    var attention: String {
        say(
            "Attention weights. Row: the token that asks (query). Column: the token it reads from (key). Each row sums to 1.",
            "注意力權重。橫列：發問的詞元（查詢）；直行：被讀取的詞元（鍵）。每一橫列總和為 1。")
    }
    func markedStep(_ step: Int, token: String) -> String {
        say(
            "Step \(step): from the marked row the model went on to write “\(token)”.",
            "第 \(step) 步：模型由標出的橫列接著寫出「\(token)」。")
    }
    func stepContext(_ step: Int, token: String) -> String {
        say(
            "Shown is the context of step \(step), where the model went on to write “\(token)”.",
            "圖中為第 \(step) 步的上下文，模型接著寫出「\(token)」。")
    }
    func mask(_ mask: Int) -> String { say("mask\u{A0}\(mask)", "遮罩 \(mask)") }
    func markedMask(_ mask: Int, best: String) -> String {
        say(
            "Mask \(mask): from the marked row the model would put “\(best)” there.",
            "遮罩 \(mask)：模型由標出的橫列，最想填入「\(best)」。")
    }
    func maskAt(_ position: Int, best: String) -> String {
        say(
            "At position \(position) stands a mask, where the model would put “\(best)”.",
            "位置 \(position) 是遮罩，模型最想填入「\(best)」。")
    }
    var gridReading: String {
        say(
            "One picture per head; in each, rows are the tokens that ask (queries), columns the tokens they read from (keys).",
            "每個頭一張小圖；圖中橫列為發問的詞元（查詢），直行為被讀取的詞元（鍵）。")
    }
    /// How query heads share keys and values (grouped-query attention).
    func sharing(_ heads: ClosedRange<Int>, keyValueHead: Int) -> String {
        say(
            "Heads \(heads.lowerBound) \(heads.count == 2 ? "and" : "to") \(heads.upperBound) share "
                + "key/value head\u{A0}\(keyValueHead).",
            "第 \(heads.lowerBound) 至 \(heads.upperBound) 頭共用鍵值頭 \(keyValueHead)。")
    }
    func sharing(group: Int) -> String {
        say(
            "Each bracket joins \(group) heads that share their keys and values.",
            "每道括線下的 \(group) 個頭共用鍵與值。")
    }
    func keyValueHead(_ head: Int) -> String { say("key/value head \(head)", "鍵值頭 \(head)") }
    func panel(_ head: Int) -> String { say("head \(head)", "頭 \(head)") }
    var query: String { say("query", "查詢") }
    var key: String { say("key", "鍵") }
    var weight: String { say("weight", "權重") }
    var layerAxis: String { say("layer", "層") }
    var headAxis: String { say("head", "頭") }
    func positions(_ count: Int) -> String { say(count == 1 ? "1 position" : "\(count) positions", "\(count) 個位置") }
    var colorRule: String {
        say(
            "Colour follows the square root of the weight, so that small weights show.",
            "顏色依權重的平方根變化，小的權重也看得見。")
    }
    func blocks(_ block: Int) -> String {
        say(
            "Each pixel is the maximum of \(block) × \(block) weights.",
            "每個像素取 \(block) × \(block) 個權重中的最大值。")
    }
    func strongest(_ keys: Int) -> String {
        say(
            "Of each row only the \(keys) strongest weights were recorded; the others are drawn as 0.",
            "每一橫列只記錄了最強的 \(keys) 個權重，其餘以 0 繪出。")
    }
    func skippedLabels(_ stride: Int) -> String {
        say("Every \(ordinal(stride)) position is labelled.", "每 \(stride) 個位置標示一個詞元。")
    }
    func invalid(_ count: Int) -> Phrase {
        Phrase(
            count == 1
                ? "1 value is no weight (NaN or outside 0…1); it is drawn in red."
                : "\(grouped(count)) values are no weights (NaN or outside 0…1); they are drawn in red.",
            "有 \(grouped(count)) 個數值不是權重（NaN 或超出 0…1），以紅色標示。")
    }

    private func ordinal(_ number: Int) -> String {
        switch (number % 10, number % 100) {
        case (1, let rest) where rest != 11: "\(number)st"
        case (2, let rest) where rest != 12: "\(number)nd"
        case (3, let rest) where rest != 13: "\(number)rd"
        default: "\(number)th"
        }
    }

    // MARK: - Warnings

    var replaced: Phrase {
        Phrase(
            same: "沒有已安裝的字型含有中文，標題改用英文：no installed font has Chinese, so the titles are in English; "
                + "install one (Debian: apt install fonts-wqy-microhei), or name one in STEPGLASS_FONT")
    }

    func missing(_ scalars: [Unicode.Scalar]) -> Phrase {
        let shown = scalars.prefix(6).map { "U+" + String($0.value, radix: 16, uppercase: true) }.joined(
            separator: ", ")
        let isCut = scalars.count > 6
        let packages = fontPackages(scalars)
        return Phrase(
            "no installed font has \(shown)\(isCut ? " and \(scalars.count - 6) more" : ""); drawn as boxes with the code. "
                + "Install a font that has them (Debian: apt install \(packages)), or name one in STEPGLASS_FONT",
            "沒有已安裝的字型含有 \(shown)\(isCut ? " 等 \(scalars.count) 個字元" : "")，以字碼方框代替。"
                + "請安裝含有這些字的字型（Debian：apt install \(packages)），或以 STEPGLASS_FONT 指定字型檔")
    }

    /// Debian's packages with glyphs for these characters.
    private func fontPackages(_ scalars: [Unicode.Scalar]) -> String {
        var packages: [String] = []
        for scalar in scalars {
            let package =
                switch scalar.value {
                case 0x2E80...0xA4CF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF00...0xFFEF: "fonts-wqy-microhei"
                case 0x20000...0x3FFFF: "fonts-hanazono"
                case 0x1F000...0x1FAFF: "fonts-symbola"
                default: "fonts-noto-core"
                }
            if !packages.contains(package) { packages.append(package) }
        }
        return packages.joined(separator: " ")
    }
}
