// The readers of files of models.
internal import ChatTemplates
internal import JSONText
internal import ModelFiles
internal import Tokenizers

extension FuzzTarget {
    /// What is read is written and read again, and is the same.
    static let json = FuzzTarget("json") { repository in
        try files(repository, "Tests", ".json", limit: 4_000) + [
            Array(#"[1,-0.5e+3,"\u00e9\n",null,true,{"a":{}}]"#.utf8)
        ]
    } run: { bytes in
        guard let value = try? JSONValue(parsing: bytes.bindMemory(to: UInt8.self)) else { return }
        var json = JSONWriter()
        json.value(value)
        guard let again = try? JSONValue(parsing: json.bytes), again == value else { broken("JSON came back changed") }
    }

    static let gguf = FuzzTarget("gguf") { repository in
        try files(repository, "Tests", ".gguf", limit: 30_000)
    } run: { bytes in
        guard let file = try? GGUFFile(mapping: MappedFile(memory: bytes, name: "fuzz")) else { return }
        for (_, value) in file.metadata { touch(value) }
        touch(file)
        if let tokenizer = try? Tokenizer(file) { use(tokenizer, Array("A dog\n ran 12 <s>".utf8)) }
    }

    static let safetensors = FuzzTarget("safetensors") { repository in
        try files(repository, "Tests", ".safetensors", limit: 20_000)
    } run: { bytes in
        guard let file = try? SafetensorsFile(mapping: MappedFile(memory: bytes, name: "fuzz")) else { return }
        touch(file)
    }

    /// Parts: a file's name, a line end, its bytes.
    static let folder = FuzzTarget("folder") { repository in
        try ["llama-grouped", "gpt2-tied", "gemma3-plain", "phi3-long", "bert-tied", "llama-shards"].map {
            let folder = "Tests/TransformersTests/Fixtures/" + $0
            var parts: [[UInt8]] = []
            for ending in ["config.json", ".index.json", ".safetensors", "tokenizer.json"] {
                for (name, bytes) in try named(repository, folder, ending) {
                    parts.append(Array((name + "\n").utf8) + bytes)
                }
            }
            return joined(parts)
        }
    } run: { bytes in
        let files = mapped(bytes)
        guard let folder = try? ModelFolder(files: files, name: "fuzz") else { return }
        touch(folder)
        _ = folder.tensorNames
        if let source = try? folder.chatTemplate() { render(source, conversations[0]) }
        if let tokenizer = try? Tokenizer(folder) { use(tokenizer, Array("A dog ran".utf8)) }
        open(files.map { ($0.key, $0.value.bytes) })
    }

    /// Parts: tokenizer.json, the text to be cut, further texts.
    static let tokenizer = FuzzTarget("tokenizer") { repository in
        let text = Array("Once upon a time, 42 dogs\r\n  don't é e\u{301} 天空 <s>[MASK]".utf8)
        let cases = try ["tokenizers.json", "fuzz.json"].flatMap {
            try JSONValue(parsing: file(repository, "Tests/TokenizersTests/Fixtures/" + $0)).array ?? []
        }
        let whole = cases.compactMap { $0["tokenizer"] }.map { tokenizer in
            var json = JSONWriter()
            json.value(tokenizer)
            return json.bytes
        }
        return (whole.filter { $0.count < 8_000 } + smallTokenizers.map { Array($0.utf8) }).map { joined([$0, text]) }
    } run: { bytes in
        let parts = fuzzParts(bytes)
        let weights = (try? emptyWeights()) ?? []
        weights.withUnsafeBytes { weights in
            let files = [
                "config.json": MappedFile(memory: emptyObject, name: "config.json"),
                "tokenizer.json": MappedFile(memory: parts[0], name: "tokenizer.json"),
                "model.safetensors": MappedFile(memory: weights, name: "model.safetensors"),
            ]
            guard let folder = try? ModelFolder(files: files, name: "fuzz"), let tokenizer = try? Tokenizer(folder)
            else { return }
            for text in parts.dropFirst() { use(tokenizer, Array(text.prefix(400))) }
        }
    }

    /// Parts: the template, the messages as JSON.
    static let template = FuzzTarget("template") { repository in
        let cases = try JSONValue(parsing: try file(repository, "Tests/ChatTemplatesTests/Fixtures/templates.json"))
        let language = try JSONValue(parsing: try file(repository, "Tests/ChatTemplatesTests/Fixtures/language.json"))
        let sources = strings(cases) + strings(language)
        return sources.filter { $0.contains("{") }.prefix(1500).enumerated().map {
            joined([Array($1.utf8), Array(conversations[$0 % conversations.count].utf8)])
        }
    } run: { bytes in
        let parts = fuzzParts(bytes)
        render(text(parts[0]), parts.count > 1 ? text(parts[1]) : conversations[0])
    }
}

private let conversations = [
    #"[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi <s> é"},{"role":"assistant","content":"Yes?"}]"#,
    #"[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":{"x":1}}}]}]"#,
]

/// `{}`, for as long as the program runs.
private nonisolated(unsafe) let emptyObject: UnsafeRawBufferPointer = {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2, alignment: 1)
    bytes.copyBytes(from: "{}".utf8)
    return UnsafeRawBufferPointer(bytes)
}()

