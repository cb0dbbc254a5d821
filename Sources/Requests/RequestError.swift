// Why a request has no result.
public import Debugging
internal import Generation
internal import JSONText
internal import ModelFiles
public import Phrases
internal import Stages
internal import Traces

/// What is wrong with a request, or with what it asked for, ready to be told.
public enum RequestError: Error, Equatable, Sendable, Worded {
    /// The request itself: no JSON, an unknown name, a member that is missing or of another type.
    case request(Phrase)
    /// A model cannot be opened.
    case model(Phrase)
    /// A run cannot begin or go on; a trace cannot be read.
    case run(Phrase)
    /// A question or a command of the debugger.
    case debugger(DebuggingError)

    public var phrase: Phrase {
        switch self {
        case .request(let phrase), .model(let phrase), .run(let phrase): phrase
        case .debugger(let error): error.phrase
        }
    }

    /// What it is called in an answer.
    var kind: String {
        switch self {
        case .request: "request"
        case .model: "model"
        case .run: "run"
        case .debugger(.question): "question"
        case .debugger(.command): "command"
        case .debugger(.maker): "run"
        }
    }
}

extension JSONWriter {
    /// `{"kind","message"}`, for a question with `"source","start","end"`.
    mutating func value(_ error: RequestError) {
        object { json in
            json.member("kind", error.kind)
            json.member("message", error.phrase)
            if case .debugger(.question(let source, let span, _)) = error {
                json.member("source", source)
                json.member("start", span.lowerBound)
                json.member("end", span.upperBound)
            }
        }
    }

    /// `{"en","zh-TW"}`.
    mutating func value(_ phrase: Phrase) {
        object { json in for language in Language.allCases { json.member(language.rawValue, phrase[language]) } }
    }

    mutating func member(_ name: String, _ phrase: Phrase) {
        key(name)
        value(phrase)
    }
}
