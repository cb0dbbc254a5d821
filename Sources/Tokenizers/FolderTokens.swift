// What a Hugging Face folder says of its tokenizer beside the vocabulary: tokenizer_config.json, and the older files
// special_tokens_map.json and added_tokens.json.

internal import JSONText
internal import ModelFiles

/// The special and added tokens of a folder, as the transformers library reads them.
struct FolderTokens: Sendable {
    /// The class of the tokenizer, nil where it is none that says something of its own.
    var kind: TokenizerClass?
    /// The class as the files name it.
    var className: String?
    /// The special tokens by their names ("bos_token"), those that are null left out. Templates know them by these names.
    private(set) var named: [(name: String, token: String)] = []
    /// Control tokens without a name.
    private(set) var extra: [String] = []
    /// Tokens that are matched as they stand, beside those of tokenizer.json; the id is what the file says.
    private(set) var added: [AddedToken] = []
    private(set) var blankBefore = false
    private(set) var addsBegin = false
    private(set) var addsEnd = false

    /// A folder that says nothing.
    init() {}

    init(_ folder: ModelFolder) throws(TokenizerError) {
        let settings = folder.tokenizerConfiguration
        let (name, configured, modelType, map, addedFile) = try reading { () throws(ModelFileError) in
            (
                try settings?.string("tokenizer_class"), try folder.configuration.string("tokenizer_class"),
                try folder.configuration.string("model_type"), try folder.json(.specialTokens),
                try folder.json(.addedTokens)
            )
        }
        className = name ?? configured
        kind = TokenizerClass.named(className, modelType: modelType)
        blankBefore = settings?["add_prefix_space"]?.bool ?? false
        addsBegin = settings?["add_bos_token"]?.bool ?? false
        addsEnd = settings?["add_eos_token"]?.bool ?? false
        let values = settings.map { JSONValue.object($0.values) } ?? .null
        var names = TokenNames()
        for (name, token) in kind?.defaults ?? [] { names.set(name, token) }
        var sources = [values]
        // The older files count only where the newer one does not list the added tokens itself.
        if values["added_tokens_decoder"] == nil { sources.append(map ?? .null) }
        for source in sources { readNames(source, into: &names) }
        let order = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
        let all = names.all
        named = order.flatMap { name in all.filter { $0.name == name } } + all.filter { !order.contains($0.name) }
        if let decoder = values["added_tokens_decoder"]?.object {
            for (id, entry) in decoder.members { try add(entry, id: id) }
        } else if let file = addedFile?.object {
            let specials = Set(named.map { $0.token } + extra)
            for (text, id) in file.members {
                let special = specials.contains(text)
                added.append(
                    AddedToken(
                        id: try TokenList.id(id, of: "added_tokens.json: the id of \(quoted(text))"),
                        bytes: Array(text.utf8), special: special, normalized: !special))
            }
        }
        added.sort { $0.id < $1.id }
    }

    /// Reads the members that name special tokens; a null takes away what was known by that name.
    private mutating func readNames(_ json: JSONValue, into names: inout TokenNames) {
        guard let object = json.object else { return }
        var known = Set(extra)
        for (name, value) in object.members {
            if name == "additional_special_tokens" || name == "extra_special_tokens" {
                for item in value.array ?? [] {
                    if let text = Self.text(item), known.insert(text).inserted { extra.append(text) }
                }
                for (name, item) in value.object?.members ?? [] {
                    if let text = Self.text(item) { names.set(name, text) }
                }
            } else if name.hasSuffix("_token") {
                if let text = Self.text(value) {
                    names.set(name, text)
                } else if value.isNull {
                    names.remove(name)
                }
            }
        }
    }

    /// A token's text, given as it stands or as an object; nil for anything else, `add_bos_token` say.
    private static func text(_ json: JSONValue) -> String? {
        guard let text = json.string ?? json["content"]?.string, !text.isEmpty else { return nil }
        return text
    }

    private mutating func add(_ entry: JSONValue, id: String) throws(TokenizerError) {
        let place = "tokenizer_config.json: added_tokens_decoder[\(quoted(id))]"
        guard let number = Int(id), (0..<Vocabulary.maximumCount).contains(number) else {
            throw .malformed(place: place, expected: "under an id")
        }
        added.append(try AddedToken(entry, id: number, place: place))
    }

    /// Puts all tokens into the list, in the order in which the transformers library gives them ids.
    func add(to list: inout TokenList) {
        for token in added { list.add(token) }
        for (_, token) in named { list.addControl(token) }
        for token in extra { list.addControl(token) }
    }

    /// The text of a named token ("eos_token").
    func token(_ name: String) -> String? { named.first { $0.name == name }?.token }
}

extension AddedToken {
    /// Reads an entry of `added_tokens` or of `added_tokens_decoder`; `place` names it in errors.
    init(_ json: JSONValue, id: Int, place: String) throws(TokenizerError) {
        guard let content = json["content"]?.string, !content.isEmpty else {
            throw .malformed(place: place + ".content", expected: "a text")
        }
        let special = json["special"]?.bool ?? false
        self.init(
            id: id, bytes: Array(content.utf8), special: special, singleWord: json["single_word"]?.bool ?? false,
            leftStrip: json["lstrip"]?.bool ?? false, rightStrip: json["rstrip"]?.bool ?? false,
            normalized: json["normalized"]?.bool ?? !special)
    }
}

/// Tokens by their names, in the order in which each was last named.
private struct TokenNames {
    private var tokens: [(name: String, token: String)?] = []
    private var places: [String: Int] = [:]

    var all: [(name: String, token: String)] { tokens.compactMap { $0 } }

    mutating func set(_ name: String, _ token: String) {
        remove(name)
        places[name] = tokens.count
        tokens.append((name, token))
    }

    mutating func remove(_ name: String) {
        if let place = places.removeValue(forKey: name) { tokens[place] = nil }
    }
}
