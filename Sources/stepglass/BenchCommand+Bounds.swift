// What bounds a run: its bytes against the memory's speed, its products against the processor's, and the rest by name.
internal import Phrases
internal import JSONText
internal import Kernels
internal import Traces

extension BenchCommand {
    /// One run, with what it cost.
    struct Measured {
        let trace: Trace
        /// The prompt's products, and those of all later tokens.
        let prefill: WorkCount
        let decode: WorkCount
        /// Empty unless the run was profiled.
        let prefillSites: [(site: ProfileSite, seconds: Double)]
        let decodeSites: [(site: ProfileSite, seconds: Double)]
    }

    /// How near the run comes to what this machine can do, measured right after it.
    struct Bounds {
        /// What one decoded token reads, and what plain reading of as many bytes reaches; nil with a single token.
        let bytesPerToken: Int64?
        let readBytesPerSecond: Double
        /// The part of the time of a decoded token that plain reading would take.
        let decodeShare: Double
        /// The multiply-adds of the prompt's products a second, and what they would be at the products' own peak.
        let multiplyAddsPerSecond: Double
        let peakMultiplyAddsPerSecond: Double

        init(_ measured: Measured, _ compute: Compute) {
            let metrics = measured.trace.metrics
            let passes = measured.trace.steps.count - 1
            let bytes = passes > 0 ? measured.decode.readBytes / Int64(passes) : nil
            bytesPerToken = bytes
            readBytesPerSecond = compute.readingSpeed(byteCount: Int(bytes ?? measured.prefill.readBytes))
            let tokenSeconds = metrics.timePerOutputTokenSeconds ?? 0
            decodeShare = tokenSeconds > 0 ? Double(bytes ?? 0) / readBytesPerSecond / tokenSeconds : 0
            let adds = Double(measured.prefill.multiplyAdds.values.reduce(0, +))
            let atPeak = measured.prefill.multiplyAdds.reduce(0) { sum, part in
                part.value > 0 ? sum + Double(part.value) / compute.productPeak(format: part.key) : sum
            }
            multiplyAddsPerSecond = adds / max(metrics.prefillSeconds, 1e-9)
            peakMultiplyAddsPerSecond = adds / max(atPeak, 1e-12)
        }

        private var prefillShare: Double { multiplyAddsPerSecond / peakMultiplyAddsPerSecond }

        func write(to json: inout JSONWriter) {
            if let bytesPerToken { json.member("bytesPerToken", bytesPerToken) }
            json.member("readBytesPerSecond", readBytesPerSecond)
            json.member("decodeShareOfReading", decodeShare)
            json.member("multiplyAddsPerSecond", multiplyAddsPerSecond)
            json.member("peakMultiplyAddsPerSecond", peakMultiplyAddsPerSecond)
            json.member("prefillShareOfPeak", prefillShare)
        }

        var lines: [Phrase] {
            var lines: [Phrase] = []
            if let bytesPerToken {
                let (bytes, speed) = (byteText(bytesPerToken), fixed(readBytesPerSecond / 1e9, 1))
                let share = fixed(100 * decodeShare, 0)
                lines.append(
                    Phrase(
                        "bound    decode reads \(bytes.english) a token; memory gives \(speed) GB a second: at \(share) % of that",
                        "界限  解碼每個詞元讀取 \(bytes.chinese)；記憶體每秒 \(speed) GB：達到其 \(share) %"))
            }
            let (adds, peak) = (fixed(multiplyAddsPerSecond / 1e9, 0), fixed(peakMultiplyAddsPerSecond / 1e9, 0))
            // Chinese counts in 億, of which ten are a billion.
            let (inChinese, peakInChinese) = (
                fixed(multiplyAddsPerSecond / 1e8, 0), fixed(peakMultiplyAddsPerSecond / 1e8, 0)
            )
            let share = fixed(100 * prefillShare, 0)
            lines.append(
                Phrase(
                    "bound    prefill does \(adds) billion multiply-adds a second; its products alone do \(peak): at \(share) % of that",
                    "界限  預填每秒 \(inChinese) 億次乘加；單獨的乘積可達 \(peakInChinese) 億次：達到其 \(share) %"))
            return lines
        }
    }
}

extension BenchCommand.Measured {
    /// The sites of both parts of the run with their shares, prefill and decode, in percent of the whole.
    private var shares: [(site: ProfileSite, prefill: Double, decode: Double)] {
        let (read, written) = (total(prefillSites), total(decodeSites))
        return zip(prefillSites, decodeSites).map { first, second in
            (first.site, first.seconds / read, second.seconds / written)
        }
    }

    private func total(_ sites: [(site: ProfileSite, seconds: Double)]) -> Double {
        max(sites.reduce(0) { $0 + $1.seconds }, 1e-12)
    }

    func writeSites(to json: inout JSONWriter) {
        json.array("sites") { json in
            for share in shares {
                json.object { json in
                    json.member("site", share.site.name.english)
                    json.member("prefill", share.prefill)
                    json.member("decode", share.decode)
                }
            }
        }
    }

    /// A table of all sites, in the order of a pass.
    var siteLines: [Phrase] {
        let width = 20
        let head = Phrase(
            filled("share of the time", width) + padded("prefill", 10) + padded("decode", 10),
            filled("時間的比例", width) + padded("預填", 10) + padded("解碼", 10))
        return [head]
            + shares.map { share in
                let numbers = [share.prefill, share.decode].map { padded(fixed(100 * $0, 1) + " %", 10) }.joined()
                return Phrase(
                    filled(share.site.name.english, width) + numbers, filled(share.site.name.chinese, width) + numbers)
            }
    }
}

extension ProfileSite {
    /// The field's name for it.
    var name: Phrase {
        switch self {
        case .embedding: Phrase("embedding", "嵌入")
        case .norms: Phrase("norms", "正規化")
        case .inputLayout: Phrase("input layout", "輸入編排")
        case .queryKeyValueProduct: Phrase("qkv product", "QKV 乘積")
        case .rope: Phrase("rope", "旋轉位置")
        case .attentionScores: Phrase("attention scores", "注意力分數")
        case .softmax: Phrase("softmax", "softmax 正規化")
        case .attentionMix: Phrase("mix", "注意力加權")
        case .outputProduct: Phrase("output product", "輸出乘積")
        case .mlpProducts: Phrase("MLP products", "MLP 乘積")
        case .mlpActivation: Phrase("MLP activation", "MLP 活化函數")
        case .lmHead: Phrase("lm head", "詞彙輸出")
        case .lens: Phrase("lens", "logit 透鏡")
        case .sampling: Phrase("sampling", "抽樣")
        case .recording: Phrase("recording", "記錄")
        case .waiting: Phrase("waiting", "等待")
        case .rest: Phrase("rest", "其他")
        }
    }
}
