// Tokens of GGUF files that are known by their texts.
import Testing

@testable import Tokenizers

struct EndTokenTests {
    private func made(_ texts: [String], types: [Int], eos: Int? = nil) throws -> Tokenizer {
        try tokenizer(byteTokens + texts, types: [Int](repeating: 1, count: 256) + types, eos: eos)
    }

    @Test("end tokens are found by their texts, the one that the file names first")
    func ends() throws {
        let texts = ["<|im_end|>", "<|x|>", "<|endoftext|>", "<|file_sep|>", "<|fim_prefix|>"]
        #expect(try made(texts, types: [3, 3, 3, 3, 3], eos: 257).endTokens == [257, 256, 258, 259])
        #expect(try made(texts, types: [3, 3, 3, 3, 3]).endTokens == [256, 258, 259])
        // Where a message has several ends, this one ends a part of it.
        let parts = try made(["<|end|>", "<|return|>", "<|call|>"], types: [3, 3, 3])
        #expect(parts.endTokens == [257, 258] && !parts.isSpecial(256))
        #expect(try made(["<|end|>", "<|return|>"], types: [3, 3]).endTokens == [256, 257])
        #expect(try made(["</s>", "<|tool_response>"], types: [3, 3]).endTokens == [257])
    }

    @Test("what looks like a control token is one, whatever its type", arguments: [1, 4, 5])
    func control(_ type: Int) throws {
        let tokenizer = try made(["<|im_end|>", "<|x|>"], types: [type, type])
        #expect(tokenizer.isSpecial(256) && !tokenizer.isSpecial(257))
        #expect(!tokenizer.encode(Array("<|im_end|>".utf8)).ids.contains(256))
        #expect(tokenizer.encode(Array("<|im_end|>".utf8), special: true).ids == [256])
        #expect(tokenizer.notes.count == 1 && tokenizer.notes[0].contains("\"<|im_end|>\""))
        #expect(try made(["<|im_end|>"], types: [3]).notes.isEmpty)
    }

    @Test("of two equal merges the first one counts, and none makes a control token")
    func merges() throws {
        let tokens = byteTokens + ["ab", "bab"]
        let model = try tokenizer(tokens, merges: ["a b", "b ab", "a b", "b ab"])
        #expect(model.encode(Array("bab".utf8)).ids == [257])
        #expect(model.notes.contains { $0.contains("2 merges are in the list before") }, "\(model.notes)")
        let made = try tokenizer(byteTokens + ["OT>", "<E", "<EOT>"], merges: ["< E", "<E OT>"])
        #expect(made.encode(Array("<EOT>".utf8)).ids == [60, 69, 79, 84, 62])
        #expect(made.notes.contains { $0.contains("1 merge is with a control token") }, "\(made.notes)")
        #expect(made.encode(Array("<EOT>".utf8), special: true).ids == [258])
    }

    @Test("names of pre-tokenizers that cut alike")
    func aliases() throws {
        func splits(_ name: String) throws -> [PreTokenizer.Split] { try GGUFPreTokenizer.named(name).splits() }
        for (name, other) in [
            ("llama3", "llama-bpe"), ("dbrx", "llama-bpe"), ("stablelm2", "qwen2"), ("olmo", "gpt-2"),
            ("exaone", "smollm"), ("exaone4", "gpt-2"), ("poro-chat", "bloom"),
        ] { #expect(try splits(name) == splits(other), "\(name)") }
        #expect(try GGUFPreTokenizer.named("pixtral").addsBOS)
        #expect(try !GGUFPreTokenizer.named("dbrx").addsBOS)
        let names = GGUFPreTokenizer.all.flatMap { $0.names }
        #expect(Set(names).count == names.count)
    }
}
