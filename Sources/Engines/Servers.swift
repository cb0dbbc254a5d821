// llama.cpp's server, vLLM and SGLang, as their own documentation has them (docs/engines.md says which versions were tried).
internal import JSONText
internal import Phrases

extension EngineServer {
    /// llama.cpp's `llama-server`. The probabilities are those before its own samplers (post_sampling_probs false).
    static let llamaCpp = EngineServer(
        name: "llama.cpp",
        recognise: { (connection) throws(EngineError) in
            guard let props = try page(connection, "/props"), props["default_generation_settings"] != nil else {
                return nil
            }
            var facts = ServerFacts(server: "llama.cpp", version: props["build_info"]?.name ?? "")
            facts.contextLength = props["default_generation_settings"]?["n_ctx"]?.size
            let model = try page(connection, "/v1/models")?["data"]?.array?.first
            facts.model = model?["id"]?.name ?? ""
            facts.vocabularySize = model?["meta"]?["n_vocab"]?.size
            return facts
        },
        path: "/completion",
        write: { json, question, facts in
            json.object { json in
                writeIDs("prompt", question.ids, &json)
                json.member("n_predict", 1)
                json.member("n_probs", question.count.most(of: facts.vocabularySize ?? 1 << 20))
                json.member("post_sampling_probs", false)
                json.member("cache_prompt", true)
                json.member("stream", false)
                // Which token it takes is of no interest; its own draw is not used.
                json.member("temperature", question.temperature)
                json.member("seed", 0)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let place = answer["completion_probabilities"]?.array?.first else {
                throw .answer(path: path, .missing("completion_probabilities"))
            }
            guard let list = place["top_logprobs"]?.array else { throw .answer(path: path, .missing("top_logprobs")) }
            var tokens: [ListedToken] = []
            tokens.reserveCapacity(list.count)
            for entry in list {
                guard let id = entry["id"]?.int else { throw .answer(path: path, .missing("id")) }
                tokens.append(ListedToken(id: id, logProbability: try logProbability(entry["logprob"], path)))
            }
            return tokens
        },
        text: { (connection, ids, _) throws(EngineError) in
            try connection.ask("/detokenize") { json in json.object { writeIDs("tokens", ids, &$0) } }["content"]?
                .string
        })

    /// vLLM's server of OpenAI's kind. Its probabilities are raw by default (`--logprobs-mode raw_logprobs`); with neutral
    /// settings, which are sent, processed ones are the same.
    static let vLLM = EngineServer(
        name: "vLLM",
        recognise: { (connection) throws(EngineError) in
            guard let version = try page(connection, "/version")?["version"]?.string else { return nil }
            guard let model = try page(connection, "/v1/models")?["data"]?.array?.first else { return nil }
            var facts = ServerFacts(
                server: "vLLM", version: String(version.prefix(200)), model: model["id"]?.name ?? "")
            facts.contextLength = model["max_model_len"]?.size
            return facts
        },
        path: "/v1/completions",
        write: { json, question, facts in
            json.object { json in
                json.member("model", facts.model)
                writeIDs("prompt", question.ids, &json)
                json.member("max_tokens", 1)
                if case .some(let count) = question.count {
                    json.member("logprobs", count)
                } else {
                    json.member("logprobs", -1)
                }
                json.member("return_tokens_as_token_ids", true)
                json.member("temperature", question.temperature)
                json.member("top_p", 1)
                json.member("top_k", 0)
                json.member("min_p", 0)
                json.member("repetition_penalty", 1)
                json.member("presence_penalty", 0)
                json.member("frequency_penalty", 0)
                json.member("seed", 0)
                json.member("stream", false)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let logprobs = answer["choices"]?.array?.first?["logprobs"] else {
                throw .answer(path: path, .missing("logprobs"))
            }
            guard let list = logprobs["top_logprobs"]?.array?.first?.object else {
                throw .answer(path: path, .missing("top_logprobs"))
            }
            var tokens: [ListedToken] = []
            tokens.reserveCapacity(list.count)
            for (name, value) in list.members {
                guard name.hasPrefix("token_id:"), let id = Int(name.dropFirst(9)) else {
                    throw .answer(path: path, .missing("token_id (return_tokens_as_token_ids)"))
                }
                tokens.append(ListedToken(id: id, logProbability: try logProbability(value, path)))
            }
            return tokens
        },
        text: { (connection, ids, facts) throws(EngineError) in
            try connection.ask("/detokenize") { json in
                json.object { json in
                    json.member("model", facts.model)
                    writeIDs("tokens", ids, &json)
                }
            }["prompt"]?.string
        })

    /// SGLang's own page.
    static let sgLang = EngineServer(
        name: "SGLang",
        recognise: { (connection) throws(EngineError) in
            guard let info = try page(connection, "/get_model_info"), info["model_path"] != nil else { return nil }
            let server = try page(connection, "/get_server_info")
            var facts = ServerFacts(
                server: "SGLang", version: server?["version"]?.name ?? "", model: info["model_path"]?.name ?? "")
            facts.contextLength = try page(connection, "/v1/models")?["data"]?.array?.first?["max_model_len"]?.size
            return facts
        },
        path: "/generate",
        write: { json, question, facts in
            json.object { json in
                writeIDs("input_ids", question.ids, &json)
                json.object("sampling_params") { json in
                    json.member("max_new_tokens", 1)
                    json.member("temperature", question.temperature)
                    json.member("top_p", 1)
                    json.member("top_k", -1)
                    json.member("min_p", 0)
                }
                json.member("return_logprob", true)
                json.member("top_logprobs_num", question.count.most(of: facts.vocabularySize ?? 1 << 20))
                json.member("stream", false)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let list = answer["meta_info"]?["output_top_logprobs"]?.array?.first?.array else {
                throw .answer(path: path, .missing("output_top_logprobs"))
            }
            var tokens: [ListedToken] = []
            for entry in list {
                guard let parts = entry.array, parts.count >= 2, let id = parts[1].int else {
                    throw .answer(path: path, .missing("output_top_logprobs"))
                }
                tokens.append(ListedToken(id: id, logProbability: try logProbability(parts[0], path)))
            }
            return tokens
        },
        text: { (_, _, _) throws(EngineError) in nil })
}

/// A number; JSON writes what is not finite as null, and a token with it has no probability that counts.
private func logProbability(_ value: JSONValue?, _ path: String) throws(EngineError) -> Double {
    guard let value else { throw .answer(path: path, .missing("logprob")) }
    guard let number = value.double, number.isFinite else {
        if value.isNull { return -.greatestFiniteMagnitude }
        if case .number(let text) = value { throw .answer(path: path, .logProbability(String(text.prefix(40)))) }
        throw .answer(path: path, .missing("logprob"))
    }
    return number
}
