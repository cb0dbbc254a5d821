// The picture of the full screen: status, token strip, ledger and attention (or the place inside a step), watches,
// message, command line.
internal import Phrases
internal import Debugging
internal import Traces

extension DebugScreen {
    func picture(columns width: Int, rows height: Int) -> DebugPicture {
        currentWidth = width
        var rows = [status(width)]
        let stripRows = min(8, max(1, height / 6))
        rows += strip(width, stripRows)
        let watches = watchRows(width, limit: min(4, max(0, height / 10)))
        let messageRows = min(max(message.count, 1), max(1, height / 4))
        let panelRows = max(1, height - rows.count - watches.count - messageRows - 1)
        if let overlay {
            overlayHeight = max(1, height - 2)
            overlayTop = max(0, min(overlayTop, overlay.count - overlayHeight))
            var page = overlay.dropFirst(overlayTop).prefix(overlayHeight).map { DebugRow($0).fitted(to: width) }
            while page.count < overlayHeight { page.append(DebugRow().fitted(to: width)) }
            return DebugPicture(rows: [status(width)] + page + [overlayFoot(width, overlay.count)], cursor: nil)
        }
        rows += debugger.place.frames.isEmpty ? panels(width, panelRows) : inside(width, panelRows)
        rows += watches
        for line in 0..<messageRows {
            var text = line < message.count ? message[line] : ""
            if line == messageRows - 1, message.count > messageRows {
                let rest = message.count - messageRows
                let more = say("  … \(rest) more lines: v", "  ……還有 \(rest) 行：v")
                text = clipped(text, to: width - columns(more)) + more
            }
            rows.append(DebugRow(text, DebugStyle(bold: true)).fitted(to: width))
        }
        let (foot, cursor) = foot(width)
        rows.append(foot)
        // On a very small screen the strip and the panels give way to the lines at the bottom.
        if rows.count > height { rows.removeSubrange(1..<(1 + rows.count - height)) }
        return DebugPicture(rows: rows, cursor: cursor.map { (rows.count - 1, $0) })
    }

    private func status(_ width: Int) -> DebugRow {
        let trace = debugger.trace
        let place = debugger.place
        // What matters most comes first: a narrow screen cuts the end.
        var parts = ["stepglass"]
        parts.append(
            place.step.map { renderer.place(ofStep: $0, among: trace.steps.count) } ?? say("prompt", "提示"))
        parts.append(
            say("branch \(place.branch)/\(debugger.branches.count)", "分支 \(place.branch)/\(debugger.branches.count)"))
        parts.append(debugger.isLive ? say("live", "即時") : say("saved", "存檔"))
        parts.append(say("tint: ", "底色：") + tint.phrase[renderer.language])
        parts.append(trace.model.name)
        return DebugRow(" " + parts.joined(separator: "  "), DebugStyle(reverse: true))
            .fitted(to: width, fill: DebugStyle(reverse: true))
    }

    private func overlayFoot(_ width: Int, _ count: Int) -> DebugRow {
        let last = min(count, overlayTop + overlayHeight)
        let place = count > overlayHeight ? "\(overlayTop + 1)–\(last)/\(count)  " : ""
        return DebugRow(
            " " + place + say("↑↓ PgUp PgDn scroll, any other key closes", "↑↓ PgUp PgDn 捲動，其他鍵關閉"),
            DebugStyle(reverse: true)
        ).fitted(to: width, fill: DebugStyle(reverse: true))
    }

