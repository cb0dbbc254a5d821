// The numbers of the settings that were in force at a step: what a remedy may change.
internal import Phrases
internal import Traces

/// A number in force: an option of a stage that ran, the temperature, or a token's entry in a list.
struct AdjustableNumber {
    /// The option by its long name without dashes.
    let option: String
    /// The stage that it shapes.
    let stage: String
    /// Whose entry of the option's list it is; nil for an option that is a number.
    let token: Int?
    /// The value as set.
    let value: Double
    let scale: NumberScale
    /// What the special number of the scale means.
    let meaning: Phrase?
    let write: (inout Settings, Double) -> Void

    /// Those that were in force on a passage, in the order of the stages. A stage that is off stays off; the order, the
    /// seed and what the penalties count are not numbers.
    static func all(of passage: Passage) -> [AdjustableNumber] {
        let ran = passage.stageNames
        let settings = passage.settings
        var found: [(place: Int, number: AdjustableNumber)] = []
        for kind in StageList.all {
            let names = kind.effect == .scales ? [kind.name, StageDescriptor.greedy.name] : [kind.name]
            let place = ran.firstIndex { names.contains($0) }
            // Dividing by 1 is a temperature like any other.
            guard place != nil || kind.effect == .scales else { continue }
            let searchesOnly = settings.beams > 1 && !settings.beamSample && kind.isSamplingOnly
            if searchesOnly || (kind.phase == .ordered && !settings.order.contains(kind.name)) { continue }
            let before = place ?? settings.order.prefix { $0 != kind.name }.count { ran.contains($0) }
            for parameter in kind.parameters + (kind.runOption.map { [$0] } ?? []) {
                found += numbers(of: parameter, kind.name, passage).map { (before, $0) }
            }
        }
        return found.enumerated().sorted { a, b in
            a.element.place != b.element.place ? a.element.place < b.element.place : a.offset < b.offset
        }.map { $0.element.number }
    }

    private static func numbers(
        of parameter: StageParameter, _ stage: String, _ passage: Passage
    ) -> [AdjustableNumber] {
        let settings = passage.settings
        if let number = parameter.number {
            let value = number.value(in: settings)
            let reach = max(passage.vocabularySize, passage.history.all.count) + 1
            return [
                AdjustableNumber(
                    option: parameter.option, stage: stage, token: nil, value: value,
                    scale: NumberScale(number.range, present: value, reach: reach),
                    meaning: (number.range.first ?? number.range.within)?.words,
                    write: { number.set($1, in: &$0) })
            ]
        }
        guard let entries = parameter.entries else { return [] }
        return entries.read(settings).map { entry in
            let range = entries.range
            return AdjustableNumber(
                option: parameter.option, stage: stage, token: entry.id, value: entry.number,
                scale: range.map { NumberScale($0, present: entry.number, reach: 0) } ?? NumberScale(),
                meaning: nil, write: { entries.write(&$0, entry.id, $1) })
        }
    }

    /// The settings with this value.
    func set(_ value: Double, in settings: Settings) -> Settings {
        var settings = settings
        write(&settings, value)
        return settings
    }

    /// What becomes of the token with this value in place of the present one.
    func passage(_ value: Double, from passage: Passage, keepsInputs: Bool = false) -> Passage? {
        passage.with(set(value, in: passage.settings), of: stage, keepsInputs: keepsInputs)
    }

    func adjustment(to value: Double) -> Adjustment {
        Adjustment(
            option: option, stage: stage, token: token, from: self.value,
            to: token != nil && scale == NumberScale() ? nil : value, meaning: value == scale.special ? meaning : nil)
    }
}
