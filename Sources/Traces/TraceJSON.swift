// How the parts of a trace stand in JSON, for whoever writes one of them alone: commands, pages, a run told step by step.
public import JSONText

extension JSONWriter {
    /// A model's facts as trace.json holds them.
    public mutating func value(_ model: ModelInfo) { ModelInfo.table.write(model, &self, .everything) }
    /// Every option of a run, defaults included.
    public mutating func value(_ settings: Settings) { Settings.table.write(settings, &self, .everything) }
    /// A token as trace.json holds it, its bytes in hexadecimal.
    public mutating func value(_ token: Token) { Token.table.write(token, &self, .everything) }
    /// A pre-token piece as trace.json holds it, with its symbols and the way to its ids.
    public mutating func value(_ piece: Piece) { Piece.table.write(piece, &self, .everything) }
    /// A whole step as trace.json holds it.
    public mutating func value(_ step: Step) { Step.table.write(step, &self, .everything) }
    /// A stage of a step as trace.json holds it.
    public mutating func value(_ stage: StageRecord) { StageRecord.table.write(stage, &self, .everything) }
    /// A candidate of a step as trace.json holds it; null for its logits once removed.
    public mutating func value(_ candidate: Candidate) { Candidate.table.write(candidate, &self, .everything) }
    /// A draw as trace.json holds it; 128-bit numbers in decimal digits.
    public mutating func value(_ draw: Draw) { Draw.table.write(draw, &self, .everything) }
    /// What a layer would have said, as trace.json holds it.
    public mutating func value(_ row: LensRow) { LensRow.table.write(row, &self, .everything) }
    /// The residual stream behind a step as trace.json holds it.
    public mutating func value(_ reading: ResidualReading) { ResidualReading.table.write(reading, &self, .everything) }
    /// A whole beam tree as trace.json holds it.
    public mutating func value(_ beam: BeamTree) { BeamTree.table.write(beam, &self, .everything) }
}

/// Bytes as lower-case hexadecimal, two digits each.
public func hexadecimal(_ bytes: [UInt8]) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] { digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    }
    return String(decoding: digits, as: UTF8.self)
}
