// Reads tokens, the prompt, steps and the beam tree from JSON.
// Called by: TraceReader.
import JSONText

/// Probabilities may exceed 1 by what summing floats leaves.
private let probabilityRange = 0.0...1.000001

func readToken(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> Token {
    let start = try fields.int("start")
    return Token(
        id: try fields.int("id", 0...(model.vocabularySize - 1)), bytes: try fields.bytes("bytes"),
        text: try fields.string("text"), start: start, end: try fields.int("end", start...Int.max),
        special: try fields.bool("special"))
}

func readPrompt(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> Prompt {
    var prompt = Prompt(
        text: try fields.string("text"), rendered: try fields.string("rendered"),
        tokens: try fields.list("tokens") { (value, _) throws(TraceError) in
            try readToken(try ObjectReader(value), model)
        },
        pieces: try fields.list("pieces") { (value, _) throws(TraceError) in
            try readPiece(try ObjectReader(value), model)
        })
    if fields.has("scores") {
        prompt.scores = try fields.list("scores") { (value, _) throws(TraceError) in
            if value.isNull { return nil }
            let score = try ObjectReader(value)
            return PromptScore(
                probability: try score.double("probability", probabilityRange),
                rank: try score.int("rank", 1...Int.max),
                entropyBits: try score.double("entropyBits"))
        }
        guard prompt.scores.count == prompt.tokens.count else {
            throw .field(
                path: "scores", problem: "has \(prompt.scores.count) entries for \(prompt.tokens.count) tokens")
        }
    }
    return prompt
}

private func readPiece(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> Piece {
    let start = try fields.int("start")
    let symbols = try fields.list("symbols") { (value, _) throws(TraceError) in try hexBytes(value) }
    var count = symbols.count
    return Piece(
        start: start, end: try fields.int("end", start...Int.max), bytes: try fields.bytes("bytes"), symbols: symbols,
        merges: try fields.list("merges") { (value, _) throws(TraceError) in
            let merge = try ObjectReader(value)
            // A merge joins two neighbours of the symbols as they stand, so each leaves one less.
            guard count > 1 else { throw .field(path: "", problem: "joins symbols where only one is left") }
            count -= 1
            return Merge(
                rank: try merge.int("rank"), index: try merge.int("index", 0...(count - 1)),
                left: try merge.bytes("left"), right: try merge.bytes("right"))
        },
        ids: try fields.ints("ids", 0...(model.vocabularySize - 1)))
}

func readStep(
    _ fields: ObjectReader, index: Int, position: Int, _ model: ModelInfo
) throws(TraceError) -> Step {
    let stages = try fields.list("stages") { (value, _) throws(TraceError) in try readStage(try ObjectReader(value)) }
    guard stages.first?.name == "raw" else { throw .field(path: "stages", problem: "does not begin with \"raw\"") }
    return Step(
        index: try fields.int("index", index...index), position: try fields.int("position", position...position),
        token: try fields.inside("token") { (token) throws(TraceError) in try readToken(token, model) },
        stages: stages,
        candidates: try fields.list("candidates") { (value, _) throws(TraceError) in
            try readCandidate(try ObjectReader(value), stages: stages.count, model)
        },
        tail: try fields.inside("tail") { (tail) throws(TraceError) in
            Tail(
                count: try tail.int("count"), rawProbability: try tail.double("rawProbability", probabilityRange),
                probability: try tail.double("probability", probabilityRange))
        },
        entropyBitsRaw: try fields.inside("entropyBits") { (bits) throws(TraceError) in try bits.double("raw") },
        entropyBitsFinal: try fields.inside("entropyBits") { (bits) throws(TraceError) in try bits.double("final") },
        logSumExp: try fields.double("logSumExp"),
        draw: try fields.optional("draw") { (draw) throws(TraceError) in
            Draw(
                uniform: try draw.double("uniform", 0...1), low: try draw.double("low", probabilityRange),
                high: try draw.double("high", probabilityRange),
                generator: draw.has("generator") ? try draw.inside("generator", readGenerator) : nil)
        },
        finish: try fields.value("finish").isNull ? nil : try fields.word("finish"),
        seconds: try fields.inside("seconds") { (seconds) throws(TraceError) in
            StepSeconds(
                forward: try seconds.double("forward"), choose: try seconds.double("choose"),
                record: try seconds.double("record"))
        },
        lens: fields.has("lens") ? try readLens(fields, model) : [])
}

private func readGenerator(_ fields: ObjectReader) throws(TraceError) -> GeneratorState {
    func number(_ key: String) throws(TraceError) -> UInt128 {
        let digits = try fields.string(key)
        guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt128(digits) else {
            throw .field(path: key, problem: "is no whole number below 2^128")
        }
        return number
    }
    return GeneratorState(state: try number("state"), increment: try number("increment"))
}

private func readStage(_ fields: ObjectReader) throws(TraceError) -> StageRecord {
    StageRecord(
        name: try fields.string("name"),
        parameters: try fields.inside("parameters") { (numbers) throws(TraceError) in
            var parameters: [StageRecord.Parameter] = []
            for (name, value) in numbers.object.members {
                parameters.append(StageRecord.Parameter(name, value.isNull ? .nan : try numbers.double(name)))
            }
            return parameters
        },
        kept: try fields.int("kept"), removed: try fields.int("removed"))
}

private func readCandidate(
    _ fields: ObjectReader, stages: Int, _ model: ModelInfo
) throws(TraceError) -> Candidate {
    let logits = try fields.list("logits") { (value, _) throws(TraceError) -> Float? in
        if value.isNull { return nil }
        guard case .number(let text) = value, let logit = Float(text), logit.isFinite else {
            throw .field(path: "", problem: "is no finite 32-bit number")
        }
        return logit
    }
    guard logits.count == stages else {
        throw .field(path: "logits", problem: "has \(logits.count) entries for \(stages) stages")
    }
    return Candidate(
        id: try fields.int("id", 0...(model.vocabularySize - 1)), bytes: try fields.bytes("bytes"),
        text: try fields.string("text"), rank: try fields.int("rank", 1...Int.max), logits: logits,
        rawProbability: try fields.double("rawProbability", probabilityRange),
        probability: try fields.double("probability", probabilityRange),
        removedBy: try fields.optionalString("removedBy"))
}

private func readLens(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> [LensRow] {
    try fields.list("lens") { (value, _) throws(TraceError) in
        let row = try ObjectReader(value)
        return LensRow(
            layer: try row.int("layer", 0...model.layers),
            top: try row.list("top") { (value, _) throws(TraceError) in
                let token = try ObjectReader(value)
                return LensToken(
                    id: try token.int("id", 0...(model.vocabularySize - 1)), text: try token.string("text"),
                    probability: try token.double("probability", probabilityRange))
            })
    }
}

func readBeam(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> BeamTree {
    var depths: [Int: Int] = [:]
    let stopping: EarlyStopping = try fields.word("earlyStopping")
    return BeamTree(
        beams: try fields.int("beams", 1...Int.max), lengthPenalty: try fields.double("lengthPenalty"),
        earlyStopping: stopping.rawValue,
        nodes: try fields.list("nodes") { (value, _) throws(TraceError) in
            let node = try readNode(try ObjectReader(value), model)
            // Parents come first and lie one level up, so that no path can go in a circle.
            if let parent = node.parent {
                guard let depth = depths[parent] else {
                    throw .field(path: "parent", problem: "is \(parent), which is no node before this one")
                }
                guard node.depth == depth + 1 else {
                    throw .field(path: "depth", problem: "is \(node.depth) below a parent of depth \(depth)")
                }
            } else if node.depth != 0 {
                throw .field(path: "depth", problem: "is \(node.depth) without a parent")
            }
            guard depths.updateValue(node.depth, forKey: node.id) == nil else {
                throw .field(path: "id", problem: "is \(node.id) for a second time")
            }
            return node
        },
        hypotheses: try fields.list("hypotheses") { (value, _) throws(TraceError) in
            let hypothesis = try ObjectReader(value)
            return BeamHypothesis(
                tokens: try hypothesis.ints("tokens", 0...(model.vocabularySize - 1)),
                text: try hypothesis.string("text"),
                sumLogProbability: try hypothesis.double("sumLogProbability"), score: try hypothesis.double("score"),
                finish: try hypothesis.word("finish"))
        })
}

private func readNode(_ fields: ObjectReader, _ model: ModelInfo) throws(TraceError) -> BeamNode {
    BeamNode(
        id: try fields.int("id"), parent: try fields.optionalInt("parent"), depth: try fields.int("depth"),
        token: try fields.inside("token") { (token) throws(TraceError) in try readToken(token, model) },
        logProbability: try fields.double("logProbability"),
        sumLogProbability: try fields.double("sumLogProbability"), score: try fields.double("score"),
        state: try fields.word("state"), why: try fields.optionalString("why").map(BeamReason.init(text:)))
}
