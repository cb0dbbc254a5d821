// Attention as pictures: what is shown is chosen here, each kind is drawn in its own file.
internal import Phrases
public import Traces

/// Attention weights as a picture: one head, one layer's heads, or all heads.
///
/// With `step`, the picture shows the context of that step only and marks the row whose query led to its token; a mask's
/// context is the whole text. Without, it shows every position that was recorded.
///
/// - Throws: ``FigureError`` when the trace has no weights, the layer, head, step or scale is out of range, no font is
///   found, or the picture would be too large.
public func attentionFigure(
    _ trace: Trace, selection: AttentionSelection, step: Int? = nil, style: FigureStyle = FigureStyle()
) throws(FigureError) -> Figure {
    let request = try AttentionRequest(trace, step: step, style: style)
    switch selection {
    case .head(let layer, let head):
        try request.check(layer: layer)
        guard 0..<request.record.heads ~= head else {
            throw .headOutOfRange(head: head, heads: request.record.heads)
        }
        return try headFigure(request, layer: layer, head: head)
    case .layer(let layer):
        try request.check(layer: layer)
        return try layerFigure(request, layer: layer)
    case .grid:
        return try gridFigure(request)
    }
}

/// What the three kinds of attention figure share: the weights, how many positions of them, the words, the fonts.
struct AttentionRequest {
    let trace: Trace
    let record: AttentionRecord
    /// Positions shown: 0 ..< positions.
    let positions: Int
    /// The step whose context is shown.
    let step: Step?
    let theme: Theme
    let fonts: FontBook
    let words: Wording
    /// The context's tokens.
    let tokens: [Token]

    init(_ trace: Trace, step number: Int?, style: FigureStyle) throws(FigureError) {
        guard let record = trace.attention, record.positions > 0, record.layers > 0, record.heads > 0 else {
            throw .noAttention
        }
        var positions = record.positions
        var step: Step?
        if let number {
            guard trace.steps.indices ~= number else {
                throw .stepOutOfRange(step: number, steps: trace.steps.count)
            }
            step = trace.steps[number]
            // The token of a step is chosen by the query just before its place; a mask sees all.
            positions = trace.seenPositions(at: trace.steps[number])
            guard positions > 0, positions <= record.positions else {
                throw .stepNotRecorded(step: number, positions: record.positions)
            }
        }
        self.trace = trace
        self.record = record
        self.positions = positions
        self.step = step
        theme = try Theme(style)
        fonts = try FontBook()
        words = Wording(style, fonts: fonts)
        tokens = trace.tokens
    }

    func check(layer: Int) throws(FigureError) {
        guard 0..<record.layers ~= layer else { throw .layerOutOfRange(layer: layer, layers: record.layers) }
    }

    /// The label of a position; its number where the record reaches further than the tokens.
    func label(_ position: Int) -> String {
        position < tokens.count ? tokenLabel(tokens[position]) : "#\(position)"
    }

    /// The row that led to the step's token.
    var marked: Int? { step.map { trace.query(of: $0) } }

    /// How many query heads share one key/value head; 1 where each has its own.
    var headsPerGroup: Int {
        guard record.keyValueHeads > 0, record.heads % record.keyValueHeads == 0 else { return 1 }
        return record.heads / record.keyValueHeads
    }

    /// How many keys of a row were kept; nil when all were.
    private var keysPerRow: Int? {
        switch record.storage {
        case .float32, .fixed16: nil
        case .strongest(let keysPerRow): keysPerRow
        case .codes(_, let keysPerRow): keysPerRow
        }
    }

    var modelName: String { plainLine(String(trace.model.name.prefix(120))) }

    func title(_ parts: [String]) -> String {
        ([modelName] + parts + (step.map { [trace.run == .fill ? words.mask($0.index) : words.step($0.index)] } ?? []))
            .joined(separator: " · ")
    }

    /// The sentence on the marked row.
    var stepSentence: String? {
        step.map {
            trace.run == .fill
                ? words.markedMask($0.index, best: name(of: $0.token))
                : words.markedStep($0.index, token: name(of: $0.token))
        }
    }

    /// The same in a picture that marks no row.
    var contextSentence: String? {
        step.map {
            trace.run == .fill
                ? words.maskAt($0.position, best: name(of: $0.token))
                : words.stepContext($0.index, token: name(of: $0.token))
        }
    }

    /// A token inside a sentence.
    func name(of token: Token) -> String {
        isolated(String(tokenLabel(token, limit: 40).prefix(40)))
    }

    /// What a reader of the picture must know about its drawing.
    func captions(block: Int, stride: Int, invalid: Int) -> [String] {
        var notes = [words.colorRule]
        if block > 1 { notes.append(words.blocks(block)) }
        if let keys = keysPerRow, keys < positions { notes.append(words.strongest(keys)) }
        if stride > 1 { notes.append(words.skippedLabels(stride)) }
        if invalid > 0 { notes.append(words.invalid(invalid)[words.language]) }
        return [words.join(notes)]
    }

    /// Notes under the picture and warnings beside it.
    func finish(_ canvas: Canvas, invalid: Int) throws(FigureError) -> Figure {
        try canvas.figure(fonts: fonts, words: words, warnings: invalid > 0 ? [words.invalid(invalid)] : [])
    }

    /// How many values of the shown part of these heads are no weights.
    func countInvalid(layers: Range<Int>, heads: Range<Int>) -> Int {
        // Integers scaled by a share of 1, as a file holds them, are weights whatever they are.
        if case .codes = record.storage { return 0 }
        var count = 0
        var reader = RowReader(record)
        for layer in layers {
            for head in heads {
                for query in 0..<positions {
                    count += reader.read(layer: layer, head: head, query: query, invalidWeights)
                }
            }
        }
        return count
    }
}
