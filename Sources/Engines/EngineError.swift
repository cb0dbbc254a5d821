// Why another engine cannot be used, or a step not be made of what it told.
internal import Generation
public import Phrases
public import Stages

/// Why a run through another engine cannot begin or go on; its phrase is one line for the user. None holds a key.
public enum EngineError: Error, Equatable, CustomStringConvertible, Worded {
    /// The address is none that can be asked; why.
    case address(String, AddressProblem)
    /// The key in the environment cannot be sent.
    case key(KeyProblem)
    /// A request failed on its way.
    case request(path: String, RequestProblem)
    /// The server answered with another status than 200, and said this.
    case status(Int, path: String, told: String)
    /// The answer is no JSON; where.
    case notJSON(path: String, String)
    /// The answer has not what it should have.
    case answer(path: String, AnswerProblem)
    /// Nothing at the address is a server that is known here.
    case unknownServer(address: String)
    /// The server has other tokens than the model named here.
    case otherTokens(server: Int, here: Int, model: String)
    /// The server makes other text of the model's tokens.
    case otherText(model: String, server: String, here: String)
    /// The server has several models, and none was named.
    case severalModels([String])
    /// The server has no model of this name, but these.
    case noModel(String, [String])
    /// The server cuts the text that stands for the tokens into another number of them.
    case otherCut(server: Int, here: Int)
    /// The server takes text alone, and no text is read as just these tokens.
    case notText
    /// What only a model that runs here can do.
    case needsOwnPass(OwnPass)
    /// The step cannot be made of the tokens that are listed.
    case undecided(step: Int, Undecided)
    /// The stages leave no token.
    case choice(ChoiceError)
    /// A setting is out of range, or names what is not there.
    case settings(SettingsError)
    /// The prompt cannot be read.
    case prompt(Phrase)
    /// There is no such token, or step.
    case noSuch(Phrase)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .address(let text, let problem):
            Phrase("the engine's address \(visible(text)) ", "引擎位址 \(visible(text)) ") + problem.phrase
        case .key(let problem): problem.phrase
        case .request(let path, let problem): Phrase("\(path): ", "\(path)：") + problem.phrase
        case .status(let status, let path, let told): Self.words(status, path, told)
        case .notJSON(let path, let what):
            Phrase("\(path): the answer is not \(what)", "\(path)：回應有誤（\(what)）")
        case .answer(let path, let problem): Phrase("\(path): ", "\(path)：") + problem.phrase
        case .unknownServer(let address):
            Phrase(
                "\(address) answers as none of the servers that are known here (\(EngineServer.names)): see docs/engines.md",
                "\(address) 不像這裡認得的任何伺服器（\(EngineServer.names)）：請見 docs/engines.md")
        case .otherTokens(let server, let here, let model):
            Phrase(
                "the engine's model has \(server) tokens and \(model) has \(here): name the same model with --model",
                "引擎的模型有 \(server) 個詞元，而 \(model) 有 \(here) 個：請用 --model 指定同一個模型")
        case .otherText(let model, let server, let here):
            Phrase(
                "the engine reads the tokens of \(model) as \(visible(server)), not as \(visible(here)): name the same model with --model",
                "引擎把 \(model) 的詞元讀成 \(visible(server))，而不是 \(visible(here))：請用 --model 指定同一個模型")
        case .severalModels(let names):
            Phrase(
                "the engine has several models: name one with --engine-model (\(Self.some(names)))",
                "引擎有好幾個模型：請用 --engine-model 指定一個（\(Self.some(names))）")
        case .noModel(let name, let names):
            Phrase(
                "the engine has no model \(visible(name)): it has \(Self.some(names))",
                "引擎沒有 \(visible(name)) 這個模型：它有 \(Self.some(names))")
        case .otherCut(let server, let here):
            Phrase(
                "the engine reads \(server) tokens where the prompt has \(here): it cuts text otherwise, has shortened it, or runs another model than --model names",
                "提示有 \(here) 個詞元，引擎卻讀成 \(server) 個：它的切法不同、截短了提示，或它的模型不是 --model 指定的那個")
        case .notText:
            Phrase(
                "the engine takes text alone, and the tokens so far, written as text, would be read as others: it cannot go on from here",
                "引擎只收文字，而到目前為止的詞元寫成文字後會被讀成別的詞元：無法從這裡接下去")
        case .needsOwnPass(let what): what.phrase
        case .undecided(let step, let why): Phrase("step \(step): ", "第 \(step) 步：") + why.phrase
        case .choice(let error): error.phrase
        case .settings(let error): error.phrase
        case .prompt(let phrase), .noSuch(let phrase): phrase
        }
    }

    /// The first of some names, fit for a line.
    private static func some(_ names: [String]) -> String {
        let shown = names.prefix(8).map { visible($0) }.joined(separator: ", ")
        return names.count > 8 ? shown + ", …" : shown
    }

    private static func words(_ status: Int, _ path: String, _ told: String) -> Phrase {
        let said = told.isEmpty ? Phrase("", "") : Phrase("; it says: \(told)", "；它說：\(told)")
        let what: Phrase =
            switch status {
            case 401, 403:
                Phrase(
                    "\(path): the engine refuses the key or asks for one (\(status)): set \(EngineKey.variable) in the environment",
                    "\(path)：引擎不接受金鑰或要求金鑰（\(status)）：請設定環境變數 \(EngineKey.variable)")
            case 404: Phrase("\(path): the engine has no such page (404)", "\(path)：引擎沒有這個網址（404）")
            case 429:
                Phrase("\(path): the engine is too busy (429): try later", "\(path)：引擎太忙（429）：請稍後再試")
            case 300..<400:
                Phrase(
                    "\(path): the engine sends the request elsewhere (\(status)), which is not followed: give the address itself",
                    "\(path)：引擎把請求轉到別處（\(status)），這裡不跟隨：請直接給那個位址")
            default: Phrase("\(path): the engine answers \(status)", "\(path)：引擎回應 \(status)")
            }
        return what + said
    }
}

