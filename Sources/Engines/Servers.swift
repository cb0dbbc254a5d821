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
            let context = props["default_generation_settings"]?["n_ctx"]?.size
            let models = try page(connection, "/v1/models")?["data"]?.array ?? []
            return ServerFacts(
                server: "llama.cpp", version: props["build_info"]?.name ?? "",
                models: models.prefix(maximumModels).map {
                    ServerModel(
                        name: $0["id"]?.name ?? "", vocabularySize: $0["meta"]?["n_vocab"]?.size, contextLength: context
                    )
                }, speculates: props["default_generation_settings"]?["speculative"]?.bool)
        },
        path: "/completion",
        write: { json, question in
            json.object { json in
                // One that has several models takes it for the choice among them.
                if !question.model.isEmpty { json.member("model", question.model) }
                question.prompt.write("prompt", &json)
                json.member("n_predict", 1)
                json.member("n_probs", question.most)
                json.member("post_sampling_probs", false)
                json.member("cache_prompt", true)
                json.member("stream", false)
                // Which token it takes is of no interest; but where that is a part of a character, it lists nothing. What is
                // listed stands before its bias.
                if let harmless = question.harmless {
                    json.array("logit_bias") { json in
                        json.array { json in
                            json.value(harmless)
                            json.value(1000)
                        }
                    }
                }
                json.member("temperature", question.temperature)
                json.member("seed", question.seed)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let place = answer["completion_probabilities"]?.array?.first else {
                throw .answer(path: path, .missing("logprobs"))
            }
            guard let list = place["top_logprobs"]?.array else { throw .answer(path: path, .missing("top_logprobs")) }
            var told: [ToldToken] = []
            told.reserveCapacity(list.count)
            for entry in list {
                guard let id = entry["id"]?.int else { throw .answer(path: path, .missing("id")) }
                told.append(ToldToken(.id(id), try logProbability(entry["logprob"], path)))
            }
            return EngineAnswer(told: told, drawn: answer["content"]?.string)
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
            let models = try modelsOfOpenAI(connection)
            if models.isEmpty { return nil }
            return ServerFacts(server: "vLLM", version: String(version.prefix(200)), models: models)
        },
        path: "/v1/completions",
        write: { json, question in
            json.object { json in
                json.member("model", question.model)
                question.prompt.write("prompt", &json)
                json.member("max_tokens", 1)
                json.member("logprobs", question.count == .all ? -1 : question.most)
                json.member("return_tokens_as_token_ids", true)
                json.member("temperature", question.temperature)
                json.member("top_p", 1)
                json.member("top_k", 0)
                json.member("min_p", 0)
                json.member("repetition_penalty", 1)
                json.member("presence_penalty", 0)
                json.member("frequency_penalty", 0)
                json.member("seed", question.seed)
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
            var told: [ToldToken] = []
            told.reserveCapacity(list.count)
            for (name, value) in list.members {
                guard name.hasPrefix("token_id:"), let id = Int(name.dropFirst(9)) else {
                    throw .answer(path: path, .missing("token_id (return_tokens_as_token_ids)"))
                }
                told.append(ToldToken(.id(id), try logProbability(value, path)))
            }
            return EngineAnswer(
                told: told, drawn: answer["choices"]?.array?.first?["text"]?.string,
                promptTokens: answer["usage"]?["prompt_tokens"]?.int)
        },
        text: { (connection, ids, model) throws(EngineError) in
            try connection.ask("/detokenize") { json in
                json.object { json in
                    json.member("model", model)
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
            let context = try page(connection, "/v1/models")?["data"]?.array?.first?["max_model_len"]?.size
            // Null where nothing guesses ahead, else the name of what does.
            let guesses = server?["speculative_algorithm"].map { !$0.isNull }
            return ServerFacts(
                server: "SGLang", version: server?["version"]?.name ?? "",
                models: [ServerModel(name: info["model_path"]?.name ?? "", contextLength: context)], speculates: guesses
            )
        },
        path: "/generate", takesSeed: false,
        write: { json, question in
            json.object { json in
                if case .text = question.prompt {
                    question.prompt.write("text", &json)
                } else {
                    question.prompt.write("input_ids", &json)
                }
                json.object("sampling_params") { json in
                    json.member("max_new_tokens", 1)
                    json.member("temperature", question.temperature)
                    json.member("top_p", 1)
                    json.member("top_k", -1)
                    json.member("min_p", 0)
                }
                json.member("return_logprob", true)
                json.member("top_logprobs_num", question.most)
                json.member("stream", false)
            }
        },
        read: { (answer, path) throws(EngineError) in
            guard let list = answer["meta_info"]?["output_top_logprobs"]?.array?.first?.array else {
                throw .answer(path: path, .missing("output_top_logprobs"))
            }
            var told: [ToldToken] = []
            for entry in list {
                guard let parts = entry.array, parts.count >= 2, let id = parts[1].int else {
                    throw .answer(path: path, .missing("output_top_logprobs"))
                }
                told.append(ToldToken(.id(id), try logProbability(parts[0], path)))
            }
            return EngineAnswer(
                told: told, drawn: answer["text"]?.string, promptTokens: answer["meta_info"]?["prompt_tokens"]?.int)
        },
        text: { (_, _, _) throws(EngineError) in nil })
}

/// So many models of a server are told at most.
let maximumModels = 100

/// The models that a server of OpenAI's kind has; none where it answers otherwise.
func modelsOfOpenAI(_ connection: EngineConnection) throws(EngineError) -> [ServerModel] {
    let list = try page(connection, "/v1/models")?["data"]?.array ?? []
    return list.prefix(maximumModels).map {
        ServerModel(name: $0["id"]?.name ?? "", contextLength: $0["max_model_len"]?.size)
    }
}
