// The frame of a figure: title, subtitle, captions, wrapped to the width there is.
internal import Traces

/// Wrapped lines of text with their height.
struct TextBlock {
    let runs: [TextRun]
    let lineHeight: Double

    var height: Double { Double(runs.count) * lineHeight }
    var width: Double { runs.map(\.width).max() ?? 0 }

    /// Breaks at spaces, and between any two ideographs; a word that is too long is elided.
    init(
        _ text: String, size: Double, weight: FontBook.Weight = .regular, width: Double, fonts: FontBook,
        mostLines: Int = .max
    ) {
        lineHeight = size * 1.4
        var lines: [String] = []
        var line = ""
        for word in Self.words(text) {
            let longer = line + word
            let trimmed = longer.hasSuffix(" ") ? String(longer.dropLast()) : longer
            if line.isEmpty || fonts.layout(trimmed, size: size, weight: weight).width <= width {
                line = longer
            } else {
                lines.append(line)
                line = word
            }
        }
        if !line.isEmpty { lines.append(line) }
        if lines.count > mostLines {
            // The rest in one line, which the layout then cuts.
            lines = Array(lines[..<(mostLines - 1)]) + [lines[(mostLines - 1)...].joined()]
        }
        runs = lines.map { line in
            let trimmed = line.hasSuffix(" ") ? String(line.dropLast()) : line
            return fonts.layout(trimmed, size: size, weight: weight, limit: width)
        }
    }

    /// Words with the space after them; each ideograph is a word, with the punctuation that must not begin a line.
    private static func words(_ text: String) -> [String] {
        let clinging: Set<Character> = ["。", "，", "、", "；", "：", "」", "』", "）", "！", "？", "”", "…"]
        let opening: Set<Character> = ["「", "『", "（"]
        var words: [String] = []
        var word = ""
        for character in text {
            let isWide = (character.unicodeScalars.first?.value ?? 0) >= 0x2E80
            if clinging.contains(character) {
                word.append(character)
                continue
            }
            let last = word.last
            let breaks = last != nil && (last == " " || isWide || (last!.unicodeScalars.first!.value >= 0x2E80))
            if breaks, let last, !opening.contains(last) {
                words.append(word)
                word = ""
            }
            word.append(character)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// Draws the lines, the first one's top at `y`.
    func draw(on canvas: inout Canvas, fonts: FontBook, x: Double, y: Double, ink: UInt8) {
        for (number, run) in runs.enumerated() {
            let baseline = y + Double(number) * lineHeight + run.size * 1.05
            fonts.draw(run, on: &canvas, x: x, y: baseline, ink: ink)
        }
    }
}

/// What stands above and below a picture's content. Made before the canvas: the height depends on it.
struct PageFrame {
    let title: TextBlock
    let subtitle: TextBlock
    private(set) var captions: [TextBlock] = []
    let theme: Theme
    let width: Int

    /// The narrowest figure in units: sentences need room.
    static let narrowest = 430.0

    /// `contentWidth` in pixels, margins not included.
    init(title: String, subtitle: String, captions: [String], contentWidth: Int, theme: Theme, fonts: FontBook) {
        self.theme = theme
        width = max(contentWidth + 2 * theme.px(Theme.margin), theme.px(Self.narrowest))
        let inner = Double(width - 2 * theme.px(Theme.margin))
        self.title = TextBlock(
            title, size: theme.size(Theme.titleSize), weight: .bold, width: inner, fonts: fonts, mostLines: 2)
        self.subtitle = TextBlock(subtitle, size: theme.size(Theme.textSize), width: inner, fonts: fonts, mostLines: 6)
        self.captions = captions.map {
            TextBlock($0, size: theme.size(Theme.captionSize), width: inner, fonts: fonts, mostLines: 6)
        }
    }

    /// Where the content begins.
    var top: Int {
        theme.px(Theme.margin - 4)
            + wholePixels((title.height + subtitle.height + theme.size(subtitle.runs.isEmpty ? 10 : 16)).rounded(.up))
    }

    /// The height of the whole picture around `content` pixels.
    func height(content: Int) -> Int {
        let below = captions.reduce(0) { $0 + $1.height }
        return top + content + wholePixels((below + theme.size(captions.isEmpty ? 0 : 12)).rounded(.up))
            + theme.px(Theme.margin)
    }

    func draw(on canvas: inout Canvas, inks: Inks, fonts: FontBook, contentHeight: Int) {
        let x = Double(theme.px(Theme.margin))
        var y = Double(theme.px(Theme.margin - 4))
        title.draw(on: &canvas, fonts: fonts, x: x, y: y, ink: inks.ink)
        y += title.height + theme.size(2)
        subtitle.draw(on: &canvas, fonts: fonts, x: x, y: y, ink: inks.muted)
        y = Double(top + contentHeight) + theme.size(12)
        for caption in captions {
            caption.draw(on: &canvas, fonts: fonts, x: x, y: y, ink: inks.muted)
            y += caption.height
        }
    }
}
