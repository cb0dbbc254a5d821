// Attention, the logit lens and beams as the question language reads them.
internal import Traces

extension QuestionEvaluator {
    // MARK: attention

    /// The row that chose step s belongs to the query one position before the chosen token; a mask's to the mask.
    mutating func attention(_ function: QuestionFunction, _ arguments: [Term?]) -> QuestionValue {
        let layer: Int
        let head: Int
        let rest: Int
        if function == .mass {
            let value = value(arguments[0]!)
            guard case .head(let l, let h) = value else { return value }
            (layer, head, rest) = (l, h, 1)
        } else {
            switch (whole(arguments[0]!), whole(arguments[1]!)) {
            case (.success(let l), .success(let h)): (layer, head, rest) = (l, h, 2)
            case (.failure(let failure), _), (_, .failure(let failure)): return .unknown(failure.reason)
            }
        }
        let model = reader.trace.model
        guard layer >= 0, layer < model.layers else {
            return .unknown(.outOfRange("layer", value: Double(layer), low: 0, high: model.layers - 1))
        }
        guard head >= 0, head < model.heads else {
            return .unknown(.outOfRange("head", value: Double(head), low: 0, high: model.heads - 1))
        }
        if function == .head { return .head(layer: layer, head: head) }
        var query = reader.trace.query(of: step)
        if let from = arguments[rest + 1] {
            switch whole(from) {
            case .success(let position): query = position
            case .failure(let failure): return .unknown(failure.reason)
            }
        }
        return weight(layer: layer, head: head, query: query, to: arguments[rest]!)
    }

    private mutating func weight(layer: Int, head: Int, query: Int, to place: Term) -> QuestionValue {
        if reader.trace.attention == nil { return .unknown(.noAttention) }
        let rows = reader.trace.seenPositions(at: step)
        guard query >= 0, query < rows else {
            return .unknown(.outOfRange("from", value: Double(query), low: 0, high: rows - 1))
        }
        // The last key that the row sees.
        let last = reader.trace.run == .fill ? rows - 1 : query
        let target = value(place)
        let keys: [Range<Int>]
        switch target {
        case .unknown: return target
        case .number(let number):
            guard let key = Int32(exactly: number).map(Int.init) else { return .unknown(.notWhole(number)) }
            guard key >= 0, key <= last else {
                return .unknown(.outOfRange("to", value: number, low: 0, high: last))
            }
            keys = [key..<(key + 1)]
        case .range(let low, let high):
            guard low >= 0, low <= last else {
                return .unknown(.outOfRange("to", value: Double(low), low: 0, high: last))
            }
            keys = [low..<max(low, min(high, last) + 1)]
        default:
            guard let bytes = bytes(of: target) else {
                if case .token(let token) = target { return missing(token) }
                return .unknown(.noAttention)
            }
            keys = touched(by: bytes, upTo: last)
            if keys.isEmpty { return .unknown(.notInContext(bytes, step: index)) }
        }
        var sum = 0.0
        for stretch in keys {
            // Of more than a few keys the whole row is read.
            look(at: stretch.count > 4 ? query : stretch.count)
            guard let part = reader.attentionSum(layer: layer, head: head, query: query, keys: stretch) else {
                return .unknown(.noAttentionYet(position: query))
            }
            sum += part
        }
        return .number(sum)
    }

    /// The positions that occurrences of a text touch, as stretches that do not overlap.
    private mutating func touched(by bytes: [UInt8], upTo query: Int) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        // The first position not counted yet: a token touched by two occurrences counts once.
        var next = 0
        let places = reader.places(of: bytes)
        look(at: places.count)
        for occurrence in places where occurrence.upperBound <= query {
            let stretch = max(next, occurrence.lowerBound)..<max(next, occurrence.upperBound + 1)
            if !stretch.isEmpty { stretches.append(stretch) }
            next = max(next, occurrence.upperBound + 1)
        }
        return stretches
    }

    // MARK: lens

    mutating func lens(_ function: QuestionFunction, _ arguments: [Term?]) -> QuestionValue {
        let layer: Int
        switch whole(arguments[arguments.count - 1]!) {
        case .success(let number): layer = number
        case .failure(let failure): return .unknown(failure.reason)
        }
        guard let row = step.lens.first(where: { $0.layer == layer }) else { return .unknown(.noLens(layer: layer)) }
        if function == .lensTop {
            guard let top = row.top.first else { return .unknown(.noLens(layer: layer)) }
            look(at: step.candidates.count)
            let known = step.candidates.first { $0.id == top.id }
            return .token(TokenReference(id: top.id, bytes: known?.bytes ?? Array(top.text.utf8)))
        }
        let wanted = value(arguments[0]!)
        var reference = TokenReference(id: nil, bytes: nil)
        switch wanted {
        case .unknown: return wanted
        case .token(let token): reference = token
        case .text(let bytes): reference.bytes = bytes
        default: break
        }
        if let chosen = row.chosen, reference.id == step.token.id || reference.bytes == step.token.bytes {
            return .number(chosen.probability)
        }
        let found = row.top.first { entry in
            if let id = reference.id { return entry.id == id }
            return entry.text.utf8.elementsEqual(reference.bytes ?? [])
        }
        return found.map { .number($0.probability) }
            ?? .unknown(.notInLens(reference, layer: layer, listed: row.top.count))
    }

    // MARK: beams

    func beamCount() -> QuestionValue {
        guard let level = reader.beams(atDepth: index) else { return .unknown(.noBeam) }
        return .number(Double(level.count))
    }

    /// Reads the step's beam of that place, best first; `read` gets it with its number in the tree.
    mutating func beam(_ place: Term, _ read: (BeamNode, Int, TraceReader) -> QuestionValue) -> QuestionValue {
        guard let tree = reader.trace.beam, let level = reader.beams(atDepth: index) else { return .unknown(.noBeam) }
        let wanted: Int
        switch whole(place) {
        case .success(let number): wanted = number
        case .failure(let failure): return .unknown(failure.reason)
        }
        guard level.indices.contains(wanted) else { return .unknown(.noBeamIndex(wanted, count: level.count)) }
        // Its text is put together from the tokens up to it.
        look(at: index)
        return read(tree.nodes[level[wanted]], level[wanted], reader)
    }
}
