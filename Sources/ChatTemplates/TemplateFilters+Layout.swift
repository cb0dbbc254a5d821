// The filters of chat templates that lay texts out: wrapped lines, addresses, attributes.

internal import JSONText

extension TemplateFilters {
    /// Lines of at most `width` characters, broken at white space, after hyphens, and within words that are longer.
    static let wordWrap: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        guard let text = value.string else { throw run.failure("wordwrap takes a string, not \(value.kind)") }
        let given = try call.arguments(
            ["width", "break_long_words", "wrapstring", "break_on_hyphens"], of: "wordwrap", run)
        let width = try run.count(given[0], "wordwrap") ?? 79
        if width <= 0 { throw run.failure("wordwrap takes a width above 0") }
        let breaksLong = given[1]?.isTrue ?? true
        let breaksHyphens = given[3]?.isTrue ?? true
        let separator = given[2]?.string ?? "\n"
        var lines: [String] = []
        var size: Int64 = 0
        for line in try TemplateBytes.lines(text, keepsEnds: false, run) {
            try run.reserve(Int64(line.utf8.count), moreThan: &size)
            // With a width of one each character is a line.
            try run.spend(line.utf8.count / 6)
            let wrapped = wrap(chunks(Array(line.unicodeScalars), breaksHyphens), width, breaksLong: breaksLong)
            // Neither is longer than a text may be: their product fits.
            try run.reserve(Int64(separator.utf8.count) * Int64(wrapped.count), moreThan: &size)
            lines.append(wrapped.joined(separator: separator))
        }
        return try run.made(lines.joined(separator: separator))
    }

    /// Words and the white space between them; a word ends after a hyphen between letters.
    private static func chunks(_ line: [Unicode.Scalar], _ breaksHyphens: Bool) -> [[Unicode.Scalar]] {
        var chunks: [[Unicode.Scalar]] = []
        var chunk: [Unicode.Scalar] = []
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { ["\t", "\n", "\u{0B}", "\u{0C}", "\r", " "].contains(scalar) }
        func isLetter(_ place: Int) -> Bool {
            line.indices.contains(place) && line[place].properties.isAlphabetic
        }
        for (place, scalar) in line.enumerated() {
            if let last = chunk.last, isSpace(last) != isSpace(scalar) {
                chunks.append(chunk)
                chunk = []
            }
            chunk.append(scalar)
            if breaksHyphens, scalar == "-", isLetter(place - 1), isLetter(place - 2), isLetter(place + 1),
                isLetter(place + 2)
            {
                chunks.append(chunk)
                chunk = []
            }
        }
        return chunk.isEmpty ? chunks : chunks + [chunk]
    }

    private static func wrap(_ chunks: [[Unicode.Scalar]], _ width: Int, breaksLong: Bool) -> [String] {
        var lines: [String] = []
        // Slices: a long word loses a line's length at a time.
        var waiting = chunks.reversed().map { $0[...] }
        func isBlank(_ chunk: ArraySlice<Unicode.Scalar>) -> Bool { chunk.allSatisfy(isTemplateSpace) }
        while !waiting.isEmpty {
            // The line up to its last part, which is left out where it is blank.
            var line = String.UnicodeScalarView()
            var last: ArraySlice<Unicode.Scalar> = []
            var length = 0
            func add(_ part: ArraySlice<Unicode.Scalar>) {
                line.append(contentsOf: last)
                last = part
                length += part.count
            }
            if !lines.isEmpty, let first = waiting.last, isBlank(first) { waiting.removeLast() }
            while let next = waiting.last, length + next.count <= width {
                waiting.removeLast()
                add(next)
            }
            if let next = waiting.last, next.count > width {
                if breaksLong {
                    let room = max(width - length, 1)
                    add(next.prefix(room))
                    waiting[waiting.count - 1] = next.dropFirst(room)
                } else if last.isEmpty {
                    waiting.removeLast()
                    add(next)
                }
            }
            if !isBlank(last) { line.append(contentsOf: last) }
            if !line.isEmpty { lines.append(String(line)) }
        }
        return lines
    }

    /// As it stands in an address; a dictionary, or pairs, as a query.
    static let urlEncode: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "urlencode", run)
        var pairs: [TemplateValue]
        switch value {
        case .mapping(let mapping): pairs = mapping.items(.items)
        case .list, .tuple, .view, .iterator, .range, .undefined: pairs = try run.items(of: value)
        default: return try run.made(encoded(try run.text(of: value), isQuery: false))
        }
        var parts: [String] = []
        for pair in pairs {
            let both = try run.items(of: pair)
            if both.count != 2 { throw run.failure("urlencode takes pairs of a name and a value") }
            parts.append(
                encoded(try run.text(of: both[0]), isQuery: true) + "="
                    + encoded(try run.text(of: both[1]), isQuery: true))
        }
        return try run.made(parts.joined(separator: "&"))
    }

    private static func encoded(_ text: String, isQuery: Bool) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            if isPlain || "-._~".unicodeScalars.contains(scalar) || scalar == "/" && !isQuery {
                encoded.unicodeScalars.append(scalar)
            } else if isQuery, scalar == " " {
                encoded += "+"
            } else {
                encoded += "%" + hexadecimal(UInt32(byte), 2).uppercased()
            }
        }
        return encoded
    }

    /// ` name="value"` for each entry that has a value.
    static let xmlAttributes: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        guard case .mapping(let mapping) = value else {
            throw run.failure("xmlattr takes a dictionary, not \(value.kind)")
        }
        let given = try call.arguments(["autospace"], of: "xmlattr", run)
        var parts: [String] = []
        for entry in mapping.entries where !entry.value.isNone && !entry.value.isUndefined {
            guard let name = entry.key.string,
                !name.utf8.contains(where: { " \t\n\r\u{0B}\u{0C}/>=".utf8.contains($0) })
            else { throw run.failure("xmlattr takes no such name of an attribute") }
            let escape = { (value: TemplateValue) throws(ChatTemplateError) in
                try run.text(of: try table["escape"]?(run, value, TemplateCall()) ?? value)
            }
            parts.append(try escape(entry.key) + "=\"" + escape(entry.value) + "\"")
        }
        let joined = parts.joined(separator: " ")
        return try run.made((given[0]?.isTrue ?? true) && !joined.isEmpty ? " " + joined : joined)
    }

    /// A value as Python's `pprint` prints it, while that is one line.
    static let prettyPrint: TemplateFilter = { (run, value, call) throws(ChatTemplateError) in
        _ = try call.arguments([], of: "pprint", run)
        let text = try run.representation(of: try run.withSortedKeys(value))
        if text.unicodeScalars.count > 80 { throw run.unsupported("pprint of more than a line") }
        return .string(text)
    }
}

extension TemplateRun {
    fileprivate func withSortedKeys(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
        switch value {
        case .list(let items): return .list(try sortedInside(items.items))
        case .tuple(let items): return .tuple(try sortedInside(items.items))
        case .mapping(let mapping):
            var sorted = TemplateMapping()
            for place in try sortedPlaces(mapping.items(.keys)) {
                let entry = mapping.entries[place]
                sorted.set(try key(entry.key), entry.key, try withSortedKeys(entry.value))
            }
            return .mapping(sorted)
        default: return value
        }
    }

    private func sortedInside(_ items: [TemplateValue]) throws(ChatTemplateError) -> [TemplateValue] {
        try spend(items.count)
        var sorted: [TemplateValue] = []
        for item in items { sorted.append(try withSortedKeys(item)) }
        return sorted
    }
}
