// The table of sites against the passes: every site is recorded, in the table's order, and follows from its sources.
import Kernels
import ModelFiles
import Testing

@testable import Traces
@testable import Transformers

@Suite struct SiteTests {
    /// Where a source of a site stands.
    private func site(_ source: SiteSource, of site: Site, layers: Int) -> Site? {
        switch source {
        case .tokens: nil
        case .site(let kind): kind == .finalNorm ? .finalNorm : Site(kind, site.layer)
        case .layerInput: site.layer == 0 ? .embedding : .hidden(site.layer! - 1)
        case .lastHidden: .hidden(layers - 1)
        }
    }

    /// A site's recorded numbers; attention as (head · query, key).
    private func recorded(_ site: Site, _ recorder: EverythingRecorder, _ c: Configuration, count: Int) throws -> Matrix
    {
        if site.kind == .attention {
            let rows = try (0..<c.heads).flatMap { head in
                try (0..<count).flatMap { query in
                    let row = EverythingRecorder.Row(layer: site.layer!, head: head, query: query)
                    return try #require(recorder.attention[row]) + [Float](repeating: 0, count: count - query - 1)
                }
            }
            return Matrix(rows: c.heads * count, columns: count, rows.map(Double.init))
        }
        let values = try #require(recorder.values[site], "\(site) was not recorded")
        return Matrix(rows: count, columns: values.count / count, values.map(Double.init))
    }

    private func width(_ dimension: SiteDimension, _ c: Configuration, count: Int) -> Int {
        switch dimension {
        case .position, .keyPosition: count
        case .hiddenSize: c.hiddenSize
        case .queryWidth: c.queryWidth
        case .keyValueWidth: c.keyValueWidth
        case .heads: c.heads
        case .own(_, let size): size
        case .vocabulary: c.vocabularySize
        }
    }

    private static let names = [
        "llama-grouped", "llama-shards", "gpt2-tied", "gpt2-untied", "mistral-window", "qwen2-window", "qwen3-grouped",
        "gemma2-plain", "gemma2-uncapped", "gemma3-plain", "phi3-plain", "smollm3-window", "olmo2-grouped",
    ]

    @Test(arguments: names)
    func everySiteFollowsFromItsSources(name: String) throws {
        let (model, source) = try smallModel(name)
        let folder = try #require(source as? ModelFolder)
        let tied = try folder.configuration.bool("tie_word_embeddings") ?? false
        let c = model.configuration
        let tokens = [5, 0, 63, 17, 17, 42, 8, 9, 10, 11, 12, 13, 14, 1, 2, 3, 4, 60]
        let recorder = EverythingRecorder()
        _ = model.logits(tokens, recorder: recorder)
        #expect(recorder.order == model.sites.order(layers: c.layers))

        let naive = try NaiveModel(c, folder, tied: tied)
        for (place, site) in recorder.order.enumerated() {
            let ours = try recorded(site, recorder, c, count: tokens.count)
            let row = try #require(model.sites[site.kind])
            let shape = row.shape.map { width($0, c, count: tokens.count) }
            #expect(ours.rows * ours.columns == shape.reduce(1, *), "the shape of \(site)")
            let sources = row.sources.compactMap { self.site($0, of: site, layers: c.layers) }
            for input in sources {
                let before = recorder.order[..<place].contains(input)
                #expect(before, "\(site) is computed from \(input), which must come before it")
            }
            let inputs = try sources.map { try recorded($0, recorder, c, count: tokens.count) }
            let wanted = try naive.compute(site.kind, layer: site.layer ?? 0, inputs, tokens: tokens)
            #expect((wanted.rows, wanted.columns) == (ours.rows, ours.columns))
            let size = wanted.values.reduce(1) { max($0, abs($1)) }
            let error = zip(ours.values, wanted.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            // Rounding only: the largest number's last bits, a few times over.
            #expect(error < 2e-6 * size, "\(name), \(site): off by \(error)")
        }
    }

    /// A site that this file adds, as an architecture's does.
    @Test func sitesAreOpen() {
        let own = SiteKind("queryNorm", chinese: "查詢的正規化")
        let same = SiteKind("queryNorm", chinese: "")
        #expect(
            own == same && own.hashValue == same.hashValue && own != .query && own != SiteKind("queryNor", chinese: ""))
        #expect(Set([Site(own, 3), Site(same, 3), Site(own, 4), .query(3)]).count == 3)
        #expect(Site(own, 3).description == "layer 3 queryNorm" && own.chineseName == "查詢的正規化")
        let table = SiteTable(
            before: [], layer: [.init(own, [.position, .own("routes", 4)], from: [.site(.query)])], after: [])
        #expect(table[same]?.sources == [.site(.query)] && table[.query] == nil)
        #expect(table.order(layers: 2) == [Site(own, 0), Site(own, 1)])
        #expect(_isPOD(Site.self), "recording one allocates and counts nothing")
    }

    /// Every architecture's table names each kind once, and only sources that come before.
    @Test(arguments: names) func tablesAreOrdered(name: String) throws {
        let sites = try smallModel(name).model.sites
        let kinds = (sites.before + sites.layer + sites.after).map { $0.kind }
        #expect(Set(kinds).count == kinds.count)
        #expect(kinds.first == .embedding && kinds.last == .logits)
    }

    @Test func decodingRecordsTheSameSites() throws {
        let (model, _) = try smallModel("llama-grouped")
        let recorder = EverythingRecorder()
        _ = model.logits([1, 2, 3], chunk: 1, recorder: recorder)
        let order = model.sites.order(layers: model.configuration.layers)
        #expect(recorder.order == order + order + order)
        // Without logits the pass ends at the last hidden state.
        let other = EverythingRecorder()
        let cache = KeyValueCache(model.configuration, slots: 3)
        _ = model.forward(Batch(tokens: [1, 2, 3], from: 0), cache: cache, logits: .none, recorder: other)
        #expect(other.order == order.dropLast(2))
    }
}