/// What is wrong with an address.
public enum AddressProblem: Equatable, Sendable {
    /// It begins with neither http:// nor https://.
    case scheme
    /// It names nobody, or holds what no address holds.
    case host
    /// A user, a question or a place within a page stands in it.
    case extras

    var phrase: Phrase {
        switch self {
        case .scheme:
            Phrase(
                "has no http:// or https:// (try http://127.0.0.1:8080)",
                "沒有 http:// 或 https://（例如 http://127.0.0.1:8080）")
        case .host: Phrase("names no host (try http://127.0.0.1:8080)", "沒有主機名稱（例如 http://127.0.0.1:8080）")
        case .extras:
            Phrase(
                "may hold a host, a port and a path alone; a key goes into \(EngineKey.variable)",
                "只能有主機、連接埠與路徑；金鑰請放在 \(EngineKey.variable)")
        }
    }
}

/// Why a key is not sent.
public enum KeyProblem: Equatable, Sendable {
    /// It holds characters that no header can.
    case characters
    /// It would go over the network unencrypted.
    case inClear

    var phrase: Phrase {
        switch self {
        case .characters:
            Phrase(
                "\(EngineKey.variable) holds characters that no key has, such as a line end: set it anew",
                "\(EngineKey.variable) 含有金鑰不會有的字元，例如換行：請重新設定")
        case .inClear:
            Phrase(
                "\(EngineKey.variable) would go over the network unencrypted: use https, or an address of this machine",
                "\(EngineKey.variable) 會未加密地經過網路：請用 https，或本機的位址")
        }
    }
}

/// What went wrong with a request.
public enum RequestProblem: Equatable, Sendable {
    case unreached, cancelled, broken, untrusted, noTLS, failed, repeatsKey
    case timedOut(seconds: Int)
    case tooLong(bytes: Int)

