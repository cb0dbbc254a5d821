// Checks every number of the settings against its range. Called by: StagePipeline, the commands before a model is loaded.

public import Traces

extension Settings {
    /// Refuses the first value that is out of range, with the range and a value that works. Nothing is clamped.
    public func validate() throws(SettingsError) {
        try check("temperature", temperature, "0 (greedy) or in 0.001…1000", "--temperature 0.8") {
            $0 == 0 || (0.001...1000).contains($0)
        }
        try check("top-k", topK, "0 (off) or more", "--top-k 40") { $0 >= 0 }
        try check("top-p", topP, "in 0…1", "--top-p 0.9") { (0...1).contains($0) }
        try check("min-p", minP, "in 0…1", "--min-p 0.05") { (0...1).contains($0) }
        try check("repetition-penalty", repetitionPenalty, "in 0.01…100", "--repetition-penalty 1.1") {
            (0.01...100).contains($0)
        }
        try check("presence-penalty", presencePenalty, "in -100…100", "--presence-penalty 0.5") {
            (-100...100).contains($0)
        }
        try check("frequency-penalty", frequencyPenalty, "in -100…100", "--frequency-penalty 0.5") {
            (-100...100).contains($0)
        }
        _ = try PCG64(seed: seed)
        try checkExtra()
        try checkRun()
        try checkBeams()
    }

    private func checkRun() throws(SettingsError) {
        try check("max-tokens", maxTokens, "1 or more", "--max-tokens 64") { $0 >= 1 }
        try check("min-tokens", minTokens, "in 0…max-tokens (\(maxTokens))", "--min-tokens 0") {
            (0...max(maxTokens, 0)).contains($0)
        }
        try check("candidates", candidates, "in 1…1000000", "--candidates 50") { (1...1_000_000).contains($0) }
        try check("context", context, "0 (the model's own) or more", "--context 2048") { $0 >= 0 }
        try check("precision", precision, "exact", "exact") { $0 == "exact" }
        if stop.contains(where: \.isEmpty) {
            throw .outOfRange(
                option: "stop", value: "empty", range: "a text of at least one byte", suggestion: "--stop END")
        }
    }

    private func checkBeams() throws(SettingsError) {
        try check("beams", beams, "in 1…256", "--beams 4") { (1...256).contains($0) }
        try check("length-penalty", lengthPenalty, "in -10…10", "--length-penalty 1") { (-10...10).contains($0) }
        try check("beam-groups", beamGroups, "a divisor of the \(beams) beams", "--beam-groups 1") {
            $0 >= 1 && beams % $0 == 0
        }
        try check("changes on the way", changes.count, "none in a beam search", "--beams 1") { beams == 1 || $0 == 0 }
        try check("beam-diversity", beamDiversity, "in 0…100", "--beam-diversity 0.5") { (0...100).contains($0) }
    }

    private func check<Value: CustomStringConvertible>(
        _ option: String, _ value: Value, _ range: String, _ suggestion: String, _ holds: (Value) -> Bool
    ) throws(SettingsError) {
        if holds(value) { return }
        throw .outOfRange(option: option, value: "\(value)", range: range, suggestion: suggestion)
    }
}
