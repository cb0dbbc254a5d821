// The vocabulary asked for one token.
public import Stages
internal import Tokenizers

extension LanguageModel {
    /// Which token of the vocabulary a text is.
    public func token(_ text: String) -> TokenWish.Finding {
        TokenWish.find(
            text, ids: { self.tokenizer.encode(Array($0.utf8), special: true, framed: false).ids },
            bytes: { self.tokenizer.bytes(of: $0) })
    }
}
