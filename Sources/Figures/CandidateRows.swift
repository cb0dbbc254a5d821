// The table of candidates: rank, token, two bars, numbers, fate.
internal import Phrases
internal import Traces

/// The most candidates that get a row of their own, and how many removed ones are shown after the last that stayed;
/// the others are taken together.
private let mostRows = 20
private let mostRemovedAtEnd = 6
private let rowHeight = 23.0
private let barsWidth = 300.0
private let longestToken = 130.0
private let columnGap = 14.0

struct CandidateRows {
    struct Row {
        let rank: TextRun?
        let token: TextRun
        let logits: [TextRun]
        let raw: Double
        let final: Double
        let rawText: TextRun
        let finalText: TextRun
        let fate: TextRun?
        let isChosen: Bool
        let isRemoved: Bool
        /// Many tokens in one row.
        let isSum: Bool
    }

    let theme: Theme
    private let rows: [Row]
    private let axis: ValueAxis
    private let legend: Legend
    /// Right edges of the columns of text, from the left: rank, token's left edge, logits, then bars and the rest.
    private let tokenLeft: Int
    private let logitsRight: [Int]
    private let stageNames: [TextRun]
    private let numberHeads: (raw: TextRun, final: TextRun)
    private let barsLeft: Int
    private let rawRight: Int
    private let finalRight: Int
    let width: Int

    init(_ step: Step, showsLogits: Bool, theme: Theme, fonts: FontBook, words: Wording) {
        self.theme = theme
        rows = Self.rows(of: step, showsLogits: showsLogits, theme: theme, fonts: fonts, words: words)
        let rankWidth = rows.compactMap(\.rank?.width).max() ?? 0
        tokenLeft = wholePixels(rankWidth) + theme.px(columnGap)
        let tokenWidth = rows.map(\.token.width).max() ?? 0
        var right = tokenLeft + wholePixels(tokenWidth) + theme.px(columnGap)
        stageNames =
            showsLogits ? step.stages.map { fonts.layout(words.stage($0.name), size: theme.size(Theme.tickSize)) } : []
        var edges: [Int] = []
        for (number, name) in stageNames.enumerated() {
            let widest = rows.compactMap { $0.logits.indices ~= number ? $0.logits[number].width : nil }.max() ?? 0
            right += wholePixels(max(widest, name.width)) + theme.px(columnGap)
            edges.append(right - theme.px(columnGap))
        }
        logitsRight = edges
        barsLeft = right + theme.px(showsLogits ? 4 : 0)
        let largest = rows.filter { !$0.isSum }.map { max($0.raw, $0.final) }.max() ?? 1
        let sums = rows.filter(\.isSum).map { max($0.raw, $0.final) }.max() ?? 0
        axis = ValueAxis(largest: max(largest, sums), ceiling: 1, ticks: 5, extent: theme.px(barsWidth))
        legend = Legend(
            [(.bar(theme.rawBar), words.rawProbability), (.bar(theme.finalBar), words.finalProbability)], theme: theme,
            fonts: fonts)
        let small = theme.size(Theme.tickSize)
        numberHeads = (
            fonts.layout(words.rawProbability, size: small), fonts.layout(words.finalProbability, size: small)
        )
        let numberWidth = max(
            rows.map { max($0.rawText.width, $0.finalText.width) }.max() ?? 0, numberHeads.raw.width,
            numberHeads.final.width)
        rawRight = barsLeft + theme.px(barsWidth) + theme.px(columnGap) + wholePixels(numberWidth)
        finalRight = rawRight + theme.px(columnGap) + wholePixels(numberWidth)
        let fate = rows.compactMap(\.fate?.width).max() ?? 0
        width = finalRight + (fate > 0 ? theme.px(columnGap) + wholePixels(fate.rounded(.up)) + theme.px(2) : 0)
    }

    private static func rows(
        of step: Step, showsLogits: Bool, theme: Theme, fonts: FontBook, words: Wording
    ) -> [Row] {
        let size = theme.size(Theme.textSize)
        let lastKept = step.candidates.lastIndex { $0.removedBy == nil } ?? 0
        let shown = min(mostRows, lastKept + 1 + mostRemovedAtEnd, step.candidates.count)
        var listed = Array(step.candidates[..<shown])
        let rest = step.candidates[shown...]
        if let chosen = rest.first(where: { $0.id == step.token.id }) { listed.append(chosen) }
        func text(_ string: String, _ weight: FontBook.Weight = .regular) -> TextRun {
            fonts.layout(string, size: size, weight: weight, limit: theme.size(longestToken))
        }
        var rows = listed.map { candidate in
            let isChosen = candidate.id == step.token.id
            let token = Token(
                id: candidate.id, bytes: candidate.bytes, text: candidate.text, start: 0, end: 0, special: false)
            return Row(
                rank: fonts.layout("\(candidate.rank)", size: size),
                token: text(tokenLabel(token), isChosen ? .bold : .regular),
                logits: showsLogits
                    ? candidate.logits.map { fonts.layout($0.map { fixed(Double($0), 2) } ?? "×", size: size) } : [],
                raw: candidate.rawProbability, final: candidate.probability,
                rawText: fonts.layout(percent(candidate.rawProbability), size: size),
                finalText: fonts.layout(candidate.removedBy == nil ? percent(candidate.probability) : "–", size: size),
                fate: isChosen
                    ? fonts.layout(words.chosen, size: size, weight: .bold)
                    : candidate.removedBy.map { fonts.layout(words.removed(by: $0), size: size) },
                isChosen: isChosen, isRemoved: candidate.removedBy != nil, isSum: false)
        }
        func sum(_ label: String, raw: Double, final: Double) -> Row {
            Row(
                rank: nil, token: fonts.layout(label, size: size), logits: [], raw: raw, final: final,
                rawText: fonts.layout(percent(raw), size: size),
                finalText: fonts.layout(final > 0 ? percent(final) : "–", size: size), fate: nil, isChosen: false,
                isRemoved: false, isSum: true)
        }
        let others = rest.filter { $0.id != step.token.id }
        if !others.isEmpty {
            rows.append(
                sum(
                    words.furtherCandidates(others.count), raw: others.reduce(0) { $0 + $1.rawProbability },
                    final: others.reduce(0) { $0 + $1.probability }))
        }
        if step.tail.count > 0 {
            rows.append(
                sum(words.tail(step.tail.count), raw: step.tail.rawProbability, final: step.tail.probability))
        }
        return rows
    }