    var phrase: Phrase {
        switch self {
        case .unreached:
            Phrase("nobody answers there: is the engine started?", "那裡沒有回應：引擎啟動了嗎？")
        case .cancelled: Phrase("the request was given up", "請求已放棄")
        case .broken:
            Phrase("the connection ended before the answer did, or what came is no HTTP", "回應還沒結束連線就斷了，或收到的不是 HTTP")
        case .untrusted:
            Phrase(
                "the engine's certificate is not trusted: have this system trust it, or give http:// for an engine on this machine",
                "引擎的憑證不受信任：請讓系統信任它；引擎在本機時可用 http://")
        case .noTLS:
            Phrase("what answers there does not speak https: is it http://?", "那裡的伺服器不使用 https：是不是 http://？")
        case .failed: Phrase("the request could not be made", "無法送出請求")
        case .repeatsKey: Phrase("the answer repeats the key: it is not used", "回應裡出現金鑰：不予採用")
        case .timedOut(let seconds):
            Phrase(
                "no answer within \(seconds) s (--engine-timeout sets how long to wait)",
                "\(seconds) 秒內沒有回應（用 --engine-timeout 設定等多久）")
        case .tooLong(let bytes):
            Phrase("the answer is longer than \(bytes) bytes: it is not read", "回應超過 \(bytes) 個位元組：不讀取")
        }
    }
}

/// What is wrong with an answer.
public enum AnswerProblem: Equatable, Sendable {
    /// A member that has to be there.
    case missing(String)
    /// A token's id outside the vocabulary.
    case id(Int, vocabulary: Int)
    case twice(Int)
    /// A log-probability that is none.
    case logProbability(String)
    /// Probabilities that sum to more than 1.
    case sum(Double)
    case none
    /// Several continuations where one was asked for.
    case choices(Int)
    /// The likeliest token's text is that of none here, or of several.
    case unnamed(String)
    /// The texts have lost the blanks in front of them.
    case noBlanks
    /// The token that the server drew stands in place of a likelier one.
    case listsDrawn

    var phrase: Phrase {
        switch self {
        case .missing(let name): Phrase("the answer has no \(name)", "回應裡沒有 \(name)")
        case .id(let id, let vocabulary):
            Phrase(
                "the answer lists the token \(id); ids are 0…\(vocabulary - 1)", "回應列出詞元 \(id)；編號為 0…\(vocabulary - 1)")
        case .twice(let id): Phrase("the answer lists the token \(id) twice", "回應把詞元 \(id) 列了兩次")
        case .logProbability(let text):
            Phrase(
                "the answer has \(text) for a log-probability, which is a number up to 0",
                "回應以 \(text) 作為對數機率；它應是不大於 0 的數")
        case .sum(let sum):
            Phrase(
                "the listed probabilities sum to \(fixed(sum, 4)): they are not those of one distribution",
                "列出的機率總和是 \(fixed(sum, 4))：不是同一個分布")
        case .none: Phrase("the answer lists no token", "回應沒有列出任何詞元")
        case .choices(let count):
            Phrase("the answer has \(count) continuations, not one", "回應有 \(count) 個接續，而不是一個")
        case .unnamed(let text):
            Phrase(
                "the likeliest token is told by its text alone, and no single token of --model has the text “\(visible(text))”",
                "最有可能的詞元只以文字給出，而 --model 的詞元之中並非恰有一個的文字是「\(visible(text))」")
        case .noBlanks:
            Phrase(
                "the tokens are told by texts without the blanks in front of them: which they are cannot be known",
                "詞元只以文字給出，又少了前面的空格：無法得知是哪些詞元")
        case .listsDrawn:
            Phrase(
                "the token that the engine drew is listed in place of a likelier one: what is not listed is not bounded",
                "引擎把自己抽到的詞元列在更有可能的詞元的位置：未列出的部分便沒有上限")
        }
    }
}
