// What is found out of an engine before the first step.
public import Generation
internal import JSONText
internal import Phrases
internal import Tokenizers
internal import Transformers

/// An engine that was asked what it can tell.
public final class Engine {
    public let connection: EngineConnection
    let server: EngineServer
    public let facts: ServerFacts
    /// The model that is asked.
    public let model: ServerModel
    /// How many tokens each answer lists.
    public private(set) var count: ListCount
    public private(set) var findings = EngineFindings()
    public let vocabularySize: Int
    private let reader: AnswerReader
    /// A token that a server may be told to draw.
    private let harmless: Int?

    /// Finds out which server it is, whether its tokens are the model's, and how many of them it lists.
    ///
    /// - Parameters:
    ///   - model: the words of the same model.
    ///   - name: which of the server's models is asked, as it calls it; nil where it has one.
    ///   - count: how many tokens are wanted; a server that lists fewer is asked for fewer.
    public init(
        _ connection: EngineConnection, model: LanguageModel, named name: String? = nil, count: ListCount
    ) throws(EngineError) {
        self.connection = connection
        var found: (EngineServer, ServerFacts)?
        for server in EngineServer.all {
            if let facts = try server.recognise(connection) {
                found = (server, facts)
                break
            }
        }
        guard let found else { throw .unknownServer(address: connection.address.text) }
        (server, facts) = found
        self.model = try Self.chosen(facts.models, name)
        vocabularySize = model.configuration.vocabularySize
        reader = AnswerReader(server, TokenTexts(model.tokenizer, vocabularySize: vocabularySize))
        harmless = model.tokenizer.encode(Array("a".utf8), framed: false).ids.last
        self.count = count.most(of: vocabularySize) > server.mostListed ? .some(server.mostListed) : count
        if let theirs = self.model.vocabularySize, theirs != vocabularySize {
            throw .otherTokens(server: theirs, here: vocabularySize, model: model.configuration.name)
        }
        findings.speculates = facts.speculates
        findings.takesIDs = facts.takesIDs
        try compareText(model)
        let hello = model.tokenizer.encode(Array("Hello".utf8)).ids
        let listing = try findCount(hello, model)
        try findNumbers(hello, listing)
        try findDraws(hello, listing)
    }

    /// One of the server's models by its name, or the only one. Ollama's names end in a tag, which is left out as a rule.
    private static func chosen(_ models: [ServerModel], _ name: String?) throws(EngineError) -> ServerModel {
        guard let name else {
            if models.count > 1 { throw .severalModels(models.map { $0.name }) }
            return models.first ?? ServerModel(name: "")
        }
        guard let model = models.first(where: { $0.name == name || $0.name == name + ":latest" }) else {
            throw .noModel(name, models.map { $0.name })
        }
        return model
    }

    /// The same tokens must be the same text here and there.
    private func compareText(_ model: LanguageModel) throws(EngineError) {
        let sample = "Stepglass 2026 reads the same tokens"
        let ids = model.tokenizer.encode(Array(sample.utf8), framed: false).ids
        guard !ids.isEmpty else { return }
        guard let theirs = try server.text(connection, ids, self.model.name) else {
            // Without a page for it, how many tokens the server reads tells most of it.
            try findPrompt(model.tokenizer.encode(Array(sample.utf8)).ids, text: sample)
            return
        }
        let ours = String(decoding: model.tokenizer.decode(ids), as: UTF8.self)
        func trimmed(_ text: String) -> Substring { text.drop { $0 == " " } }
        if trimmed(theirs) != trimmed(ours) {
            throw .otherText(model: model.configuration.name, server: cut(theirs, to: 80), here: ours)
        }
    }

    /// Ids are sent where the server takes them and reads as many; else text. As text the sample must be as many tokens there
    /// as here either way: the model behind ids may be another one.
    private func findPrompt(_ ids: [Int], text: String) throws(EngineError) {
        if findings.takesIDs == nil {
            findings.takesIDs = true
            do throws(EngineError) {
                findings.takesIDs = try ask(ids, count: .some(1)).promptTokens != nil
            } catch {
                switch error {
                case .status(400, _, _), .status(422, _, _), .status(500, _, _), .answer(_, .choices), .otherCut: break
                default: throw error
                }
                findings.takesIDs = false
            }
        }
        let answer = try ask(ids, count: .some(1), as: .text(text))
        if answer.promptTokens == nil && findings.takesIDs == false {
            throw .answer(path: server.path, .missing("count of the prompt's tokens"))
        }
    }

    /// A server may list fewer than are wanted, and say so by refusing: then fewer are asked for.
    private func findCount(_ ids: [Int], _ model: LanguageModel) throws(EngineError) -> Listing {
        var refusal: EngineError?
        for count in [count] + Self.fewer.filter({ $0 < self.count.most(of: vocabularySize) }).map(ListCount.some) {
            do throws(EngineError) {
                let answer = try ask(ids, count: count)
                findings.namesIDs = answer.told.allSatisfy { if case .id = $0.name { true } else { false } }
                if findings.namesIDs == false { try checkBlanks(ids, answer, model) }
                let listing = try listing(answer, count)
                self.count = count
                // Where all that was asked for are listed, one of them may be what the server drew.
                if !listing.isWhole && answer.told.count <= count.most(of: vocabularySize) {
                    self.count = .some(try likeliest(ids, answer, count))
                }
                return listing
            } catch {
                guard case .status(let status, _, _) = error, [400, 422].contains(status) else { throw error }
                refusal = refusal ?? error
            }
        }
        throw refusal ?? .answer(path: server.path, .none)
    }

