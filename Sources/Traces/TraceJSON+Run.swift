// How the engine, the model, the settings, the metrics and the parent stand in JSON.
// Called by: TraceWriter.
public import JSONText

extension JSONWriter {
    mutating func value(_ engine: EngineInfo, withThreads: Bool) {
        object { json in
            json.member("version", engine.version)
            json.member("kernels", engine.kernels)
            if withThreads { json.member("threads", engine.threads) }
        }
    }

    /// The model's facts: `{"name","architecture",…,"tensorTypes":{"Q4_1":180,…}}`.
    public mutating func value(_ model: ModelInfo) {
        object { json in
            json.member("name", model.name)
            json.member("architecture", model.architecture)
            json.member("file", model.file)
            json.member("sha256", model.sha256)
            json.member("layers", model.layers)
            json.member("heads", model.heads)
            json.member("keyValueHeads", model.keyValueHeads)
            json.member("headSize", model.headSize)
            json.member("hiddenSize", model.hiddenSize)
            json.member("vocabularySize", model.vocabularySize)
            json.member("contextLength", model.contextLength)
            json.member("parameters", model.parameters)
            json.member("weightBytes", model.weightBytes)
            json.object("tensorTypes") { json in
                for entry in model.tensorTypes { json.member(entry.type, entry.count) }
            }
        }
    }

    /// Every option of a run, defaults included.
    public mutating func value(_ settings: Settings) {
        object { json in
            json.member("chat", settings.chat)
            json.member("system", settings.system)
            json.member("maxTokens", settings.maxTokens)
            json.member("minTokens", settings.minTokens)
            json.strings("stop", settings.stop)
            json.samplingMembers(settings)
            json.key("seed")
            if let number = exactSeed(settings.seed) { json.value(number) } else { json.value(settings.seed) }
            json.member("beams", settings.beams)
            json.member("beamGroups", settings.beamGroups)
            json.member("beamDiversity", settings.beamDiversity)
            json.member("beamSample", settings.beamSample)
            json.member("lengthPenalty", settings.lengthPenalty)
            json.member("earlyStopping", settings.earlyStopping.rawValue)
            json.member("candidates", settings.candidates)
            json.strings("record", settings.record.map(\.rawValue))
            json.member("context", settings.context)
            json.member("precision", settings.precision)
            json.strings("ablated", settings.ablated)
            json.object("forced") { json in
                for (step, id) in settings.forced.sorted(by: { $0.key < $1.key }) { json.member(step.description, id) }
            }
            for (key, value) in [("messages", settings.messages), ("tools", settings.tools)] {
                guard let value else { continue }
                json.key(key)
                json.value(value)
            }
            if let date = settings.date { json.member("date", date) }
            if settings.changes.isEmpty { return }
            json.array("changes") { json in
                for change in settings.changes {
                    json.object { json in
                        json.member("step", change.step)
                        json.key("settings")
                        json.value(change.settings)
                    }
                }
            }
        }
    }

    private mutating func samplingMembers(_ settings: Settings) {
        member("temperature", settings.temperature)
        member("topK", settings.topK)
        member("topP", settings.topP)
        member("minP", settings.minP)
        member("repetitionPenalty", settings.repetitionPenalty)
        member("presencePenalty", settings.presencePenalty)
        member("frequencyPenalty", settings.frequencyPenalty)
        member("penaltyScope", settings.penaltyScope.rawValue)
        strings("order", settings.order)
        object("extra") { json in
            for (name, value) in settings.extra.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
        }
        object("logitBias") { json in
            for (id, bias) in settings.logitBias.sorted(by: { $0.key < $1.key }) { json.member(id.description, bias) }
        }
        array("bannedTokens") { json in for id in settings.bannedTokens { json.value(id) } }
        strings("dryBreakers", settings.dryBreakers)
    }

    mutating func strings(_ name: String, _ texts: [String]) {
        array(name) { json in for text in texts { json.value(text) } }
    }

    mutating func value(_ metrics: Metrics) {
        object { json in
            json.member("loadSeconds", metrics.loadSeconds)
            json.member("tokenizeSeconds", metrics.tokenizeSeconds)
            json.member("prefillSeconds", metrics.prefillSeconds)
            json.member("timeToFirstTokenSeconds", metrics.timeToFirstTokenSeconds)
            json.member("timePerOutputTokenSeconds", metrics.timePerOutputTokenSeconds)
            json.member("promptTokensPerSecond", metrics.promptTokensPerSecond)
            json.member("tokensPerSecond", metrics.tokensPerSecond)
            json.member("weightBytes", metrics.weightBytes)
            json.member("keyValueCacheBytes", metrics.keyValueCacheBytes)
            json.member("recordBytes", metrics.recordBytes)
            json.member("peakMemoryBytes", metrics.peakMemoryBytes)
        }
    }

    mutating func value(_ parent: Parent) {
        object { json in
            json.member("sha256", parent.sha256)
            json.member("step", parent.step)
            json.member("change", parent.change)
        }
    }
}

/// The largest integer up to which every integer is a JSON number in every reader: 2^53.
let exactIntegerLimit = 1 << 53

/// A seed that JSON can hold as a number without loss; larger ones are written as a string of digits.
func exactSeed(_ seed: String) -> Int? {
    guard let number = Int(seed), (0...exactIntegerLimit).contains(number), number.description == seed else {
        return nil
    }
    return number
}
