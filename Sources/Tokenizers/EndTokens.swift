// Tokens known by their texts: those that end a text or a turn, and others that are control tokens whatever a file says.

/// Texts that end a run wherever a vocabulary has them: the begin of another document, or the turn of someone else.
/// Files often name only one of a model's end tokens; llama.cpp, whose list this is, stops at them all.
private let endTexts: Set<String> = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<|im:end|>",
    "<end_of_turn>", "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[",
    // Of a file filled in the middle: its padding, and what begins another repository or file.
    "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]", "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>",
    "<reponame>", "<|file_sep|>",
]

/// Further texts of control tokens: the parts of a file filled in the middle.
private let controlTexts: Set<String> = [
    "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>",
    "<|prefix|>", "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>",
    "<|code_suffix|>", "<|suffix|>", "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>",
    "<|code_middle|>", "<|middle|>",
]

/// Texts that are matched in every text, though they look like control tokens: the inner marks of a message.
private let messageTexts: Set<String> = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"]

/// Ids by what their texts mean.
struct KnownTexts {
    /// End a run, ascending.
    private(set) var ends: [Int] = []
    /// Are control tokens whatever type a file gives them.
    private(set) var control: Set<Int> = []
    /// Are matched in any text.
    private(set) var userDefined: Set<Int> = []
    /// Are no control token, though their texts are listed.
    private(set) var normal: Set<Int> = []

    /// What a token is for whatever type its file gives it; nil where the file's type holds.
    func kind(of id: Int) -> Vocabulary.Kind? {
        if control.contains(id) { return .control }
        if userDefined.contains(id) { return .userDefined }
        return normal.contains(id) ? .normal : nil
    }

    /// - Parameter tokens: ids with their texts, all of a vocabulary or those that may end a run.
    init(_ tokens: some Sequence<(id: Int, text: String)>) {
        var byText: [String: Int] = [:]
        for (id, text) in tokens {
            if endTexts.contains(text) {
                ends.append(id)
                byText[text] = id
                control.insert(id)
            } else if controlTexts.contains(text) {
                control.insert(id)
            } else if messageTexts.contains(text) {
                userDefined.insert(id)
            }
        }
        ends.sort()
        let has = { (text: String) in byText[text] != nil }
        // Where a message has several ends, `<|end|>` closes a part of it only.
        if let end = byText["<|end|>"],
            has("<|return|>") && (has("<|call|>") || has("<|calls|>"))
                || has("<|flush|>") && (has("<|call|>") || has("<|calls|>"))
        {
            ends.removeAll { $0 == end }
            control.remove(end)
            userDefined.insert(end)
        }
        if let end = byText["</s>"], has("<|tool_response>") {
            ends.removeAll { $0 == end }
            control.remove(end)
            normal.insert(end)
        }
    }
}

/// The end tokens among `tokens`, the one that the files name first.
func endTokensByText(_ tokens: [(id: Int, bytes: [UInt8])], _ named: Int?) -> [Int] {
    let known = KnownTexts(tokens.map { (id: $0.id, text: String(decoding: $0.bytes, as: UTF8.self)) })
    return (named.map { [$0] } ?? []) + known.ends.filter { $0 != named }
}