    /// How many of the likeliest an answer to so many lists, without what the server drew beside them: drawn cold it is the
    /// likeliest. Where cold numbers are others, a few draws show it.
    private func likeliest(_ ids: [Int], _ answer: EngineAnswer, _ count: ListCount) throws(EngineError) -> Int {
        func best(_ answer: EngineAnswer) -> Double { answer.told.map { $0.logProbability }.max() ?? 0 }
        let cold = try ask(ids, count: count, temperature: 0.01)
        if abs(best(cold) - best(answer)) < Double(Self.tolerance) { return min(cold.told.count, answer.told.count) }
        var least = answer.told.count
        for seed in [1, 2, 3] { least = min(least, try ask(ids, count: count, seed: seed).told.count) }
        return least
    }

    /// Some texts must begin with a blank, behind one beginning or another.
    private func checkBlanks(
        _ ids: [Int], _ answer: EngineAnswer, _ model: LanguageModel
    ) throws(EngineError) {
        if reader.texts.areWhole(answer.told) { return }
        let other = model.tokenizer.encode(Array("There was a little house and a".utf8)).ids
        for prompt in [ids, other] {
            for count in Self.fewer {
                guard let answer = try? ask(prompt, count: .some(count)) else { continue }
                if reader.texts.areWhole(answer.told) { return }
                break
            }
        }
        throw .answer(path: server.path, .noBlanks)
    }

    /// Whether the numbers are those before the server's own settings, and whether they stay.
    private func findNumbers(_ ids: [Int], _ listing: Listing) throws(EngineError) {
        let other = try self.listing(try ask(ids, count: count, temperature: 0.5), count)
        findings.isRaw = zip(listing.tokens, other.tokens).allSatisfy {
            $0.id == $1.id && abs($0.logProbability - $1.logProbability) < Self.tolerance
        }
        findings.spread = listing.difference(from: try list(ids))
    }

    /// What becomes of the token that the server draws itself: drawn hot, so that it is seldom the likeliest.
    private func findDraws(_ ids: [Int], _ listing: Listing) throws(EngineError) {
        let best = listing.tokens[0]
        var drawn: [String?] = []
        var (isBeside, hasAnswered) = (false, false)
        for seed in [7, 7, 7, 8, 9] {
            let answer: EngineAnswer
            do throws(EngineError) {
                answer = try ask(
                    ids, count: .some(1), temperature: findings.isRaw == true ? 2 : 1, seed: seed, isFree: true)
            } catch {
                if case .answer(_, .missing(Self.list)) = error { continue }
                throw error
            }
            hasAnswered = true
            if seed == 7 { drawn.append(answer.drawn) }
            isBeside = isBeside || answer.told.count > 1
            // One in place of a likelier one: what is not listed could be likelier than what is.
            if let first = try? self.listing(answer, .some(1)).tokens[0], first.id != best.id,
                first.logProbability < best.logProbability - Self.tolerance
            {
                throw .answer(path: server.path, .listsDrawn)
            }
        }
        if hasAnswered { findings.listsDrawn = isBeside }
        findings.keepsSeed = !server.takesSeed || drawn.count < 3 || drawn.contains(nil) ? nil : Set(drawn).count == 1
    }

    /// By how much a log-probability of two equal requests may differ.
    private static let tolerance: Float = 1e-3
    /// What servers list at most by default.
    private static let fewer = [20, 5]

    /// The likeliest tokens behind `ids`.
    func list(_ ids: [Int]) throws(EngineError) -> Listing { try listing(try ask(ids, count: count), count) }

    private func listing(_ answer: EngineAnswer, _ count: ListCount) throws(EngineError) -> Listing {
        try reader.listing(answer, asked: count.most(of: vocabularySize))
    }

    /// - Parameter isFree: what the server draws is of interest, and it may be what keeps it from listing.
    private func ask(
        _ ids: [Int], count: ListCount, as text: EnginePrompt? = nil, temperature: Double = 1, seed: Int = 0,
        isFree: Bool = false
    ) throws(EngineError) -> EngineAnswer {
        let prompt = if let text { text } else { try prompt(ids) }
        let most = count.most(of: vocabularySize)
        var question = EngineQuestion(
            model: model.name, prompt: prompt, count: count, most: most, harmless: isFree ? nil : harmless,
            temperature: temperature, seed: seed)
        for attempt in 1... {
            let answer = try connection.ask(server.path, tokens: most) { [server] json in server.write(&json, question)
            }
            do throws(EngineError) {
                let read = try server.read(answer, server.path)
                if let theirs = read.promptTokens {
                    if theirs != ids.count { throw .otherCut(server: theirs, here: ids.count) }
                } else if findings.takesIDs == false {
                    throw .answer(path: server.path, .missing("count of the prompt's tokens"))
                }
                // Where the key of what was drawn cannot be told, it hides others: another draw hides none.
                if isFree || attempt == Self.draws || !reader.texts.hidesFirst(read) { return read }
                question.seed = seed + attempt
                question.temperature = findings.isRaw == true ? 2 : temperature
            } catch {
                guard !isFree, attempt < Self.draws, case .answer(_, .missing(Self.list)) = error else { throw error }
                // Some list nothing where they draw the end of a text, or a part of a character: another draw lists the same.
                question.seed = seed + attempt
                question.temperature = findings.isRaw == true ? 2 : temperature
            }
        }
        throw .answer(path: server.path, .none)
    }

    /// What a server leaves out that lists nothing.
    private static let list = "logprobs"
    /// How often it is asked then.
    private static let draws = 8

    private func prompt(_ ids: [Int]) throws(EngineError) -> EnginePrompt {
        if findings.takesIDs == true { return .ids(ids) }
        guard let text = reader.texts.text(of: ids) else { throw .notText }
        return .text(text)
    }
}
