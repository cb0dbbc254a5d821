// The costs of a model over context lengths, as lines for people.
internal import Phrases
internal import Traces
internal import Transformers

struct CostTable {
    let shape: ModelShape
    let speed: MachineSpeed
    let isMeasuredSpeed: Bool
    let contexts: [Int]

    init(_ shape: ModelShape, speed: MachineSpeed, isMeasuredSpeed: Bool, contexts: [Int]) {
        self.shape = shape
        self.speed = speed
        self.isMeasuredSpeed = isMeasuredSpeed
        self.contexts = contexts
    }

    struct Row {
        let context: Int
        let cacheBytes: Int64
        let prefill: MultiplyAdds
        let firstTokenSeconds: Double
        let decodeBytes: Int64
        let perTokenSeconds: Double
    }

    var rows: [Row] {
        contexts.map { context in
            Row(
                context: context, cacheBytes: shape.cacheBytes(positions: context),
                prefill: shape.prefill(tokens: context),
                firstTokenSeconds: shape.secondsToFirstToken(prompt: context, on: speed),
                decodeBytes: shape.decodeBytes(context: context),
                perTokenSeconds: shape.secondsPerToken(context: context, on: speed))
        }
    }

    // MARK: For people

    func lines(_ points: [MeasuredContext]) -> [String] {
        var lines = ["\(shape.name) (\(shape.architecture))", parameterLine, weightLine]
        if !shape.traits.isEncoder { lines.append(cacheLine) }
        let (reads, computes) = (fixed(speed.bytes / 1e9, 1), fixed(speed.multiplyAdds / 1e9, 0))
        lines.append(
            say("machine", "機器") + "  "
                + say(
                    "\(reads) GB and \(computes) billion multiply-adds a second\(isMeasuredSpeed ? " (measured now)" : "")",
                    "每秒 \(reads) GB 與 \(computes)×10⁹ 次乘加\(isMeasuredSpeed ? "（現在量測）" : "")"))
        lines.append("")
        lines += shape.traits.isEncoder ? encoderRows : decoderRows
        if !points.isEmpty { lines += measuredRows(points) }
        return lines
    }

    private var parameterLine: String {
        let parts = shape.parameters
        let named: [(name: Phrase, count: Int64)] = [
            (Phrase("embedding", "嵌入"), parts.embedding), (Phrase("attention", "注意力"), parts.attention),
            (Phrase("MLP", "MLP"), parts.mlp), (Phrase("norms", "正規化"), parts.norms),
            (Phrase("head", "輸出層"), parts.head),
        ]
        let listed = named.map { "\($0.name[Console.language]) \(scaled($0.count))" }.joined(separator: say(", ", "、"))
        let (name, total) = (say("parameters", "參數"), scaled(parts.total))
        return "\(name)  \(total)\(say(": ", "："))\(listed)"
    }

    private var weightLine: String {
        let (size, bits) = (bytes(shape.weightBytes), fixed(shape.bitsPerWeight, 2))
        return say("weights", "權重") + "  " + say("\(size), \(bits) bits each", "\(size)，每個 \(bits) 位元")
    }

    private var cacheLine: String {
        let each = bytes(shape.cacheBytes(positions: 1))
        let windowed = shape.windowedLayers
        let window = shape.windows.compactMap { $0 }.first ?? 0
        let seen =
            windowed == 0
            ? ""
            : say(
                "; \(windowed) of \(shape.layers) layers need the last \(window) tokens",
                "；\(shape.layers) 層中有 \(windowed) 層只需最後 \(window) 個詞元")
        return say("cache", "快取") + "  "
            + say("\(each) a token in 32-bit floats\(seen)", "每個詞元 \(each)（32 位元浮點數）\(seen)")
    }

    private var decoderRows: [String] {
        [
            padded(say("context", "上下文"), 9) + padded(say("cache", "快取"), 10) + padded(say("multiply-adds", "乘加"), 15)
                + padded(say("quadratic", "平方項"), 11) + padded(say("first token", "首詞元"), 13)
                + padded(say("per token", "每詞元"), 11) + padded(say("moved", "搬移"), 10)
        ]
            + rows.map { row in
                padded("\(row.context)", 9) + padded(bytes(row.cacheBytes), 10)
                    + padded(scaled(row.prefill.total), 15) + padded(share(row.prefill), 11)
                    + padded(seconds(row.firstTokenSeconds), 13) + padded(seconds(row.perTokenSeconds), 11)
                    + padded(bytes(row.decodeBytes), 10)
            } + [
                say(
                    "multiply-adds: of reading the whole context; quadratic: the attention's part of them",
                    "乘加：讀完整個上下文所需；平方項：其中注意力所占")
            ]
    }

    private var encoderRows: [String] {
        [
            padded(say("tokens", "詞元"), 9) + padded(say("multiply-adds", "乘加"), 15)
                + padded(say("quadratic", "平方項"), 11)
                + padded(say("seconds", "秒數"), 13)
        ]
            + rows.map { row in
                padded("\(row.context)", 9) + padded(scaled(row.prefill.total), 15) + padded(share(row.prefill), 11)
                    + padded(seconds(row.firstTokenSeconds), 13)
            }
    }

    private func measuredRows(_ points: [MeasuredContext]) -> [String] {
        [
            "",
            padded(say("measured", "實測"), 9) + padded(say("first token", "首詞元"), 13) + padded(say("computed", "計算"), 11)
                + padded(say("per token", "每詞元"), 11) + padded(say("computed", "計算"), 11),
        ]
            + points.map { point in
                padded("\(point.context)", 9) + padded(seconds(point.firstTokenSeconds), 13)
                    + padded(seconds(shape.secondsToFirstToken(prompt: point.context, on: speed)), 11)
                    + padded(seconds(point.perTokenSeconds), 11)
                    + padded(seconds(shape.secondsPerToken(context: point.context, on: speed)), 11)
            }
    }

    private func share(_ work: MultiplyAdds) -> String {
        percent(Double(work.attention) / Double(max(work.total, 1)))
    }

    private func bytes(_ count: Int64) -> String { byteText(Int(count))[Console.language] }

    /// Three digits and a decimal unit: `134.5 M`, `6.55 T`.
    private func scaled(_ count: Int64) -> String {
        let units = ["", " k", " M", " G", " T", " P", " E"]
        var (value, unit) = (Double(count), 0)
        while value >= 999.5, unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return (unit == 0 ? "\(count)" : fixed(value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)) + units[unit]
    }

    private func seconds(_ value: Double) -> String {
        if value < 0.9995 { return fixed(value * 1000, value < 0.1 ? 2 : 0) + " ms" }
        return value < 999.5 ? fixed(value, 1) + " s" : fixed(value / 3600, 1) + " h"
    }
}
