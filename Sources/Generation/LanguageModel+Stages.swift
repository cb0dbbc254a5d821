// The stages of a run on a loaded model.
package import Stages
internal import Tokenizers
package import Traces
internal import Transformers

extension LanguageModel {
    /// The stages of a run on this model, with the settings' breakers in its tokens.
    package func pipeline(for settings: Settings) throws(SettingsError) -> StagePipeline {
        try StagePipeline(
            settings: settings, endTokens: endTokens, vocabularySize: configuration.vocabularySize,
            dryBreakers: dryBreakers(for: settings))
    }

    /// Looks through the vocabulary only when the stage is on.
    func dryBreakers(for settings: Settings) -> DryBreakers {
        if !DryBreakers.areNeeded(for: settings) { return DryBreakers() }
        return DryBreakers(
            texts: settings.dryBreakers, vocabularySize: tokenizer.vocabularySize,
            bytes: { tokenizer.bytes(of: $0) },
            encode: { tokenizer.encode($0, framed: false, record: false).ids })
    }
}
