// The table of costs for programs, as JSON, and for eyes, as curves.
internal import Figures
internal import JSONText
internal import Traces
internal import Transformers

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

extension CostTable {
    // MARK: For programs

    func json(_ points: [MeasuredContext]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("model", shape.name)
            json.member("architecture", shape.architecture)
            let parts = shape.parameters
            json.object("parameters") { json in
                json.member("embedding", parts.embedding)
                json.member("attention", parts.attention)
                json.member("mlp", parts.mlp)
                json.member("norms", parts.norms)
                json.member("head", parts.head)
                json.member("total", parts.total)
            }
            json.member("bitsPerWeight", shape.bitsPerWeight)
            json.member("weightBytes", shape.weightBytes)
            json.member("cacheBytesPerToken", shape.cacheBytes(positions: 1))
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
            json.member("cacheBytes", row.cacheBytes)
            json.object("prefillMultiplyAdds") { json in write(row.prefill, &json) }
            json.object("decodeMultiplyAdds") { json in write(shape.decode(context: row.context), &json) }
            json.member("decodeBytes", row.decodeBytes)
            json.member("firstTokenSeconds", row.firstTokenSeconds)
            json.member("perTokenSeconds", row.perTokenSeconds)
        }
    }

    private func write(_ work: MultiplyAdds, _ json: inout JSONWriter) {
        json.member("projections", work.projections)
        json.member("mlp", work.mlp)
        json.member("attention", work.attention)
        json.member("head", work.head)
        json.member("total", work.total)
    }

    private func write(_ point: MeasuredContext, _ json: inout JSONWriter) {
        json.object { json in
            json.member("context", point.context)
            json.member("firstTokenSeconds", point.firstTokenSeconds)
            json.member("perTokenSeconds", point.perTokenSeconds)
        }
    }

    // MARK: To draw

    /// The curves of the figure, at many contexts.
    func curves(_ points: [MeasuredContext]) -> CostCurves {
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
