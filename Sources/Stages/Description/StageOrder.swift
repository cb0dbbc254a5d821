// The order of the stages as people write it.
internal import Phrases

/// The names of an order as it is written, in the stages' own spelling; what they are is checked with the other settings.
public func stageOrder(_ text: String) -> [String] {
    listItems(text).map { meant($0, among: StageList.names) ?? $0 }
}
