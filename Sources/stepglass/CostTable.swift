// The costs of a model over context lengths, as lines for people, as JSON, and as curves to draw.
internal import Figures
internal import JSONText
internal import Phrases
internal import Transformers

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One measured context.
struct CostPoint {
    let context: Int
    let firstTokenSeconds: Double
    let perTokenSeconds: Double
}

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

    private struct Row {
        let context: Int
        let cacheBytes: Int64
        let prefill: MultiplyAdds
        let firstTokenSeconds: Double
        let decodeBytes: Int64
        let perTokenSeconds: Double
    }

    private var rows: [Row] {
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

    func lines(_ points: [CostPoint]) -> [String] {
        let parts = shape.parameters
        var lines = [
            "\(shape.name) (\(shape.architecture))",
            say("parameters", "參數") + "  \(scaled(parameters.total)): "
                + [
                    (say("embedding", "嵌入"), parts.embedding), (say("attention", "注意力"), parts.attention),
                    (say("MLP", "MLP"), parts.mlp), (say("norms", "正規化"), parts.norms),
                    (say("head", "輸出層"), parts.head),
                ].map { "\($0.0) \(scaled($0.1))" }.joined(separator: say(", ", "、")),
            say("weights", "權重") + "  "
                + say(
                    "\(bytes(shape.weightBytes)), \(fixed(shape.bitsPerWeight, 2)) bits each",
                    "\(bytes(shape.weightBytes))，每個 \(fixed(shape.bitsPerWeight, 2)) 位元"),
        ]
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

    private var cacheLine: String {
        let each = bytes(shape.cacheBytes(positions: 1))
        let windowed = shape.windowedLayers
        let window = shape.windows.compactMap { $0 }.first ?? 0
        let seen =
            windowed == 0
            ? ""
            : say(
                "; \(windowed) of \(shape.layers) layers keep the last \(window) tokens",
                "；\(shape.layers) 層中有 \(windowed) 層只留最後 \(window) 個詞元")
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

    private func measuredRows(_ points: [CostPoint]) -> [String] {
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

    // MARK: For programs

    func json(_ points: [CostPoint]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("model", shape.name)
            json.member("architecture", shape.architecture)
            let parts = shape.parameters
            json.object("parameters") { json in
                json.member("embedding", Int(parts.embedding))
                json.member("attention", Int(parts.attention))
                json.member("mlp", Int(parts.mlp))
                json.member("norms", Int(parts.norms))
                json.member("head", Int(parts.head))
                json.member("total", Int(parts.total))
            }
            json.member("bitsPerWeight", shape.bitsPerWeight)
            json.member("weightBytes", Int(shape.weightBytes))
            json.member("cacheBytesPerToken", Int(shape.cacheBytes(positions: 1)))
            json.member("readBytesPerSecond", speed.bytes)
            json.member("multiplyAddsPerSecond", speed.multiplyAdds)
            json.array("contexts") { json in for row in rows { write(row, &json) } }
            if !points.isEmpty { json.array("measured") { json in for point in points { write(point, &json) } } }
        }
        return writer.bytes
    }

    private func write(_ row: Row, _ json: inout JSONWriter) {
        json.object { json in
            json.member("context", row.context)
            json.member("cacheBytes", Int(row.cacheBytes))
            json.object("prefillMultiplyAdds") { json in write(row.prefill, &json) }
            json.object("decodeMultiplyAdds") { json in write(shape.decode(context: row.context), &json) }
            json.member("decodeBytes", Int(row.decodeBytes))
            json.member("firstTokenSeconds", row.firstTokenSeconds)
            json.member("perTokenSeconds", row.perTokenSeconds)
        }
    }

    private func write(_ work: MultiplyAdds, _ json: inout JSONWriter) {
        json.member("projections", Int(work.projections))
        json.member("mlp", Int(work.mlp))
        json.member("attention", Int(work.attention))
        json.member("head", Int(work.head))
        json.member("total", Int(work.total))
    }

    private func write(_ point: CostPoint, _ json: inout JSONWriter) {
        json.object { json in
            json.member("context", point.context)
            json.member("firstTokenSeconds", point.firstTokenSeconds)
            json.member("perTokenSeconds", point.perTokenSeconds)
        }
    }

    // MARK: To draw

    /// The curves of the figure, at many contexts.
    func curves(_ points: [CostPoint]) -> CostCurves {
        let last = Double(contexts.last ?? 1)
        let first = min(64, last)
        let samples = (0...48).map { Int((first * pow(last / first, Double($0) / 48)).rounded()) }
        return CostCurves(
            title: shape.name, contexts: samples,
            weightBytes: Double(shape.weightBytes),
            cacheBytes: samples.map { Double(shape.cacheBytes(positions: $0)) },
            firstTokenSeconds: samples.map { shape.secondsToFirstToken(prompt: $0, on: speed) },
            perTokenSeconds: samples.map { shape.secondsPerToken(context: $0, on: speed) },
            measured: points.map { ($0.context, $0.firstTokenSeconds, $0.perTokenSeconds) })
    }
}
