// Answers of questions, the values inside a step, and the way of a token, as data.
internal import Debugging
internal import JSONText
internal import Phrases
internal import Stages
internal import Traces

extension JSONWriter {
    /// `"id","source","type","value","unit"`, and for an unknown `"reason"`.
    mutating func members(_ answered: Answered) {
        member("id", answered.id)
        member("source", answered.source)
        members(answered.answer)
    }

    mutating func members(_ answer: QuestionAnswer) {
        member("type", answer.value.kind)
        key("value")
        switch answer.value {
        case .number(let number): value(number)
        case .boolean(let truth): value(truth)
        case .text(let bytes): value(String(decoding: bytes, as: UTF8.self))
        case .token(let token): value(token)
        case .stage(let name): if let name { value(name) } else { null() }
        case .end(let name): value(name)
        case .finish(let reason): if let reason { value(reason.rawValue) } else { null() }
        case .head(let layer, let head): value("\(layer).\(head)")
        case .range(let low, let high): array { json in for end in [low, high] { json.value(end) } }
        case .tokenSet(let count): value(count)
        case .unknown(let reason):
            null()
            member("reason", reason.phrase)
        }
        member("unit", answer.unit.rawValue)
    }

    /// `"step","path","variables"`.
    mutating func members(_ frame: Frame, step: Int) {
        member("step", step)
        array("path") { json in for place in frame.path { json.value(place.title) } }
        array("variables") { json in for variable in frame.variables { json.value(variable) } }
        array("children") { json in for child in frame.children { json.value(child.title) } }
    }

    private mutating func value(_ variable: Variable) {
        object { json in
            json.member("direction", variable.direction.kind)
            json.member("name", variable.name)
            switch variable.value {
            case .number(let number, let unit):
                json.member("number", number)
                json.member("unit", unit.rawValue)
            case .shape(let sizes): json.array("shape") { json in for size in sizes { json.value(size) } }
            case .text(let bytes): json.member("text", String(decoding: bytes, as: UTF8.self))
            case .words(let phrase): json.member("words", phrase)
            case .tokens(let tokens, let unit):
                json.member("unit", unit.rawValue)
                json.array("tokens") { json in
                    for token in tokens {
                        json.object { json in
                            json.member("position", token.position)
                            json.member("bytes", hexadecimal(token.bytes))
                            json.member("value", token.value)
                        }
                    }
                }
            }
        }
    }

    /// `"topic"`, and the rows where they are data that no other request gives.
    mutating func members(_ table: InfoTable) {
        member("topic", table.topic)
        switch table {
        case .attention(let table):
            member("layer", table.layer)
            member("head", table.head)
            member("query", table.query)
            array("places") { json in
                for place in table.places {
                    json.object { json in
                        json.member("key", place.key)
                        json.member("weight", place.weight)
                    }
                }
            }
        case .watches(let rows):
            array("watches") { json in
                for series in rows {
                    json.object { json in
                        json.member("id", series.id)
                        json.member("source", series.question.source)
                    }
                }
            }
        case .displays(let rows):
            array("displays") { json in
                for answered in rows { json.object { json in json.members(answered) } }
            }
        case .breakpoints(let points):
            array("breakpoints") { json in
                for point in points {
                    json.object { json in
                        json.member("id", point.id)
                        json.member("source", point.question.source)
                        json.member("enabled", point.isEnabled)
                        json.member("hits", point.hits)
                    }
                }
            }
        default: break
        }
    }

    /// `"step","token","rank","isChosen","removedBy","stages","remedies"`.
    mutating func members(_ path: TokenPath) {
        member("step", path.step)
        key("token")
        value(path.token)
        member("rank", path.candidate?.rank)
        member("isChosen", path.isChosen)
        member("removedBy", path.candidate?.removedBy)
        array("stages") { json in
            for stage in path.stages {
                json.object { json in
                    json.member("name", stage.name)
                    json.member("logit", stage.logit)
                    json.member("kept", stage.kept)
                }
            }
        }
        guard case .known(let remedies) = path.remedies else { return }
        array("remedies") { json in for remedy in remedies.single { json.value(remedy) } }
        if let pair = remedies.pair {
            key("pair")
            value(pair)
        }
        if remedies.unpaired > 0 { member("unpaired", remedies.unpaired) }
    }

    private mutating func value(_ remedy: Remedy) {
        object { json in
            json.array("adjustments") { json in
                for adjustment in remedy.adjustments {
                    json.object { json in
                        json.member("option", adjustment.option)
                        json.member("stage", adjustment.stage)
                        json.member("token", adjustment.token)
                        json.member("from", adjustment.from)
                        json.member("to", adjustment.to)
                    }
                }
            }
            json.member("probability", remedy.probability)
        }
    }
}

extension QuestionValue {
    /// Its type in an answer.
    fileprivate var kind: String {
        switch self {
        case .number: "number"
        case .boolean: "boolean"
        case .text: "text"
        case .token: "token"
        case .stage: "stage"
        case .end: "end"
        case .finish: "finish"
        case .head: "head"
        case .range: "range"
        case .tokenSet: "tokens"
        case .unknown: "unknown"
        }
    }
}

extension Variable.Direction {
    fileprivate var kind: String {
        switch self {
        case .input: "input"
        case .output: "output"
        case .parameter: "parameter"
        }
    }
}

extension InfoTable {
    fileprivate var topic: String {
        switch self {
        case .candidates: "candidates"
        case .attention: "attention"
        case .stages: "stages"
        case .kv: "kv"
        case .timing: "timing"
        case .tokens: "tokens"
        case .beam: "beam"
        case .breakpoints: "breakpoints"
        case .branches: "branches"
        case .watches: "watches"
        case .displays: "displays"
        case .checkpoints: "checkpoints"
        case .listing: "listing"
        case .settings: "settings"
        }
    }
}