private let smallTokenizers = [
    #"{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"\u0120":3,"<unk>":4},"merges":["a b"],"unk_token":"<unk>","byte_fallback":true},"added_tokens":[{"id":4,"content":"<unk>","special":true,"lstrip":true,"rstrip":true,"single_word":true,"normalized":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Replace","pattern":{"Regex":" +"},"content":"_"},{"type":"Prepend","prepend":"_"}]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+|\\s+(?!\\S)"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":true,"use_regex":true}]},"decoder":{"type":"ByteLevel"}}"#,
    #"{"model":{"type":"Unigram","vocab":[["<unk>",0.0],["\u2581a",-1.5],["b",-2.0],["ab",-1e300]],"unk_id":0,"byte_fallback":false},"normalizer":{"type":"Precompiled","precompiled_charsmap":"AAAAAA=="},"pre_tokenizer":{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first"}}"#,
    ###"{"model":{"type":"WordPiece","vocab":{"[UNK]":0,"a":1,"##b":2,"[CLS]":3,"[SEP]":4},"unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100},"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],"special_tokens":{"[CLS]":{"id":"[CLS]","ids":[3],"tokens":["[CLS]"]}}}}"###,
]

/// A safetensors file with one weight: a folder without weights is no model.
private func emptyWeights() throws -> [UInt8] {
    let header = #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    return [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [0, 0, 0, 0]
}

/// The files of the parts, by their names.
private func mapped(_ bytes: UnsafeRawBufferPointer) -> [String: MappedFile] {
    var files: [String: MappedFile] = [:]
    for part in fuzzParts(bytes) {
        guard let end = part.firstIndex(of: UInt8(ascii: "\n")) else { continue }
        let name = text(UnsafeRawBufferPointer(rebasing: part[..<end]))
        files[name] = MappedFile(memory: UnsafeRawBufferPointer(rebasing: part[(end + 1)...]), name: name)
    }
    return files
}

private func render(_ source: String, _ messages: String) {
    guard let template = try? ChatTemplate(source) else { return }
    let given = (try? JSONValue(parsing: Array(messages.utf8)))?.array ?? []
    let conversation = ChatConversation(
        messages: given, tools: [.object(JSONObject())], date: ChatDate(year: 2026, month: 1, day: 31))
    _ = try? template.render(
        conversation, addGenerationPrompt: true, tokens: ["bos_token": "<s>", "eos_token": "</s>"])
}

/// Cuts a text and puts it together again.
private func use(_ tokenizer: Tokenizer, _ text: [UInt8]) {
    for special in [false, true] {
        _ = tokenizer.decode(tokenizer.encode(text, special: special).ids, wholeText: true)
    }
    _ = tokenizer.controlTexts(in: text)
    _ = tokenizer.bytes(of: .max)
    _ = tokenizer.isSpecial(-1)
}

/// Reads every byte that a source offers.
private func touch(_ source: some TensorSource) {
    for tensor in source.tensors {
        guard (try? source.tensor(named: tensor.name)) != nil, tensor.rows * tensor.rowBytes == tensor.bytes.count
        else {
            broken("a tensor of another size than its rows")
        }
        var floats = [Float](repeating: 0, count: tensor.elementCount)
        floats.withUnsafeMutableBufferPointer { dequantize(tensor, into: $0) }
    }
}

private func touch(_ value: GGUFValue) {
    switch value {
    case .string(let string): _ = string.bytes.reduce(0) { $0 &+ Int($1) }
    case .strings(let strings): _ = strings.reduce(0) { $0 &+ $1.count }
    case .numbers(let numbers): _ = (numbers.integers, numbers.floats)
    default: break
    }
}

/// The strings in a value, keys left out.
private func strings(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap(strings)
    case .object(let object): object.members.flatMap { strings($0.value) }
    default: []
    }
}