    private func foot(_ width: Int) -> (DebugRow, cursor: Int?) {
        if isTyping {
            // The end of a long line stays in view.
            let before = clippedFront(readable(String(editor.text[..<editor.cursor])), to: width - 2)
            let mark = debugger.isCollecting ? ">" : ":"
            let row = DebugRow(mark + before + readable(String(editor.text[editor.cursor...]))).fitted(to: width)
            return (row, min(width - 1, 1 + columns(before)))
        }
        let keys =
            debugger.place.frames.isEmpty
            ? say(
                "←→ step  ↑↓ select  Enter force  w why  i inside  t tint  : command  ? keys",
                "←→ 後退、前進  ↑↓ 選取  Enter 換詞元  w 為什麼  i 走進  t 底色  : 指令  ? 按鍵")
            : say(
                "←→ place before, after  i further in  o out  : command  ? keys",
                "←→ 前後一處  i 再往裡  o 走出  : 指令  ? 按鍵")
        return (DebugRow(" " + keys, DebugStyle(faint: true)).fitted(to: width), nil)
    }

    private func watchRows(_ width: Int, limit: Int) -> [DebugRow] {
        let all = debugger.watchedSeries
        let shown = all.count > limit ? max(limit - 1, 0) : all.count
        let rest = all.count - shown
        let more = say(" … \(rest) more watches: info watches", " ……還有 \(rest) 個 watch：info watches")
        return all.prefix(shown).map { series in
            let name = clipped(readable(series.question.source), to: width / 3)
            var row = DebugRow(" \(name) ")
            let last = series.values.last.map { renderer.text($0) } ?? ""
            let value = clipped(last, to: 14)
            row.add(sparkline(series.numbers, width: max(4, width - row.width - columns(value) - 2)))
            row.add(" " + value, DebugStyle(bold: true))
            return row.fitted(to: width)
        } + (rest > 0 && limit > 0 ? [DebugRow(more, DebugStyle(faint: true)).fitted(to: width)] : [])
    }

    // MARK: panels

    private func panels(_ width: Int, _ height: Int) -> [DebugRow] {
        // The attention panel needs 26 columns; a narrow screen shows the ledger alone.
        let right = width >= 64 ? max(26, width * 2 / 5) : 0
        let left = width - right - (right > 0 ? 1 : 0)
        let ledger = ledger(left, height)
        let attention = right > 0 ? attention(right, height) : []
        return (0..<height).map { line in
            var row = (line < ledger.count ? ledger[line] : DebugRow()).fitted(to: left)
            if right > 0 {
                row.add("│", DebugStyle(faint: true))
                row = row + (line < attention.count ? attention[line] : DebugRow()).fitted(to: right)
            }
            return row
        }
    }

    private func title(_ text: String, _ width: Int) -> DebugRow {
        DebugRow(" " + text, DebugStyle(underline: true)).fitted(to: width, fill: DebugStyle(underline: true))
    }

    /// A stretch of lines that keeps `top` in range, and its title with the lines that are shown of how many.
    private func scrolled(
        _ lines: [String], _ name: String, _ top: inout Int, _ width: Int, _ height: Int
    ) -> [DebugRow] {
        let room = max(1, height - 1)
        top = max(0, min(top, lines.count - room))
        let last = min(lines.count, top + room)
        let place = lines.count > room ? "  \(top + 1)–\(last)/\(lines.count) ↑↓" : ""
        return [title(name + place, width)] + lines[top..<last].map { DebugRow($0) }
    }

    private func ledger(_ width: Int, _ height: Int) -> [DebugRow] {
        guard let step = debugger.currentStep else {
            let lines = wrapped(readable(debugger.trace.prompt.rendered), to: width - 2).map { " " + $0 }
            return scrolled(lines, say("prompt", "提示"), &panelTop, width, height)
        }
        let room = max(1, height - 3)
        let first = max(0, min(selected - room / 2, step.candidates.count - room))
        let shown = step.candidates.enumerated().dropFirst(first).prefix(room)
        let columns = LedgerColumns(shown.map(\.element), width: width, language: renderer.language)
        let underlined = DebugStyle(underline: true)
        var rows = [DebugRow(columns.head, underlined).fitted(to: width, fill: underlined)]
        for (place, candidate) in shown {
            let chosen = candidate.id == step.token.id
            let style = DebugStyle(
                bold: chosen, faint: candidate.removedBy != nil && !chosen, reverse: place == selected)
            rows.append(
                DebugRow(columns.row(candidate, isChosen: chosen), style)
                    .fitted(to: width, fill: DebugStyle(reverse: place == selected)))
        }
        let count = step.candidates.count
        let part = count > room ? " \(first + 1)–\(min(count, first + room))/\(count)" : nil
        return rows + sums(step, part: part, columns)
    }

