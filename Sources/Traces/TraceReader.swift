// Reads a trace back from its JSON. A file is hostile until every field has been checked.
public import JSONText

extension Trace {
    /// Reads the bytes of a trace.json.
    ///
    /// Fields that this build does not know are ignored; known ones must be there, of their type and in range, and
    /// agree with each other: ids with the vocabulary, logits with the stages, beam nodes with their parents, the
    /// compressed attention with its shape. Tensors of `tensors.safetensors` are not read back.
    ///
    /// - Throws: ``TraceError``, with the path of the field.
    public init(parsing bytes: [UInt8]) throws(TraceError) {
        let root: JSONValue
        do { root = try JSONValue(parsing: bytes, budget: .record(bytes: bytes.count)) } catch {
            throw .notJSON(error.description)
        }
        guard case .object(let members) = root else { throw .notATrace(found: "missing") }
        guard let format = members["format"]?.string else { throw .notATrace(found: "missing") }
        guard format == Trace.format else { throw .notATrace(found: "\"\(shortened(format))\"") }
        let version = try ObjectReader(root).int("version", 1...Int.max)
        guard version <= Trace.version else { throw .version(found: version, reads: Trace.version) }
        self = Trace.table.blank
        for field in Trace.table.fields {
            // The model stands above all that it bounds.
            let bounds = Bounds(vocabularySize: model.vocabularySize, layers: model.layers)
            try Trace.table.read(field, of: members, into: &self, bounds)
        }
    }
}

extension Settings {
    /// Reads settings as they stand in a trace.json; those that are not named have their defaults.
    ///
    /// - Throws: ``TraceError``, with the path of the field.
    public init(parsing value: JSONValue) throws(TraceError) { self = try Settings.table.read(value, Bounds()) }
}
