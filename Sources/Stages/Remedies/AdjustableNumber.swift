// The numbers of the settings that were in force at a step: what a remedy may change.
internal import Phrases
internal import Traces

/// A number in force: an option of a stage that ran, the temperature, or a token's entry in a list.
struct AdjustableNumber {
    /// The option by its long name without dashes.
    let option: String
    /// The kind of stage that it shapes.
    let stage: StageDescriptor
    /// Whose entry of the option's list it is; nil for an option that is a number.
    let token: Int?
    /// The value as set.
    let value: Double
    let scale: NumberScale
    /// Numbers that mean something else than their size.
    let meanings: [NumberRange.Meaning]
    let write: (inout Settings, Double) -> Void

    /// Those that were in force on a passage, in the order of the stages. A stage that is off stays off; the order, the
    /// seed and what the penalties count are not numbers.
    static func all(of passage: Passage) -> [AdjustableNumber] {
        let settings = passage.settings
        var found: [(place: Int, number: AdjustableNumber)] = []
        for kind in StageList.all {
            let (place, isThere) = passage.place(of: kind)
            // Dividing by 1 is a temperature like any other.
            guard isThere || kind.effect == .scales else { continue }
            let searchesOnly = settings.beams > 1 && !settings.beamSample && kind.isSamplingOnly
            if searchesOnly || (kind.phase == .ordered && !settings.order.contains(kind.name)) { continue }
            for parameter in kind.parameters + (kind.runOption.map { [$0] } ?? []) {
                found += numbers(of: parameter, kind, passage).map { (place, $0) }
            }
        }
        return found.enumerated().sorted { a, b in
            a.element.place != b.element.place ? a.element.place < b.element.place : a.offset < b.offset
        }.map { $0.element.number }
    }

    private static func numbers(
        of parameter: StageParameter, _ stage: StageDescriptor, _ passage: Passage
    ) -> [AdjustableNumber] {
        let settings = passage.settings
        if let number = parameter.number {
            let value = number.value(in: settings)
            let reach = max(passage.vocabularySize, passage.history.all.count) + 1
            return [
                AdjustableNumber(
                    option: parameter.option, stage: stage, token: nil, value: value,
                    scale: NumberScale(number.range, present: value, reach: reach),
                    meanings: [number.range.first, number.range.within, number.off.map { .off($0) }].compactMap { $0 },
                    write: { number.set($1, in: &$0) })
            ]
        }
        guard let entries = parameter.entries else { return [] }
        return entries.read(settings).map { entry in
            let range = entries.range
            return AdjustableNumber(
                option: parameter.option, stage: stage, token: entry.id, value: entry.number,
                scale: range.map { NumberScale($0, present: entry.number, reach: 0) } ?? NumberScale(),
                meanings: [], write: { entries.write(&$0, entry.id, $1) })
        }
    }

    /// The settings with this value.
    func set(_ value: Double, in settings: Settings) -> Settings {
        var settings = settings
        write(&settings, value)
        return settings
    }

    /// The token's way with this value in place of the present one.
    func passage(_ value: Double, from passage: Passage, keepsInputs: Bool = false) -> Passage {
        passage.with(set(value, in: passage.settings), of: stage, keepsInputs: keepsInputs)
    }

    func adjustment(to value: Double) -> Adjustment {
        Adjustment(
            option: option, stage: stage.name, token: token, from: self.value,
            to: token != nil && scale == NumberScale() ? nil : value,
            meaning: meanings.first { $0.number == value }?.words)
    }
}
