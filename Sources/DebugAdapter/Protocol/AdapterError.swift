// What the adapter refuses or cannot do, ready to be answered.
public import Phrases

/// Why a request gets no answer but this.
public enum AdapterError: Error, Equatable, Sendable, Worded {
    /// Not a request as the protocol has it.
    case message(FramingFault)
    case notRequest(String)
    case unknownRequest(String)
    /// A member that is missing or of another kind; what it should be.
    case member(String, expected: Phrase)
    /// The request comes before one that it needs.
    case tooEarly(needs: String)
    /// Sent a second time.
    case again(String)
    /// The session was terminated.
    case over
    /// There is nothing of that number: a thread, a frame, a reference.
    case nothing(Phrase, Int)
    /// The debugger's own refusal.
    case debugger(Phrase)
    /// The program around the adapter failed; its own message.
    case host(Phrase)

    /// A number for the protocol's message, one for each kind.
    var number: Int {
        switch self {
        case .message: 1
        case .notRequest: 2
        case .unknownRequest: 3
        case .member: 4
        case .tooEarly: 5
        case .again: 6
        case .nothing: 7
        case .debugger: 8
        case .host: 9
        case .over: 10
        }
    }

    public var phrase: Phrase {
        switch self {
        case .message(let fault): fault.phrase
        case .notRequest(let what): Phrase("this is no request: \(what)", "這不是請求：\(what)")
        case .unknownRequest(let name):
            Phrase("there is no request \(readable(name)) here", "這裡沒有 \(readable(name)) 這種請求")
        case .member(let name, let expected):
            Phrase("\(name) must be \(expected.english)", "\(name) 必須是\(expected.chinese)")
        case .tooEarly(let needs): Phrase("\(needs) comes first", "要先送 \(needs)")
        case .again(let name): Phrase("\(name) was sent already", "\(name) 已經送過了")
        case .over: Phrase("the session is over; disconnect", "工作階段已結束；請送 disconnect")
        case .nothing(let what, let number):
            Phrase("there is no \(what.english) \(number)", "沒有編號 \(number) 的\(what.chinese)")
        case .debugger(let phrase), .host(let phrase): phrase
        }
    }
}

extension FramingFault: Worded {
    public var phrase: Phrase {
        switch self {
        case .lengths(let found):
            Phrase(
                "a message needs one Content-Length header, and this one has \(found)",
                "訊息要有一個 Content-Length 標頭，這裡有 \(found) 個")
        case .badLength(let text):
            Phrase(
                "Content-Length is \(readable(text)); it must be a number", "Content-Length 是 \(readable(text))；必須是數字")
        case .badHeader(let text): Phrase("\(readable(text)) is no header", "\(readable(text)) 不是標頭")
        case .endlessHeaders(let limit):
            Phrase("the headers have no end within \(limit) bytes", "標頭在 \(limit) 個位元組內沒有結束")
        case .tooLong(let bytes, let limit):
            Phrase(
                "a message of \(bytes) bytes was passed over; at most \(limit) are read",
                "略過了 \(bytes) 個位元組的訊息；最多讀 \(limit) 個")
        case .notJSON(let reason): Phrase(same: readable(reason))
        case .cut: Phrase("the stream ended within a message", "資料流在訊息中途結束")
        }
    }
}
