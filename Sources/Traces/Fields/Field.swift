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

/// One field of a type: a row of its table. A class, so that going through a table copies no closures.
final class Field<Owner: Sendable>: Sendable {
    let key: String
    /// The key as it stands in a file, with its colon.
    let keyText: [UInt8]
    let shape: Shape
    /// What it is, in what unit; empty when the key says it all.
    let note: String
    let presence: Presence<Owner>
    /// Whether it is a time or another figure that differs between two equal runs.
    let isCost: Bool
    /// Whether it may be set anew while a run goes on (settings).
    let changesOnTheWay: Bool
    /// What it is called where people compare runs: of a setting, its option. nil: it is not shown there.
    let name: String?
    /// Its value as data to be worded for people.
    let tell: (@Sendable (Owner) -> FieldValue)?

    let write: @Sendable (Owner, inout JSONWriter, Extent) -> Void
    /// Errors name the way from the field on.
    let read: @Sendable (JSONValue, inout Owner, Bounds) throws(TraceError) -> Void
    /// Puts one owner's value into another.
    let copy: @Sendable (Owner, inout Owner) -> Void

    /// A row: the key, how its value stands in JSON, what it is, where it is kept.
    ///
    /// Not made anew for each of the hundreds of rows: that took a fifth of this target's build and gave nothing that
    /// could be measured.
    ///
    /// - Parameter check: how it has to agree with the rows above it; runs once it is read.
    #if !hasFeature(Embedded)
        @_semantics("optimize.sil.specialize.generic.never")
    #endif
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ note: String, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void, presence: Presence<Owner> = .always,
        isCost: Bool = false, name: String? = nil, changesOnTheWay: Bool = false,
        check: @escaping @Sendable (Owner) throws(TraceError) -> Void = { (_) throws(TraceError) in }
    ) {
        var told: (@Sendable (Owner) -> FieldValue)?
        if let tell = form.tell { told = { tell(get($0)) } }
        self.init(
            key, form.shape, note, presence, isCost, changesOnTheWay, name, told,
            write: { owner, json, extent in form.write(get(owner), &json, extent) },
            read: { (value, owner, bounds) throws(TraceError) in
                set(&owner, try form.read(value, bounds))
                try check(owner)
            },
            copy: { from, to in set(&to, get(from)) })
    }

    /// What the others come to. It does not know the value's type: where generic code is made anew for each of them, as for
    /// the page, there is little of it.
    @inline(never)
    private init(
        _ key: String, _ shape: Shape, _ note: String, _ presence: Presence<Owner>, _ isCost: Bool,
        _ changesOnTheWay: Bool, _ name: String?, _ tell: (@Sendable (Owner) -> FieldValue)?,
        write: @escaping @Sendable (Owner, inout JSONWriter, Extent) -> Void,
        read: @escaping @Sendable (JSONValue, inout Owner, Bounds) throws(TraceError) -> Void,
        copy: @escaping @Sendable (Owner, inout Owner) -> Void
    ) {
        self.key = key
        keyText = Array("\"\(key)\":".utf8)
        self.shape = shape
        self.note = note
        self.presence = presence
        self.isCost = isCost
        self.changesOnTheWay = changesOnTheWay
        self.name = name
        self.tell = tell
        self.write = write
        self.read = read
        self.copy = copy
    }

    /// A row whose key says it all.
    #if !hasFeature(Embedded)
        @_semantics("optimize.sil.specialize.generic.never")
    #endif
    convenience init<Value: Sendable>(
        _ key: String, _ form: Form<Value>, _ get: @escaping @Sendable (Owner) -> Value,
        _ set: @escaping @Sendable (inout Owner, Value) -> Void, presence: Presence<Owner> = .always,
        isCost: Bool = false, name: String? = nil, changesOnTheWay: Bool = false,
        check: @escaping @Sendable (Owner) throws(TraceError) -> Void = { (_) throws(TraceError) in }
    ) {
        self.init(
            key, form, "", get, set, presence: presence, isCost: isCost, name: name, changesOnTheWay: changesOnTheWay,
            check: check)
    }

    /// A row that cannot be read without those above it.
    convenience init(
        _ key: String, _ shape: Shape, _ note: String = "", presence: Presence<Owner> = .always,
        write: @escaping @Sendable (Owner, inout JSONWriter, Extent) -> Void,
        read: @escaping @Sendable (JSONValue, inout Owner, Bounds) throws(TraceError) -> Void
    ) {
        self.init(
            key, shape, note, presence, false, false, nil, nil, write: write, read: read, copy: { _, _ in })
    }

    /// Some of a type's properties, as an object of their own.
    convenience init(_ key: String, part: FieldTable<Owner>, _ note: String = "") {
        self.init(
            key, .object(part.name), note, write: { owner, json, extent in part.write(owner, &json, extent) },
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
    let name: String
    let note: String
    /// What the fields of a file are read into.
    let blank: Owner
    /// Whether a file may leave out any field, which then keeps its blank value.
    let keepsBlanks: Bool
    let fields: [Field<Owner>]

    init(
        _ name: String, _ note: String, blank: Owner, keepsBlanks: Bool = false, _ fields: [Field<Owner>]
    ) {
        self.name = name
        self.note = note
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
            name: name, note: note,
            rows: fields.map {
                Definition.Row(
                    key: $0.key, shape: $0.shape, note: $0.note, isPromised: $0.isPromised,
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
