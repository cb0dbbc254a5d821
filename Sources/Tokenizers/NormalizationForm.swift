// Unicode's normalization forms (Unicode Standard Annex 15), by utf8proc's tables. The one file that knows utf8proc.

internal import CUTF8Proc

/// A normalization form.
enum NormalizationForm: Sendable, Equatable {
    case c, d, kc, kd

    /// Whether characters that look alike become one ("ﬁ" is "fi"): the forms KC and KD.
    var isCompatible: Bool { self == .kc || self == .kd }
    var isComposed: Bool { self == .c || self == .kc }

    /// The options to decompose one character. A page has the canonical tables only.
    fileprivate var options: utf8proc_option_t {
        #if hasFeature(Embedded)
            formC
        #else
            isCompatible ? utf8proc_option_t(rawValue: formC.rawValue | UTF8PROC_COMPAT.rawValue) : formC
        #endif
    }
}

/// The text in a form, nil where it is in that form already. Bytes that are no UTF-8 stay as they are.
///
/// Characters that Unicode has assigned after `limit` are left alone, as unassigned ones are: so the result does not
/// depend on the version of the library's tables. Where characters begin in the
/// old text is what the `tokenizers` library says.
func normalized(
    _ text: UnsafeBufferPointer<UInt8>, _ form: NormalizationForm, _ limit: UnicodeLimit, atMost most: Int
) -> Rewriting? {
    var result: Rewriting?
    var kept = 0  // up to here the text is in `result`
    var place = 0
    var scalars: [Int32] = []
    while place < text.count {
        let start = place
        scalars.removeAll(keepingCapacity: true)
        place = segment(text, start, form, limit, into: &scalars)
        if scalars.isEmpty { continue }
        let composed = compose(scalars, form)
        if composed.count == scalars.count, zip(composed, scalars).allSatisfy({ $0.scalar == $1 }) { continue }
        var rewriting = result ?? Rewriting(atMost: most)
        rewriting.keep(text, kept..<start)
        // Each new character takes the next of the old ones that it is made of; one that stands for none of its own
        // begins where the one before it does.
        var (source, next, taken) = (start, start, 0)
        for (scalar, parts) in composed {
            if parts > 0 { source = next }
            for old in scalars[taken..<taken + parts] { next += UTF8.width(Unicode.Scalar(UInt32(old))!) }
            taken += parts
            rewriting.append(Unicode.Scalar(UInt32(scalar))!, source: source)  // form C has no surrogates
        }
        result = rewriting
        kept = place
    }
    result?.keep(text, kept..<text.count)
    result?.finish(text.count)
    return result
}

/// Reads a character and all that may join it, into `scalars` if composing could change them. Returns the end.
private func segment(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ form: NormalizationForm, _ limit: UnicodeLimit,
    into scalars: inout [Int32]
) -> Int {
    guard let (first, length) = decodeScalar(text, start, text.count) else { return start + 1 }
    var place = start + length
    if isUnassigned(first, limit) { return place }
    while place < text.count, text[place] >= 0x80, let (next, length) = decodeScalar(text, place, text.count),
        joins(next, form), !isUnassigned(next, limit)
    {
        if scalars.isEmpty { scalars.append(Int32(first.value)) }
        scalars.append(Int32(next.value))
        place += length
    }
    let isSyllable = !form.isComposed && (0xAC00...0xD7A3).contains(first.value)  // decomposes by arithmetic
    if scalars.isEmpty, first.value >= 0x80, isSyllable || decomposes(first) { scalars.append(Int32(first.value)) }
    return place
}

/// Whether the character may change place with, or become one with, what stands before it: marks, and the vowels and final
/// consonants of Hangul.
private func joins(_ scalar: Unicode.Scalar, _ form: NormalizationForm) -> Bool {
    if joins(scalar) { return true }
    // What looks like a mark or a vowel becomes one.
    guard form.isCompatible, decomposes(scalar), let first = decompose(Int32(scalar.value), form).first else {
        return false
    }
    return Unicode.Scalar(UInt32(first)).map { joins($0) } ?? false
}

private func joins(_ scalar: Unicode.Scalar) -> Bool {
    if (0x1160...0x11FF).contains(scalar.value) { return true }
    let property = utf8proc_get_property(Int32(scalar.value)).pointee
    if property.combining_class != 0 { return true }
    switch UInt32(property.category) {
    case UTF8PROC_CATEGORY_MN.rawValue, UTF8PROC_CATEGORY_MC.rawValue, UTF8PROC_CATEGORY_ME.rawValue: return true
    default: return false
    }
}

/// Whether the character alone may have another form C.
private func decomposes(_ scalar: Unicode.Scalar) -> Bool {
    utf8proc_get_property(Int32(scalar.value)).pointee.decomp_seqindex != UInt16.max
}

private func isUnassigned(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> Bool {
    scalar.value >= 0x80 && (joins(scalar) || decomposes(scalar)) && !isKnown(scalar, limit)
}

/// A character, and how many characters of the text have gone into it.
private typealias Part = (scalar: Int32, parts: Int)

/// Decomposes, orders the marks by their class, composes where the form does.
private func compose(_ scalars: [Int32], _ form: NormalizationForm) -> [Part] {
    // What one character becomes counts as one part with its first, the rest as none.
    var decomposed = scalars.flatMap { decompose($0, form).enumerated().map { ($1, $0 == 0 ? 1 : 0) } as [Part] }
    order(&decomposed)
    if !form.isComposed { return decomposed }
    var composed = decomposed.map { $0.scalar }
    let count = composed.withUnsafeMutableBufferPointer {
        utf8proc_normalize_utf32($0.baseAddress!, $0.count, formC)
    }
    var first = 0  // of the decomposed ones, the first that is in no composed one yet
    var used = [Bool](repeating: false, count: decomposed.count)
    return composed.prefix(count).map { scalar in
        var parts = 0
        for part in decompose(scalar, .c) {
            while first < used.count, used[first] { first += 1 }
            guard let place = (first..<used.count).first(where: { !used[$0] && decomposed[$0].scalar == part })
            else { continue }
            used[place] = true
            parts += decomposed[place].parts
        }
        return (scalar, parts)
    }
}

private let formC = utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)

/// The decomposition of one character: four at most by the canonical forms, eighteen by the others.
private func decompose(_ scalar: Int32, _ form: NormalizationForm) -> [Int32] {
    var parts = [Int32](repeating: 0, count: 18)
    var boundary: Int32 = 0
    let count = parts.withUnsafeMutableBufferPointer {
        utf8proc_decompose_char(scalar, $0.baseAddress!, $0.count, form.options, &boundary)
    }
    return Array(parts.prefix(count))
}

/// The canonical order: within each run of marks by class, equal classes as they came. n log n, whatever the text.
private func order(_ scalars: inout [Part]) {
    var start = 0
    while start < scalars.count {
        var marks: [(rank: Int, place: Int)] = []
        while start + marks.count < scalars.count {
            let place = start + marks.count
            let rank = Int(utf8proc_get_property(scalars[place].scalar).pointee.combining_class)
            if rank == 0 { break }
            marks.append((rank, place))
        }
        if marks.count > 1 {
            marks.sort { ($0.rank, $0.place) < ($1.rank, $1.place) }
            let ordered = marks.map { scalars[$0.place] }
            scalars.replaceSubrange(start..<start + ordered.count, with: ordered)
        }
        start += max(1, marks.count)
    }
}
