// A story as JSON, for the page and for requests.

public import JSONText
internal import Phrases

extension JSONWriter {
    /// `{"en":[…],"zh-TW":[…]}`: words as texts, a term as `{"term":"top-p","text":"Top-p"}`, a token as
    /// `{"token":"Paris"}`.
    public mutating func value(_ story: Story) {
        object { json in
            for language in Language.allCases {
                json.array(language.rawValue) { json in
                    for piece in story.text(language).pieces { json.value(piece) }
                }
            }
        }
    }

    private mutating func value(_ piece: StoryPiece) {
        switch piece {
        case .plain(let text): value(text)
        case .term(let name, let text):
            object { json in
                json.member("term", name)
                json.member("text", text)
            }
        case .token(let name): object { $0.member("token", name) }
        }
    }
}
