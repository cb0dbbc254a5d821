// The date that a chat template may write into its text, and C's formats for it.

internal import JSONText

/// A date. Given by the caller, never read from the clock: the same run must read the same text.
public struct ChatDate: Equatable, Sendable {
    /// 1…9999, in the Gregorian calendar.
    public var year: Int
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int
    /// 0…23.
    public var hour: Int
    /// 0…59.
    public var minute: Int
    /// 0…59.
    public var second: Int

    /// A date, at midnight unless the time is given. A template that asks for a date that does not exist is refused.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// A date as `2026-07-04`; nil for what is none.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map({ $0.count }) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) })
        else { return nil }
        let numbers = parts.map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        self.init(year: numbers[0], month: numbers[1], day: numbers[2])
        if !exists { return nil }
    }

    /// The date as `2026-07-04`.
    public var text: String { Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(day, 2) }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func length(_ month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    private var exists: Bool {
        (1...9999).contains(year) && (1...12).contains(month) && (1...Self.length(month, year)).contains(day)
            && (0..<24).contains(hour) && (0..<60).contains(minute) && (0..<60).contains(second)
    }

    private static func digits(_ number: Int, _ width: Int, _ fill: String = "0") -> String {
        let digits = number.description
        return String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits
    }

    /// 1…366.
    private var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.length($1, year) } }

    /// Days since 1970-01-01.
    private var dayNumber: Int {
        let before = year - 1
        return before * 365 + before / 4 - before / 100 + before / 400 + dayOfYear - 719_163
    }

    /// 0 for Sunday.
    private var weekday: Int { ((dayNumber + 4) % 7 + 7) % 7 }

    /// The year and week by ISO 8601: weeks begin on Monday, the first one holds the year's first Thursday.
    private var isoWeek: (year: Int, week: Int) {
        let monday = (weekday + 6) % 7
        let week = (dayOfYear - monday + 9) / 7
        if week == 0 {
            return ChatDate(year: max(year - 1, 1), month: 12, day: 31).isoWeek
        }
        let left = 365 + (Self.isLeap(year) ? 1 : 0) - dayOfYear
        return week == 53 && left < 3 - monday ? (year + 1, 1) : (year, week)
    }

    /// The date in C's `strftime` format, English names.
    func formatted(_ format: String, _ run: TemplateRun) throws(ChatTemplateError) -> String {
        if !exists { throw run.failure("there is no date \(year)-\(month)-\(day)") }
        var text = ""
        var scalars = format.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            if scalar != "%" { text.unicodeScalars.append(scalar); continue }
            try run.spend(1)
            var letter = scalars.next()
            var flag: Unicode.Scalar?
            if let own = letter, ["-", "_", "0", "^"].contains(own) { (flag, letter) = (own, scalars.next()) }
            guard let letter, let part = part(letter, flag) else {
                let format = quoted("%" + (letter.map { String($0) } ?? ""))
                throw run.unsupported("the date format \(format)", "those of C")
            }
            text += part
        }
        return text
    }

    /// What a letter stands for. A flag leaves out zeros in front (`-`), makes them blanks (`_`), or writes capitals (`^`).
    private func part(_ letter: Unicode.Scalar, _ flag: Unicode.Scalar?) -> String? {
        func number(_ value: Int, _ width: Int, _ fill: String = "0") -> String {
            flag == "-" ? value.description : Self.digits(value, width, flag == "_" ? " " : flag == "0" ? "0" : fill)
        }
        func word(_ text: String) -> String { flag == "^" ? text.uppercased() : text }
        let half = hour % 12 == 0 ? 12 : hour % 12
        switch letter {
        case "Y": return flag == "_" ? Self.digits(year, 4, " ") : flag == "0" ? Self.digits(year, 4) : year.description
        case "C": return number(year / 100, 2)
        case "y": return number(year % 100, 2)
        case "m": return number(month, 2)
        case "d": return number(day, 2)
        case "e": return number(day, 2, " ")
        case "j": return number(dayOfYear, 3)
        case "B": return word(Self.months[month - 1])
        case "b", "h": return word(String(Self.months[month - 1].prefix(3)))
        case "A": return word(Self.days[weekday])
        case "a": return word(String(Self.days[weekday].prefix(3)))
        case "u": return number(weekday == 0 ? 7 : weekday, 1)
        case "w": return number(weekday, 1)
        case "U": return number((dayOfYear + 6 - weekday) / 7, 2)
        case "W": return number((dayOfYear + 6 - (weekday + 6) % 7) / 7, 2)
        case "V": return number(isoWeek.week, 2)
        case "G": return isoWeek.year.description
        case "g": return number(isoWeek.year % 100, 2)
        case "H": return number(hour, 2)
        case "k": return number(hour, 2, " ")
        case "I": return number(half, 2)
        case "l": return number(half, 2, " ")
        case "M": return number(minute, 2)
        case "S": return number(second, 2)
        case "f": return "000000"
        case "p": return hour < 12 ? "AM" : "PM"
        case "P": return hour < 12 ? "am" : "pm"
        case "s": return (Int64(dayNumber) * 86400 + Int64(hour * 3600 + minute * 60 + second)).description
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        case "z", "Z": return ""
        default: return combined(letter)
        }
    }

    /// Letters that stand for several others.
    private func combined(_ letter: Unicode.Scalar) -> String? {
        let parts: String
        switch letter {
        case "F": parts = "Y-m-d"
        case "T", "X": parts = "H:M:S"
        case "R": parts = "H:M"
        case "D", "x": parts = "m/d/y"
        case "r": parts = "I:M:S p"
        case "c": parts = "a b e H:M:S Y"
        default: return nil
        }
        var text = ""
        for scalar in parts.unicodeScalars {
            if scalar.properties.isAlphabetic { text += part(scalar, nil) ?? "" } else { text += String(scalar) }
        }
        return text
    }
}
