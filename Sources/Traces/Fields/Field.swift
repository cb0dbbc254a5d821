// The tables of fields: one row for each field of a type is all that the writer, the reader, the schema, the page's check
// and the differences know of it. To add a field, add its property and its row.
import JSONText

/// How much of a trace is written.
enum Extent: Sendable {
    case everything
    /// What two equal runs have in common: no times, no memory figures.
    case equalInEqualRuns
}

/// What the model of a trace allows in the rest of it.
struct Bounds: Sendable {
    var vocabularySize = Int.max
    var layers = Int.max
}

/// When a field stands in a file.
enum Presence<Owner: Sendable>: Sendable {
    case always
    /// In all files of today; not in those of earlier builds, and then it keeps its blank value.
    case new
    /// Only where there is something to say.
    case unless(@Sendable (Owner) -> Bool)
}

/// What only the schema and the page's check of a file ask of a field. The engine inside a page writes no schema: there it
/// is nothing, and neither notes nor shapes are linked.
struct ForSchema<Fact: Sendable>: Sendable {
    #if hasFeature(Embedded)
        @inline(__always)
        init(_ fact: @autoclosure () -> Fact) {}
        var fact: Fact { fatalError("the engine inside a page writes no schema") }
    #else
        let fact: Fact
        init(_ fact: @autoclosure () -> Fact) { self.fact = fact() }
    #endif
}

/// What a field is, for the schema: a literal. The engine inside a page has none of these texts.
struct FieldNote: ExpressibleByStringLiteral, Sendable {
    #if hasFeature(Embedded)
        @inline(__always)
        init(stringLiteral text: StaticString) {}
        var text: String { "" }
    #else
        let text: String
        init(stringLiteral text: String) { self.text = text }
    #endif
}

/// One field of a type: a row of its table. A class, so that going through a table copies no closures.
final class Field<Owner: Sendable>: Sendable {
    /// What the schema and the page's check know of it beside its key.
    struct Facts: Sendable {
        let shape: Shape
        /// What it is, in what unit; empty when the key says it all.
        let note: String
    }

    let key: String
    /// The key as it stands in a file, with its colon.
    let keyText: [UInt8]
    let facts: ForSchema<Facts>
    let presence: Presence<Owner>
    /// Whether it is a time or another figure that differs between two equal runs.
    let isCost: Bool
    /// What it is called where people compare runs: of a setting, its option. nil: it is not shown there.
    let name: String?
    /// Its value as data to be worded for people.
    let tell: (@Sendable (Owner) -> FieldValue)?

    typealias Write = @Sendable (Owner, inout JSONWriter, Extent) -> Void
    typealias Read = @Sendable (JSONValue, inout Owner, Bounds) throws(TraceError) -> Void
    let write: Write
    /// Errors name the way from the field on.
    let read: Read
    /// Puts one owner's value into another, where the field may be set anew while a run goes on (settings).
    let copy: (@Sendable (Owner, inout Owner) -> Void)?

    /// What the others come to. It does not know the value's type: where generic code is made anew for each of them, as for
    /// the page, there is little of it.
    @inline(never)
    private init(
        _ key: String, _ facts: ForSchema<Facts>, _ presence: Presence<Owner>, _ isCost: Bool = false,
        _ name: String? = nil, _ tell: (@Sendable (Owner) -> FieldValue)? = nil, write: @escaping Write,
        read: @escaping Read, copy: (@Sendable (Owner, inout Owner) -> Void)? = nil
    ) {
        self.key = key
        keyText = Array("\"\(key)\":".utf8)
        self.facts = facts
        self.presence = presence
        self.isCost = isCost
        self.name = name
        self.tell = tell
        self.write = write
        self.read = read
        self.copy = copy
    }