    /// The row before which the stages cut, when everything that stayed stands above everything removed.
    private var cut: Int? {
        guard let first = rows.firstIndex(where: \.isRemoved), first > 0,
            rows[first...].allSatisfy({ $0.isRemoved || $0.final == 0 })
        else { return nil }
        return first
    }

    private var headHeight: Int { legend.height + theme.px(Theme.tickSize * 0.6) }
    var height: Int { headHeight + rows.count * theme.px(rowHeight) + theme.px(Theme.tickSize * 1.6) }

    func draw(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        let pitch = theme.px(rowHeight)
        let plot = Box(x: x + barsLeft, y: y + headHeight, width: axis.extent, height: rows.count * pitch)
        drawHead(on: &canvas, fonts: fonts, inks: inks, x: x, y: y)
        axis.drawColumns(on: &canvas, plot: plot, theme: theme, fonts: fonts, inks: inks) {
            short($0 * 100, 3) + NumberStyle.typeset.percentSign
        }
        if let edge = cut {
            canvas.fill(Box(x: x, y: plot.y + edge * pitch, width: width, height: theme.hairline), inks.edge)
        }
        for (number, row) in rows.enumerated() {
            draw(row, on: &canvas, fonts: fonts, inks: inks, x: x, y: plot.y + number * pitch, pitch: pitch)
        }
    }

    private func drawHead(on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int) {
        legend.draw(on: &canvas, fonts: fonts, inks: inks, x: x + barsLeft, y: y)
        let baseline = Double(y) + theme.size(Theme.tickSize)
        let headings =
            Array(zip(stageNames, logitsRight)) + [(numberHeads.raw, rawRight), (numberHeads.final, finalRight)]
        for (name, right) in headings {
            fonts.draw(name, on: &canvas, x: Double(x + right) - name.width, y: baseline, ink: inks.muted)
        }
    }

    private func draw(
        _ row: Row, on canvas: inout Canvas, fonts: FontBook, inks: Inks, x: Int, y: Int, pitch: Int
    ) {
        let baseline = Double(y) + Double(pitch) / 2 + row.token.capHeight / 2
        let ink = row.isChosen ? inks.accent : row.isRemoved || row.isSum ? inks.muted : inks.ink
        if let rank = row.rank {
            fonts.draw(
                rank, on: &canvas, x: Double(x + tokenLeft - theme.px(columnGap)) - rank.width, y: baseline,
                ink: inks.muted)
        }
        let left = Double(x + tokenLeft)
        fonts.draw(row.token, on: &canvas, x: left, y: baseline, ink: ink, quietInk: inks.muted)
        if row.isRemoved {
            let strike = wholePixels(baseline - row.token.capHeight * 0.42)
            canvas.fill(
                Box(
                    x: wholePixels(left) - theme.px(2), y: strike, width: wholePixels(row.token.width) + theme.px(4),
                    height: theme.hairline), inks.muted)
        }
        for (logit, right) in zip(row.logits, logitsRight) {
            fonts.draw(logit, on: &canvas, x: Double(x + right) - logit.width, y: baseline, ink: ink)
        }
        drawBars(row, on: &canvas, x: x + barsLeft, y: y, pitch: pitch)
        fonts.draw(row.rawText, on: &canvas, x: Double(x + rawRight) - row.rawText.width, y: baseline, ink: inks.muted)
        fonts.draw(row.finalText, on: &canvas, x: Double(x + finalRight) - row.finalText.width, y: baseline, ink: ink)
        if let fate = row.fate {
            fonts.draw(
                fate, on: &canvas, x: Double(x + finalRight + theme.px(columnGap)), y: baseline,
                ink: row.isChosen ? inks.accent : inks.muted)
        }
    }

    /// Two bars, raw above final; a probability that is not zero leaves at least a sliver.
    private func drawBars(_ row: Row, on canvas: inout Canvas, x: Int, y: Int, pitch: Int) {
        let thickness = theme.px(7)
        let top = y + (pitch - 2 * thickness - theme.px(1)) / 2
        for (number, (value, color)) in [(row.raw, theme.rawBar), (row.final, theme.finalBar)].enumerated()
        where value > 0 {
            let length = max(wholePixels(axis.offset(value).rounded()), theme.hairline + 1)
            canvas.fill(
                Box(x: x, y: top + number * (thickness + theme.px(1)), width: length, height: thickness),
                canvas.color(color))
        }
    }
}
