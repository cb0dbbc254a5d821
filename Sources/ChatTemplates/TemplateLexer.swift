// Cuts a chat template into text, expressions and statements, with Jinja's rules for white space.

/// A token of a template, with the line it stands on.
struct TemplateToken: Equatable {
    enum Kind: Equatable {
        case text(String)
        case outputBegin  // {{
        case outputEnd
        case blockBegin  // {%
        case blockEnd
        case name(String)
        case string(String)
        case integer(Int)
        case float(Double)
        case symbol(String)  // operators and brackets
        case end
    }

    var kind: Kind
    var line: Int
}

/// The lexer. Works on Unicode scalars: to `Character`, a brace and a mark after it would be one.
struct TemplateLexer {
    let source: [Unicode.Scalar]
    var place = 0
    var line = 1
    private var found: [TemplateToken] = []
    /// Whether what comes next begins a line; what `lstrip_blocks` asks.
    private var atLineStart = true
    /// The closing brackets that are due in the tag at the place, the innermost last.
    private var due: [Unicode.Scalar] = []

    // What the reader of string literals needs.
    var currentLine: Int { line }
    var peekScalar: Unicode.Scalar? { place < source.count ? source[place] : nil }
    mutating func emit(_ kind: TemplateToken.Kind, line: Int) { append(kind, line: line) }

    /// The scalar at the place, which it passes; nil at the end.
    @discardableResult
    mutating func take() -> Unicode.Scalar? {
        guard let scalar = peekScalar else { return nil }
        advance()
        return scalar
    }

