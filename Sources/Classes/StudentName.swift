// Names as students type them, made fit to be shown to a class: whatever is typed, a line of ordinary width comes of it.
internal import CUTF8Proc
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A student's name. What is shown has no markup in it that matters, as pages put it in as text.
struct StudentName: Equatable {
    /// As typed, cut after ``limitBytes``.
    let typed: String
    /// In form C, without what is invisible or turns the line around, blanks single, shortened with an ellipsis.
    let shown: String

    /// The longest name that is kept, in bytes.
    static let limitBytes = 200
    /// The widest name that is shown, in columns: 16 Chinese characters.
    static let limitColumns = 32
    /// Accents on one letter; a tower of them would cover the lines above.
    private static let limitAccents = 3

    /// - Throws: ``Refusal/emptyName`` where nothing remains to be shown.
    init(_ typed: String) throws(ClassError) {
        var cut = Array(typed.utf8.prefix(Self.limitBytes))
        // Not in the middle of a character.
        while let last = cut.last, cut.count < typed.utf8.count, last & 0xC0 == 0x80 { cut.removeLast() }
        if cut.count < typed.utf8.count, let last = cut.last, last >= 0xC0 { cut.removeLast() }
        self.typed = String(decoding: cut, as: UTF8.self)
        shown = clipped(Self.clean(mapped(self.typed, UTF8PROC_COMPOSE)), to: Self.limitColumns)
        if comparedName(shown).isEmpty { throw .refused(.emptyName) }
    }

    private static func clean(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var (accents, hasBlank, letters) = (0, false, 0)
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace {
                hasBlank = true
            } else if isInvisible(scalar) || isMistakable(scalar) {
                continue
            } else if isAccent(scalar) {
                if letters == 0 || hasBlank || accents == limitAccents { continue }
                accents += 1
                result.append(scalar)
            } else {
                if hasBlank, letters > 0 { result.append(" ") }
                (accents, hasBlank, letters) = (0, false, letters + 1)
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isAccent(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}

/// What two names have in common that a class would take for the same: without case, width and form, blanks apart.
func comparedName(_ name: String) -> String {
    let folded = mapped(
        name,
        utf8proc_option_t(
            rawValue: UTF8PROC_COMPOSE.rawValue | UTF8PROC_COMPAT.rawValue | UTF8PROC_CASEFOLD.rawValue
                | UTF8PROC_IGNORE.rawValue))
    return String(String.UnicodeScalarView(folded.unicodeScalars.filter { !$0.properties.isWhitespace }))
}

/// The name, or the first of `name (2)`, `name (3)`, … that nobody has.
///
/// - Parameter isTaken: asked of ``comparedName(_:)``.
func distinctName<E>(_ name: String, isTaken: (String) throws(E) -> Bool) throws(E) -> String {
    var (candidate, number) = (name, 2)
    while try isTaken(comparedName(candidate)) {
        candidate = "\(name) (\(number))"
        number += 1
    }
    return candidate
}

/// The text in one of Unicode's forms, by utf8proc's tables.
private func mapped(_ text: String, _ options: utf8proc_option_t) -> String {
    let bytes = Array(text.utf8)
    var result: UnsafeMutablePointer<UInt8>?
    let all = utf8proc_option_t(rawValue: options.rawValue | UTF8PROC_STABLE.rawValue)
    let count = utf8proc_map(bytes, bytes.count, &result, all)
    defer { free(result) }
    // Only what is no UTF-8 has no form, and a String always is.
    guard count >= 0, let result else { return text }
    return String(decoding: UnsafeBufferPointer(start: result, count: count), as: UTF8.self)
}
