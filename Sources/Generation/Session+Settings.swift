// What the settings of a session's next step mean for its passes and draws.
internal import Stages
public import Traces
internal import Transformers

extension Session {
    /// The settings that the next step is made with.
    public var settings: Settings { trace.settings.at(step: trace.steps.count) }

    /// The heads that "LAYER.HEAD" texts name.
    static func ablations(_ texts: [String], _ c: Configuration) throws(GenerationError) -> Set<LayerHead> {
        var heads: Set<LayerHead> = []
        for text in texts {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
            guard parts.count == 2, let layer = parts[0], let head = parts[1], (0..<c.layers).contains(layer),
                (0..<c.heads).contains(head)
            else { throw .badAblation(text, layers: c.layers, heads: c.heads) }
            heads.insert(LayerHead(layer: layer, head: head))
        }
        return heads
    }

    /// The positions that are lost, each once and in order.
    static func losses(_ positions: [Int], _ c: Configuration) throws(GenerationError) -> [Int] {
        for position in positions where !(0..<c.contextLength).contains(position) {
            throw .badLoss(position, context: c.contextLength)
        }
        return Set(positions).sorted()
    }

    /// A seed that is set anew starts its own numbers.
    func reseed(_ state: inout StepState, at step: Int) throws(GenerationError) {
        do { try state.reseed(at: step, by: trace.settings) } catch { throw .settings(error) }
    }
}
