// The sites of a decoder, from what it has.
internal import Traces

extension DecoderWeights {
    /// The table of the sites that the pass records.
    func sites(mlpWidth: Int) -> SiteTable {
        SiteTable(
            before: [.init(.embedding, [.position, .hiddenSize], from: [.tokens])],
            layer: layers[0].attentionSites() + layers[0].mlpSites(mlp: .own("mlpWidth", mlpWidth)),
            after: [
                .init(.finalNorm, [.position, .hiddenSize], from: [.lastHidden]),
                .init(.logits, [.position, .vocabulary], from: [.site(.finalNorm)]),
            ])
    }
}

extension DecoderWeights.Layer {
    private typealias Row = SiteTable.Row

    fileprivate func attentionSites() -> [SiteTable.Row] {
        var rows: [Row] = []
        var input = SiteSource.layerInput
        if attentionNorm != nil {
            rows.append(.init(.attentionNorm, [.position, .hiddenSize], from: [input]))
            input = .site(.attentionNorm)
        }
        rows += [
            .init(.query, [.position, .queryWidth], from: [input]),
            .init(.key, [.position, .keyValueWidth], from: [input]),
            .init(.value, [.position, .keyValueWidth], from: [input]),
        ]
        var (query, key) = (SiteKind.query, SiteKind.key)
        if queryNorm != nil {
            rows.append(.init(.normedQuery, [.position, .queryWidth], from: [.site(query)]))
            rows.append(.init(.normedKey, [.position, .keyValueWidth], from: [.site(key)]))
            (query, key) = (.normedQuery, .normedKey)
        }
        rows += [
            .init(.rotatedQuery, [.position, .queryWidth], from: [.site(query)]),
            .init(.rotatedKey, [.position, .keyValueWidth], from: [.site(key)]),
            .init(.attention, [.heads, .position, .keyPosition], from: [.site(.rotatedQuery), .site(.rotatedKey)]),
            .init(.attentionMix, [.position, .queryWidth], from: [.site(.attention), .site(.value)]),
            .init(.attentionOutput, [.position, .hiddenSize], from: [.site(.attentionMix)]),
        ]
        var output = SiteKind.attentionOutput
        if attentionPostNorm != nil {
            rows.append(.init(.attentionPostNorm, [.position, .hiddenSize], from: [.site(output)]))
            output = .attentionPostNorm
        }
        rows.append(.init(.afterAttention, [.position, .hiddenSize], from: [.layerInput, .site(output)]))
        return rows
    }

    fileprivate func mlpSites(mlp: SiteDimension) -> [SiteTable.Row] {
        var rows: [Row] = []
        var input = SiteKind.afterAttention
        if mlpNorm != nil {
            rows.append(.init(.mlpNorm, [.position, .hiddenSize], from: [.site(input)]))
            input = .mlpNorm
        }
        rows += [
            .init(.gate, [.position, mlp], from: [.site(input)]),
            .init(.up, [.position, mlp], from: [.site(input)]),
            .init(.activation, [.position, mlp], from: [.site(.gate), .site(.up)]),
            .init(.mlpOutput, [.position, .hiddenSize], from: [.site(.activation)]),
        ]
        var output = SiteKind.mlpOutput
        if mlpPostNorm != nil {
            rows.append(.init(.mlpPostNorm, [.position, .hiddenSize], from: [.site(output)]))
            output = .mlpPostNorm
        }
        rows.append(.init(.hidden, [.position, .hiddenSize], from: [.site(.afterAttention), .site(output)]))
        return rows
    }
}