    /// Line ends become line feeds, and the last one is dropped, as Jinja does.
    init(_ text: String) {
        var source: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            if scalar == "\n", source.last == "\r" { source.removeLast() }
            source.append(scalar)
        }
        for i in source.indices where source[i] == "\r" { source[i] = "\n" }
        if source.last == "\n" { source.removeLast() }
        self.source = source
    }

    mutating func tokens() throws(ChatTemplateError) -> [TemplateToken] {
        while place < source.count {
            let start = place
            while place < source.count, !startsTag(place) { place += 1 }
            var text = Array(source[start..<place])
            let textLine = line
            line += text.count { $0 == "\n" }
            if place == source.count {
                append(.text(string(text)), line: textLine)
                break
            }
            let kind = source[place + 1]
            let sign = place + 2 < source.count ? source[place + 2] : " "
            stripBefore(&text, kind: kind, sign: sign)
            append(.text(string(text)), line: textLine)
            place += sign == "-" || sign == "+" ? 3 : 2
            switch kind {
            case "#": try skipComment()
            case "%": if try !raw() { try tag(.blockBegin, close: "%") }
            default: try tag(.outputBegin, close: "}")
            }
        }
        found.append(TemplateToken(kind: .end, line: line))
        return found
    }

    private func startsTag(_ place: Int) -> Bool {
        source[place] == "{" && place + 1 < source.count && "{%#".unicodeScalars.contains(source[place + 1])
    }

    func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    mutating func append(_ kind: TemplateToken.Kind, line: Int) {
        if kind == .text("") { return }
        found.append(TemplateToken(kind: kind, line: line))
    }

    /// White space in front of a tag: all of it for `{%-`; for blocks and comments, what indents them.
    private func stripBefore(_ text: inout [Unicode.Scalar], kind: Unicode.Scalar, sign: Unicode.Scalar) {
        if sign == "-" {
            while let last = text.last, isTemplateSpace(last) { text.removeLast() }
        } else if sign != "+", kind != "{" {
            let lineStart = text.lastIndex(of: "\n").map { $0 + 1 } ?? (atLineStart ? 0 : nil)
            if let lineStart, text[lineStart...].allSatisfy(isTemplateSpace) {
                text.removeSubrange(lineStart...)
            }
        }
    }

    /// Passes the end of a tag at `place`, which is `length` scalars long, and the white space that goes with it.
    private mutating func finishTag(length: Int, trimsNewline: Bool) {
        let dash = source[place] == "-"
        let plus = source[place] == "+"
        place += length
        atLineStart = false
        if dash {
            while place < source.count, isTemplateSpace(source[place]) { advance() }
        } else if trimsNewline, !plus, place < source.count, source[place] == "\n" {
            advance()
        }
    }

    /// Passes one scalar, counting lines.
    private mutating func advance() {
        atLineStart = source[place] == "\n"
        if atLineStart { line += 1 }
        place += 1
    }

    /// The length of a tag's end (`%}`, `-%}`, `+%}`) at `place`, 0 when there is none.
    private func endLength(_ place: Int, close: Unicode.Scalar) -> Int {
        let signed = place < source.count && (source[place] == "-" || source[place] == "+" && close != "}")
        let at = signed ? place + 1 : place
        guard at + 1 < source.count, source[at] == close, source[at + 1] == "}" else { return 0 }
        return signed ? 3 : 2
    }

    private mutating func skipComment() throws(ChatTemplateError) {
        let start = line
        while place < source.count {
            let length = endLength(place, close: "#")
            if length > 0 { return finishTag(length: length, trimsNewline: true) }
            advance()
        }
        throw .syntax(line: start, found: "a comment without an end", expected: "#}")
    }

    /// `{% raw %}…{% endraw %}`, whose text is taken as it stands. Returns false when the block is another one.
    private mutating func raw() throws(ChatTemplateError) -> Bool {
        guard let afterOpen = wordTag("raw", at: place) else { return false }
        let start = line
        place = afterOpen.end
        finishTag(length: afterOpen.length, trimsNewline: false)
        let textStart = place
        let beganLine = atLineStart
        while place < source.count {
            if startsTag(place), source[place + 1] == "%" {
                let sign = place + 2 < source.count ? source[place + 2] : " "
                let signed = sign == "-" || sign == "+"
                if let close = wordTag("endraw", at: place + (signed ? 3 : 2)) {
                    var text = Array(source[textStart..<place])
                    atLineStart = beganLine
                    stripBefore(&text, kind: "%", sign: sign)
                    append(.text(string(text)), line: start)
                    place = close.end
                    finishTag(length: close.length, trimsNewline: true)
                    return true
                }
            }
            advance()
        }
        throw .syntax(line: start, found: "a raw block without an end", expected: "{% endraw %}")
    }

    /// A block of one word whose inside begins at `start`: where its end begins, and that end's length.
    private func wordTag(_ word: String, at start: Int) -> (end: Int, length: Int)? {
        var at = start
        while at < source.count, isTemplateSpace(source[at]) { at += 1 }
        for scalar in word.unicodeScalars {
            guard at < source.count, source[at] == scalar else { return nil }
            at += 1
        }
        while at < source.count, isTemplateSpace(source[at]) { at += 1 }
        let length = endLength(at, close: "%")
        return length > 0 ? (at, length) : nil
    }

    /// The inside of `{{ }}` or `{% %}` and its end.
    private mutating func tag(_ begin: TemplateToken.Kind, close: Unicode.Scalar) throws(ChatTemplateError) {
        append(begin, line: line)
        let start = line
        due = []  // brackets: `}}` inside a dictionary does not end the tag
        while true {
            while place < source.count, isTemplateSpace(source[place]) { advance() }
            if place >= source.count {
                throw .syntax(line: start, found: "the end of the template", expected: close == "%" ? "%}" : "}}")
            }
            let length = due.isEmpty ? endLength(place, close: close) : 0
            if length > 0 {
                append(close == "%" ? .blockEnd : .outputEnd, line: line)
                return finishTag(length: length, trimsNewline: close == "%")
            }
            try expressionToken()
        }
    }

    private mutating func expressionToken() throws(ChatTemplateError) {
        let scalar = source[place]
        if scalar == "\"" || scalar == "'" { return try quotedString(scalar) }
        if isDigit(place) { return try number() }
        if scalar == "_" || scalar.properties.isXIDStart {
            let start = place
            while place < source.count, source[place] == "_" || source[place].properties.isXIDContinue { place += 1 }
            let name = string(source[start..<place])
            if name.utf8.count > TemplateValue.longestName {
                throw .tooMuch(line: line, what: "a name of more than \(TemplateValue.longestName) bytes")
            }
            return append(.name(name), line: line)
        }
        let two = place + 1 < source.count ? string(source[place...place + 1]) : ""
        if ["==", "!=", "<=", ">=", "//", "**"].contains(two) {
            place += 2
            return append(.symbol(two), line: line)
        }
        guard "+-*/%~<>=()[]{}.,:|".unicodeScalars.contains(scalar) else {
            throw .syntax(line: line, found: quoted(String(scalar)), expected: "an expression")
        }
        try balance(scalar)
        place += 1
        append(.symbol(String(scalar)), line: line)
    }

    private mutating func balance(_ scalar: Unicode.Scalar) throws(ChatTemplateError) {
        switch scalar {
        case "(": due.append(")")
        case "[": due.append("]")
        case "{": due.append("}")
        case ")", "]", "}":
            let expected = due.popLast()
            if expected != scalar {
                throw .syntax(
                    line: line, found: quoted(String(scalar)),
                    expected: expected.map { quoted(String($0)) } ?? "an expression")
            }
        default: break
        }
    }
}

/// What Python's `str.isspace` and the `\s` of its regular expressions take for white space.
func isTemplateSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
}
