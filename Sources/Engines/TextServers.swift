// Servers that name tokens by their texts: Ollama, and any other of OpenAI's kind.
internal import JSONText
internal import Phrases

extension EngineServer {
    /// Ollama's own page. It takes text alone, and says how many tokens it has read of it. Its probabilities are those before
    /// its own settings, 20 at most; where it draws the end of the text, it lists none.
    static let ollama = EngineServer(
        name: "Ollama",
        recognise: { (connection) throws(EngineError) in
            guard let version = try page(connection, "/api/version")?["version"]?.string,
                let models = try page(connection, "/api/tags")?["models"]?.array
            else { return nil }
            return ServerFacts(
                server: "Ollama", version: String(version.prefix(200)),
                models: models.prefix(maximumModels).map { ServerModel(name: $0["name"]?.name ?? "") }, takesIDs: false)
        },
        path: "/api/generate", mostListed: 20,
        write: { json, question in
            json.object { json in
                json.member("model", question.model)
                question.prompt.write("prompt", &json)
                // No template of its own around it.
                json.member("raw", true)
                json.member("stream", false)
                json.member("logprobs", true)
                json.member("top_logprobs", question.most)
                json.object("options") { json in
                    json.member("num_predict", 1)
                    json.member("temperature", question.temperature)
                    json.member("seed", question.seed)
                    json.member("top_p", 1)
                    json.member("min_p", 0)
                    json.member("repeat_penalty", 1)
                }
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let list = answer["logprobs"]?.array?.first?["top_logprobs"]?.array, !list.isEmpty else {
                throw .answer(path: path, .missing("logprobs"))
            }
            return EngineAnswer(
                told: try told(list, path), drawn: answer["response"]?.string,
                promptTokens: answer["prompt_eval_count"]?.int)
        },
        text: { (_, _, _) throws(EngineError) in nil })

    /// Any server with OpenAI's page for completions. Both forms of its list are read: the older one, by text, and that of its
    /// chat page, with bytes and sometimes ids.
    static let openAI = EngineServer(
        name: "OpenAI-compatible",
        recognise: { (connection) throws(EngineError) in
            let models = try modelsOfOpenAI(connection)
            return models.isEmpty ? nil : ServerFacts(server: "OpenAI-compatible", models: models, takesIDs: nil)
        },
        path: "/v1/completions",
        write: { json, question in
            json.object { json in
                json.member("model", question.model)
                question.prompt.write("prompt", &json)
                json.member("max_tokens", 1)
                json.member("logprobs", question.most)
                json.member("temperature", question.temperature)
                json.member("top_p", 1)
                json.member("presence_penalty", 0)
                json.member("frequency_penalty", 0)
                json.member("seed", question.seed)
                json.member("stream", false)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let choices = answer["choices"]?.array, let choice = choices.first else {
                throw .answer(path: path, .missing("choices"))
            }
            // A server that took each id for a prompt of its own would give one for each.
            if choices.count != 1 { throw .answer(path: path, .choices(choices.count)) }
            var answered = EngineAnswer(
                told: [], drawn: choice["text"]?.string, promptTokens: answer["usage"]?["prompt_tokens"]?.int)
            guard let logprobs = choice["logprobs"], !logprobs.isNull else {
                throw .answer(path: path, .missing("logprobs"))
            }
            if let list = logprobs["content"]?.array?.first?["top_logprobs"]?.array {
                answered.told = try told(list, path)
            } else if let list = logprobs["top_logprobs"]?.array?.first?.object {
                answered.isKeyed = true
                for (name, value) in list.members {
                    answered.told.append(ToldToken(tokenName(name), try logProbability(value, path)))
                }
            }
            if answered.told.isEmpty { throw .answer(path: path, .missing("logprobs")) }
            return answered
        },
        text: { (_, _, _) throws(EngineError) in nil })
}

/// The entries of a list with an id, bytes or a text each; the id says most, the text least.
private func told(_ list: [JSONValue], _ path: String) throws(EngineError) -> [ToldToken] {
    var told: [ToldToken] = []
    told.reserveCapacity(list.count)
    for entry in list {
        let number = try logProbability(entry["logprob"], path)
        if let id = entry["id"]?.int {
            told.append(ToldToken(.id(id), number))
        } else if let bytes = entry["bytes"]?.array {
            let read = bytes.compactMap { $0.int.flatMap { UInt8(exactly: $0) } }
            if read.count != bytes.count { throw .answer(path: path, .missing("bytes")) }
            told.append(ToldToken(.bytes(read), number))
        } else if let text = entry["token"]?.string {
            told.append(ToldToken(.bytes(Array(text.utf8)), number))
        } else {
            throw .answer(path: path, .missing("token"))
        }
    }
    return told
}

/// A key of the older form: a text; `bytes:\xe6\xad` for what is none; `token_id:5` where a server was told to write so.
func tokenName(_ key: String) -> ToldToken.Name {
    if key.hasPrefix("token_id:"), let id = Int(key.dropFirst(9)) { return .id(id) }
    if key.hasPrefix("bytes:"), let bytes = escapedBytes(key.dropFirst(6)) { return .bytes(bytes) }
    return .bytes(Array(key.utf8))
}

/// `\xe6\xad` as two bytes; nil where anything else stands in it.
private func escapedBytes(_ text: Substring) -> [UInt8]? {
    let parts = text.split(separator: "\\x", omittingEmptySubsequences: false)
    guard parts.count > 1, parts[0].isEmpty else { return nil }
    var bytes: [UInt8] = []
    for part in parts.dropFirst() {
        guard part.utf8.count == 2, part.utf8.first != UInt8(ascii: "+"), let byte = UInt8(part, radix: 16) else {
            return nil
        }
        bytes.append(byte)
    }
    return bytes
}
