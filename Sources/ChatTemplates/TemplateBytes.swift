// Python's string operations, over bytes and scalars, for chat templates.

enum TemplateBytes {
    /// Tells `found` the bytes at which `part`, which is not empty, stands in `text`, not overlapping, until it has had
    /// enough. Linear in both (Knuth, Morris, Pratt 1977).
    static func search(_ part: String, in text: String, _ found: (Int) -> Bool) {
        let part = Array(part.utf8)
        // fallback[i]: how much of the part is matched still when byte i of it fails to.
        var fallback = [0]
        var matched = 0
        for i in 1..<max(part.count, 1) {
            while matched > 0, part[i] != part[matched] { matched = fallback[matched - 1] }
            if part[i] == part[matched] { matched += 1 }
            fallback.append(matched)
        }
        matched = 0
        for (i, byte) in text.utf8.enumerated() {
            while matched > 0, byte != part[matched] { matched = fallback[matched - 1] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count {
                if !found(i + 1 - part.count) { return }
                matched = 0
            }
        }
    }

    /// How often `part` stands in `text`, not overlapping.
    static func count(_ part: String, in text: String) -> Int {
        var count = 0
        search(part, in: text) { _ in
            count += 1
            return true
        }
        return count
    }

    /// The byte at which `part` first stands in `text`, or nil.
    static func find(_ part: String, in text: String) -> Int? {
        if part.isEmpty { return 0 }
        var first: Int?
        search(part, in: text) { place in
            first = place
            return false
        }
        return first
    }

    static func reversed(_ text: String) -> String { String(scalars: text.unicodeScalars.reversed()) }

    /// `text.split(separator, most)`.
    static func split(_ text: String, at separator: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var start = 0
        if most > 0 {
            search(separator, in: text) { place in
                parts.append(String(decoding: bytes[start..<place], as: UTF8.self))
                start = place + separator.utf8.count
                return parts.count < most
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }

    /// The same from the right: `text.rsplit(separator, most)`.
    static func splitFromRight(_ text: String, at separator: String, most: Int) -> [String] {
        split(reversed(text), at: reversed(separator), most: most).reversed().map { reversed($0) }
    }

    /// `text.split()`: at runs of white space, none at the edges.
    static func splitAtSpace(_ text: String, most: Int) -> [String] {
        var parts: [String] = []
        var rest = text.unicodeScalars.drop(while: isTemplateSpace)
        while !rest.isEmpty {
            if parts.count == most {
                parts.append(String(Substring(rest)))
                break
            }
            let part = rest.prefix { !isTemplateSpace($0) }
            parts.append(String(Substring(part)))
            rest = rest[part.endIndex...].drop(while: isTemplateSpace)
        }
        return parts
    }

    /// `text.splitlines(keepends)`: at all that Python takes for the end of a line.
    static func lines(_ text: String, keepsEnds: Bool, _ run: TemplateRun) throws(ChatTemplateError) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var wasReturn = false
        var isOpen = false
        for scalar in text.unicodeScalars {
            if wasReturn {
                wasReturn = false
                if scalar == "\n" {
                    if keepsEnds { lines[lines.count - 1].unicodeScalars.append(scalar) }
                    continue
                }
            }
            switch scalar.value {
            case 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029:
                if keepsEnds { line.append(scalar) }
                lines.append(String(line))
                try run.spend(1)
                line.removeAll()
                isOpen = false
                wasReturn = scalar == "\r"
            default:
                line.append(scalar)
                isOpen = true
            }
        }
        if isOpen { lines.append(String(line)) }
        return lines
    }

    /// `text.replace(old, new, most)`.
    static func replace(
        _ text: String, _ old: String, _ new: String, most: Int, _ run: TemplateRun
    ) throws(ChatTemplateError) -> String {
        if old.isEmpty {
            // Between all characters, and at both ends.
            let scalars = text.unicodeScalars
            let count = min(scalars.count + 1, most)
            try run.reserve(new.utf8.count + 1, times: count)
            try run.reserve(text.utf8.count)
            var replaced = ""
            var left = count
            for scalar in scalars {
                if left > 0 { replaced += new }
                left -= 1
                replaced.unicodeScalars.append(scalar)
            }
            return left > 0 ? replaced + new : replaced
        }
        let bytes = Array(text.utf8)
        let count = min(count(old, in: text), most)
        let (added, overflow) = new.utf8.count.multipliedReportingOverflow(by: count)
        try run.reserve(overflow ? Int64.max : Int64(bytes.count) + Int64(added))
        if count == 0 { return text }
        var replaced: [UInt8] = []
        var (start, left) = (0, count)
        search(old, in: text) { place in
            replaced += bytes[start..<place]
            replaced += new.utf8
            start = place + old.utf8.count
            left -= 1
            return left > 0
        }
        return String(decoding: replaced + bytes[start...], as: UTF8.self)
    }

    /// Without the characters of `set` (white space when nil) at the edges.
    static func stripped(_ text: String, of set: String?, left: Bool, right: Bool) -> String {
        let members = set.map { Set($0.unicodeScalars) }
        func isMember(_ scalar: Unicode.Scalar) -> Bool { members?.contains(scalar) ?? isTemplateSpace(scalar) }
        var scalars = Substring(text).unicodeScalars
        if left { scalars = scalars.drop(while: isMember) }
        while right, let last = scalars.last, isMember(last) { scalars.removeLast() }
        return String(Substring(scalars))
    }

    // MARK: Case

    static func lower(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        var lower = ""
        let scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() {
            if scalar.value == 0x3A3 {  // Σ is ς at the end of a word
                func isCased(_ rest: some Sequence<Unicode.Scalar>) -> Bool {
                    rest.first { !$0.properties.isCaseIgnorable }?.properties.isCased ?? false
                }
                lower += isCased(scalars[..<place].reversed()) && !isCased(scalars[(place + 1)...]) ? "ς" : "σ"
            } else {
                lower += scalar.properties.lowercaseMapping
            }
        }
        return lower
    }

    static func upper(_ text: String) -> String {
        var upper = ""
        for scalar in text.unicodeScalars { upper += scalar.properties.uppercaseMapping }
        return upper
    }

    static func capitalized(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + lower(String(scalars: text.unicodeScalars.dropFirst()))
    }

    /// `text.title()`: a capital wherever a cased character follows one that is none.
    static func titled(_ text: String) -> String {
        var titled = ""
        var isStart = true
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            titled += isStart ? properties.titlecaseMapping : properties.lowercaseMapping
            isStart = !properties.isCased
        }
        return titled
    }

    static func swapped(_ text: String) -> String {
        var swapped = ""
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            swapped +=
                properties.isUppercase
                ? properties.lowercaseMapping
                : properties.isLowercase ? properties.uppercaseMapping : String(scalar)
        }
        return swapped
    }
}
