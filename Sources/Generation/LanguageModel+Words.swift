// A model of which only the words are needed: another engine runs it.
public import Kernels
internal import ModelFiles
internal import Tokenizers
internal import Transformers

extension LanguageModel {
    /// The tokenizer, the template and the sizes of a model; its weights are not read and need not be there. It reads
    /// prompts, and no session can be made of it.
    public convenience init(
        wordsOf source: ModelSource, name: String? = nil, compute: Compute
    ) throws(GenerationError) {
        let clock = SteadyClock()
        let start = clock.now
        let tokenizer = try Self.tokenizer(of: source)
        let transformer: AbsentTransformer
        let template: String?
        do throws(TransformerError) {
            switch source {
            case .gguf(let file):
                transformer = try AbsentTransformer(file, name: name, compute: compute)
                do { template = try file.string("tokenizer.chat_template") } catch { throw .file(error) }
            case .folder(let folder):
                transformer = try AbsentTransformer(folder, name: name, compute: compute)
                do { template = try folder.chatTemplate() } catch { throw .file(error) }
            }
        } catch {
            throw .model(error)
        }
        self.init(
            transformer: transformer, tokenizer: tokenizer, chatTemplate: template, file: source.file,
            loadSeconds: clock.now - start, hash: { "" })
    }
}
