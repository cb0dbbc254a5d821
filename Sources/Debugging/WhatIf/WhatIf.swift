// A recorded step chosen once more with other numbers: the stages run anew, the model does not.
internal import Phrases
public import Traces

/// What a step would have been with other settings.
public struct WhatIf: Equatable, Sendable {
    /// The step as these settings make it. Its times are the recorded step's; the run ends with it where the recorded one
    /// ended and the token is the same.
    public var step: Step
    /// No probability of ``step`` is farther from the true one; 0 where the logits of the whole vocabulary are known.
    /// nil where the record bounds nothing: a stage cut among tokens that it does not list.
    public var bound: Double?
    /// What stood before top-p, where it ran.
    public var stairs: Stairs?
    /// Remarks about the settings.
    public var notes: [String]
}

/// The distribution that top-p cut: the likeliest first, adding up until the sum reaches p.
public struct Stairs: Equatable, Sendable {
    /// One listed token on the staircase.
    public struct Tread: Equatable, Sendable {
        /// The token.
        public var id: Int
        /// Its probability just before top-p.
        public var share: Double
    }

    /// The sum at which top-p stops.
    public var p: Double
    /// The listed tokens still in play, by descending share, ties by the lower id.
    public var treads: [Tread]
}

/// A point of the curve of a step's distribution over the temperature.
public struct TemperaturePoint: Equatable, Sendable {
    /// The temperature, alone: no other stage runs.
    public var temperature: Double
    /// The probabilities of the tokens asked about, in their order.
    public var probabilities: [Double]
    /// The entropy of the whole distribution, in bits.
    public var entropyBits: Double
    /// As ``WhatIf/bound``, of the probabilities.
    public var bound: Double
}

extension Debugger {
    /// The step `index` with other settings.
    ///
    /// - Parameters:
    ///   - settings: all of them; tokens put in by hand are left out.
    ///   - uniform: the number to draw with, in 0..<1; nil takes the recorded one, or the one that the seed would have given.
    /// - Throws: ``DebuggingError/command(_:)`` where there is no such step, or the settings are refused.
    public func whatIf(step index: Int, settings: Settings, uniform: Double? = nil) throws(DebuggingError) -> WhatIf {
        var settings = settings
        settings.forced = [:]
        // An engine told log-probabilities, whose zero is not the logits'; this stage alone works on their own size.
        if trace.origin != nil && settings.repetitionPenalty != 1 {
            throw .command(
                Phrase(
                    "the record's numbers are log-probabilities that an engine told; a repetition penalty needs the logits themselves",
                    "這份紀錄的數字是引擎給的對數機率；重複懲罰需要 logit 本身"))
        }
        let step = try recorded(index)
        let basis = try basis(of: step)
        let number = uniform ?? step.draw?.uniform ?? basis.nextUniform
        let (made, bound, notes) = try basis.choose(settings, uniform: number, bytes: knownBytes)
        let stairs = try basis.stairs(settings, uniform: number, bytes: knownBytes)
        return WhatIf(step: made, bound: bound, stairs: stairs, notes: notes)
    }

    /// How the likeliest tokens of a step share the probability at each of these temperatures, whatever the stages are.
    ///
    /// - Parameter tokens: ids that the step lists.
    public func curve(
        step index: Int, tokens: [Int], temperatures: [Double]
    ) throws(DebuggingError) -> [TemperaturePoint] {
        let basis = try basis(of: try recorded(index))
        var points: [TemperaturePoint] = []
        for temperature in temperatures {
            var settings = Settings()
            settings.temperature = temperature
            settings.candidates = basis.step.candidates.count
            let (step, bound, _) = try basis.choose(settings, uniform: 0, bytes: { _ in nil })
            let table = step.candidates.byID()
            points.append(
                TemperaturePoint(
                    temperature: temperature, probabilities: tokens.map { table[$0]?.probability ?? 0 },
                    entropyBits: step.entropyBitsFinal, bound: bound ?? 1))
        }
        return points
    }

    /// The run up to before a step in a debugger of its own, whose cursor stands behind it, with other settings
    /// from there on; this one stays as it is.
    ///
    /// - Parameters:
    ///   - settings: options of the run by their long names, as they are typed.
    ///   - token: taken at that step, whatever the stages would choose; nil leaves the choice to them.
    public func tryout(
        from index: Int, settings: [(name: String, value: String)], token: Int? = nil
    ) throws(DebuggingError) -> Debugger {
        let step = try recorded(index)
        let maker = try liveMaker("try").fork(steps: step.index)
        for (name, value) in settings { try maker.apply(.setting(name: name, value: value)) }
        if let token { try maker.apply(.force(tokenID: token)) }
        let other = Debugger(maker)
        if index > 0 { _ = try other.execute(.runTo(index - 1)) }
        return other
    }

    private func recorded(_ index: Int) throws(DebuggingError) -> Step {
        guard trace.steps.indices.contains(index) else {
            throw .command(
                Phrase(
                    "there is no step \(index); the run has \(trace.steps.count), counted from 0",
                    "沒有第 \(index) 步；這次執行有 \(trace.steps.count) 步，從 0 起"))
        }
        return trace.steps[index]
    }

    private func basis(of step: Step) throws(DebuggingError) -> ChoiceBasis {
        if trace.settings.at(step: step.index).beams > 1 {
            throw .command(
                Phrase("a beam search is one whole: no step of it can be chosen anew", "集束搜尋是一個整體，不能單獨重選其中一步"))
        }
        return ChoiceBasis(step, of: trace, situation: try revived()?.situation(step: step.index))
    }
}