    /// What is not listed, and the entropies, each below the column of its kind so that no number is cut.
    private func sums(_ step: Step, part: String?, _ columns: LedgerColumns) -> [DebugRow] {
        let tail = step.tail
        let faint = DebugStyle(faint: true)
        return [
            DebugRow(
                columns.sum(
                    part.map { $0 + " +\(tail.count)" } ?? say(" and \(tail.count) more", " 另有 \(tail.count) 個"),
                    Phrases.fixed(tail.rawProbability, 4), Phrases.fixed(tail.probability, 4)), faint),
            DebugRow(
                columns.sum(
                    say(" entropy, bits", " 熵（位元）"), Phrases.fixed(step.entropyBitsRaw, 2),
                    Phrases.fixed(step.entropyBitsFinal, 2)), faint),
        ]
    }

    private func attention(_ width: Int, _ height: Int) -> [DebugRow] {
        let name =
            layer.map { layer in
                head.map { say("head \(layer).\($0)", "頭 \(layer).\($0)") }
                    ?? say("layer \(layer), mean", "第 \(layer) 層平均")
            } ?? say("mean of all", "全部平均")
        var rows = [title(say("attention: ", "注意力：") + name, width)]
        guard debugger.currentStep != nil else { return rows }
        switch Result(catching: {
            try debugger.attentionTable(layer: layer, head: head, count: max(1, height - 2))
        }) {
        case .success(let table):
            let weights = debugger.attention(layer: layer, head: head)
            rows.append(DebugRow(" ") + shadedCells(weights, width - 2))
            let labels = table.tokens.map { quoted($0.bytes) }
            // The bars take what the tokens leave.
            let room = max(4, min(labels.map { columns($0) }.max() ?? 4, width - 22))
            let most = max(1, width - room - 14)
            for (place, label) in zip(table.places, labels).prefix(max(0, height - 2)) {
                let share = Int(exactly: (place.weight * Double(most)).rounded()) ?? 0
                let bar = String(repeating: "█", count: max(0, min(most, share)))
                rows.append(
                    DebugRow(
                        padded("\(place.key)", to: 5, right: true) + " " + padded(clipped(label, to: room), to: room)
                            + padded(Phrases.fixed(place.weight, 3), to: 6, right: true) + " " + bar))
            }
        case .failure(let error):
            let text = (error as? DebuggingError)?.phrase[renderer.language] ?? "\(error)"
            rows += wrapped(text, to: width - 2).map { DebugRow(" " + $0) }
        }
        return rows
    }

    /// One cell for each stretch of positions, by its largest weight: five shades, readable without colour.
    private func shadedCells(_ weights: [Double], _ width: Int) -> DebugRow {
        let cells = min(width, weights.count)
        var row = DebugRow()
        let shades = Array(" ░▒▓█")
        for cell in 0..<max(0, cells) {
            let stretch = weights[(cell * weights.count / cells)..<((cell + 1) * weights.count / cells)]
            // The square root brings weak weights into view.
            let top = (stretch.max() ?? 0).squareRoot()
            row.add(String(shades[max(0, min(4, Int(exactly: (top * 5).rounded(.down)) ?? 0))]))
        }
        return row
    }

    private func inside(_ width: Int, _ height: Int) -> [DebugRow] {
        let lines = TextRenderer(language: renderer.language, width: width - 1).lines(debugger.currentFrame())
        let path = lines.first ?? ""
        var rows = scrolled(Array(lines.dropFirst()), path, &panelTop, width, height).map { $0.fitted(to: width) }
        while rows.count < height { rows.append(DebugRow().fitted(to: width)) }
        return rows
    }
}
