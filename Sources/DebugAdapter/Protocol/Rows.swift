// What the protocol's answers are made of, as values; each writes itself.
//
// What a person reads of them is put in its visible form where it is written: a record's names may hold anything.
internal import JSONText
internal import Phrases

/// A value that is part of an answer.
protocol ProtocolValue { func write(to json: inout JSONWriter) }

extension JSONWriter {
    mutating func member(_ name: String, _ value: some ProtocolValue) {
        key(name)
        value.write(to: &self)
    }

    mutating func members<Row: ProtocolValue>(_ name: String, _ rows: [Row]) {
        array(name) { json in for row in rows { row.write(to: &json) } }
    }

    /// Text that a person reads.
    mutating func shown(_ name: String, _ text: String) { member(name, flowing(text)) }
    mutating func shown(_ name: String, _ text: String?) { if let text { member(name, flowing(text)) } }
    /// A member that stands there only if there is a value.
    mutating func optional(_ name: String, _ text: String?) { if let text { member(name, text) } }
    mutating func optional(_ name: String, _ number: Int?) { if let number { member(name, number) } }
    /// A member that stands there only if it is true.
    mutating func mark(_ name: String, _ flag: Bool) { if flag { member(name, true) } }
}

/// A document that the client asks the adapter for by its number.
struct SourceRow: ProtocolValue, Equatable {
    var name: String
    var reference: Int
    var origin: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.shown("name", name)
            json.member("sourceReference", reference)
            json.shown("origin", origin)
        }
    }
}

struct ThreadRow: ProtocolValue {
    var id: Int
    var name: String

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.shown("name", name)
        }
    }
}

struct FrameRow: ProtocolValue {
    var id: Int
    var name: String
    var source: SourceRow
    var line: Int
    /// A place that is named and has nothing of its own to show.
    var isLabel = false

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.shown("name", name)
            json.member("source", source)
            json.member("line", line)
            json.member("column", 1)
            if isLabel { json.member("presentationHint", "label") }
        }
    }
}

struct ScopeRow: ProtocolValue {
    var name: String
    var reference: Int
    var count: Int
    /// The client opens it only when it is asked to.
    var isExpensive = false

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.shown("name", name)
            json.member("variablesReference", reference)
            json.member("namedVariables", count)
            json.member("expensive", isExpensive)
        }
    }
}

struct VariableRow: ProtocolValue {
    var name: String
    var value: String
    /// What kind of value it is, in a word.
    var type: String?
    /// The question that asks for it; what has one can be watched for a change.
    var question: String?
    /// What it holds, by number; 0 for nothing.
    var reference = 0
    var canBeSet = false

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.shown("name", name)
            json.shown("value", value)
            json.shown("type", type)
            json.optional("evaluateName", question)
            json.member("variablesReference", reference)
            if !canBeSet {
                json.object("presentationHint") { json in
                    json.array("attributes") { json in json.value("readOnly") }
                }
            }
        }
    }
}

/// What became of a breakpoint that the client asked for.
struct BreakpointRow: ProtocolValue {
    var id: Int?
    var isVerified: Bool
    var message: String?
    var line: Int?
    var source: SourceRow?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.optional("id", id)
            json.member("verified", isVerified)
            json.shown("message", message)
            if let source { json.member("source", source) }
            json.optional("line", line)
        }
    }
}

struct TargetRow: ProtocolValue {
    var id: Int
    var label: String
    var line: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.shown("label", label)
            json.member("line", line)
        }
    }
}

struct CompletionRow: ProtocolValue {
    var label: String
    var start: Int
    var length: Int

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.shown("label", label)
            json.member("start", start)
            json.member("length", length)
        }
    }
}