    /// A row: the key, how its value stands in JSON, what it is, where it is kept.
    ///
    /// Neither this nor the next is made anew for each of the hundreds of rows: that took a fifth of this target's build
    /// and gave nothing that could be measured.
    #if !hasFeature(Embedded)
        @_semantics("optimize.sil.specialize.generic.never")
    #endif
    @inline(never)
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ note: FieldNote, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void
    ) {
        self.init(
            key, ForSchema(Facts(shape: form.shape.fact, note: note.text)), .always,
            write: { owner, json, extent in form.write(get(owner), &json, extent) },
            read: { (value, owner, bounds) throws(TraceError) in set(&owner, try form.read(value, bounds)) })
    }

    /// A row with more to it than where its value is kept.
    ///
    /// - Parameter check: how it has to agree with the rows above it; runs once it is read.
    #if !hasFeature(Embedded)
        @_semantics("optimize.sil.specialize.generic.never")
    #endif
    @inline(never)
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ note: FieldNote, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void, presence: Presence<Owner> = .always,
        isCost: Bool = false, name: String? = nil, changesOnTheWay: Bool = false,
        check: (@Sendable (Owner) throws(TraceError) -> Void)? = nil
    ) {
        var told: (@Sendable (Owner) -> FieldValue)?
        if let tell = form.tell { told = { tell(get($0)) } }
        var copy: (@Sendable (Owner, inout Owner) -> Void)?
        if changesOnTheWay { copy = { from, to in set(&to, get(from)) } }
        self.init(
            key, ForSchema(Facts(shape: form.shape.fact, note: note.text)), presence, isCost, name, told,
            write: { owner, json, extent in form.write(get(owner), &json, extent) },
            read: { (value, owner, bounds) throws(TraceError) in
                set(&owner, try form.read(value, bounds))
                if let check { try check(owner) }
            },
            copy: copy)
    }

    /// The same where the key says it all.
    @inline(__always)
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void, presence: Presence<Owner> = .always,
        isCost: Bool = false, name: String? = nil, changesOnTheWay: Bool = false,
        check: (@Sendable (Owner) throws(TraceError) -> Void)? = nil
    ) {
        self.init(
            key, form, "", get, set, presence: presence, isCost: isCost, name: name, changesOnTheWay: changesOnTheWay,
            check: check)
    }

    /// A plain row whose key says it all.
    @inline(__always)
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void
    ) {
        self.init(key, form, "", get, set)
    }

    /// A row that cannot be read without those above it.
    convenience init(
        _ key: String, _ shape: @autoclosure () -> Shape, _ note: FieldNote = "", presence: Presence<Owner> = .always,
        write: @escaping Write, read: @escaping Read
    ) {
        self.init(key, ForSchema(Facts(shape: shape(), note: note.text)), presence, write: write, read: read)
    }

    /// Some of a type's properties, as an object of their own.
    convenience init(_ key: String, part: FieldTable<Owner>, _ note: FieldNote = "") {
        self.init(
            key, .object(part.schema.fact.name), note,
            write: { owner, json, extent in part.write(owner, &json, extent) },
            read: { (value, owner, bounds) throws(TraceError) in try part.read(value, into: &owner, bounds) })
    }

    func isWritten(_ owner: Owner, _ extent: Extent) -> Bool {
        if isCost && extent == .equalInEqualRuns { return false }
        return switch presence {
        case .always, .new: true
        case .unless(let isEmpty): !isEmpty(owner)
        }
    }

    /// Whether files of this version have it whatever it is.
    var isPromised: Bool { if case .always = presence { true } else { false } }
}

/// All fields of a type, in the order in which they are written.
struct FieldTable<Owner: Sendable>: Sendable {
    /// What the schema calls the object, and what it is.
    let schema: ForSchema<(name: String, note: String)>
    /// What the fields of a file are read into.
    let blank: Owner
    /// Whether a file may leave out any field, which then keeps its blank value.
    let keepsBlanks: Bool
    let fields: [Field<Owner>]

    init(
        _ name: String, _ note: FieldNote, blank: Owner, keepsBlanks: Bool = false, _ fields: [Field<Owner>]
    ) {
        schema = ForSchema((name: name, note: note.text))
        self.blank = blank
        self.keepsBlanks = keepsBlanks
        self.fields = fields
    }

    func write(_ owner: Owner, _ json: inout JSONWriter, _ extent: Extent) {
        json.openObject()
        for field in fields where field.isWritten(owner, extent) {
            json.key(written: field.keyText)
            field.write(owner, &json, extent)
        }
        json.closeObject()
    }

    func read(_ value: JSONValue, _ bounds: Bounds) throws(TraceError) -> Owner {
        var owner = blank
        try read(value, into: &owner, bounds)
        return owner
    }

    func read(_ value: JSONValue, into owner: inout Owner, _ bounds: Bounds) throws(TraceError) {
        let members = try ObjectReader(value).object
        for field in fields { try read(field, of: members, into: &owner, bounds) }
    }

    func read(_ field: Field<Owner>, of members: JSONObject, into owner: inout Owner, _ bounds: Bounds)
        throws(TraceError)
    {
        guard let value = members[field.key] else {
            if keepsBlanks || !field.isPromised { return }
            throw .field(path: field.key, problem: "is missing")
        }
        do { try field.read(value, &owner, bounds) } catch { throw error.inside(field.key) }
    }

    var definition: Definition {
        Definition(
            name: schema.fact.name, note: schema.fact.note,
            rows: fields.map {
                Definition.Row(
                    key: $0.key, shape: $0.facts.fact.shape, note: $0.facts.fact.note, isPromised: $0.isPromised,
                    mayBeMissing: keepsBlanks || !$0.isPromised)
            })
    }

    /// The fields that have a name for people and something to say, with their values.
    func told(_ owner: Owner) -> [(name: String, value: FieldValue)] {
        var rows: [(name: String, value: FieldValue)] = []
        for field in fields where field.isWritten(owner, .everything) {
            if let name = field.name, let tell = field.tell { rows.append((name, tell(owner))) }
        }
        return rows
    }
}
