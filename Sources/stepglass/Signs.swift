// Signs that mean something to whoever reads a text, found as scalars.
//
// A letter of some scripts joins the sign behind it to one Character (U+0D4E and "<"), a combining mark joins the one before
// it ("/" and U+0301): to look for Characters is to pass such a sign by, and a browser, a spreadsheet or the system does not.
internal import Phrases

/// A text between tags or in a quoted attribute; line ends stay, and what cannot be seen stands by number.
func markup(_ text: String) -> String {
    var result = ""
    for scalar in flowing(text).unicodeScalars {
        switch scalar {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private let slash = UInt8(ascii: "/")

/// Where a path's last slash stands.
func lastSlash(_ path: String) -> String.Index? { path.utf8.lastIndex(of: slash) }

func hasSlash(_ path: String) -> Bool { path.utf8.contains(slash) }

/// A phrase with words of a file in it, on one line.
func onOneLine(_ text: String) -> String {
    flowing(text).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: String(visibleLineEnd))
}
