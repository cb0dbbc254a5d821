// A page of words and tables for the teacher or a student: no script, no file beside it.
internal import Phrases

enum PlainPage {
    /// The page around its matter, which is HTML already.
    static func page(title: String, _ language: Language, _ matter: String) -> String {
        """
        <!doctype html>
        <html lang="\(language.rawValue)"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(escaped(title))</title>
        <style>\(style)</style></head><body>
        \(matter)
        </body></html>

        """
    }

    private static let style = """
        body{font:15px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:960px;margin:40px auto;padding:0 20px}
        .scroller{overflow-x:auto}
        table{border-collapse:collapse;width:100%;margin:12px 0 36px;font-variant-numeric:tabular-nums}
        th,td{text-align:left;padding:5px 14px 5px 0;border-bottom:1px solid #ccc;vertical-align:top}
        th{font-weight:600}
        td.number,th.number{text-align:right;white-space:nowrap}
        h1,h2,h3{font-weight:400}
        h2{margin-top:36px}
        .note{color:#595959}
        .bar{display:inline-block;height:9px;background:#1a1a1a;vertical-align:baseline}
        .exercise{border-left:3px solid #1a1a1a;padding-left:12px;margin:18px 0}
        .exercise.wrong{border-color:#a4371c}
        .exercise p{margin:4px 0}
        pre{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;overflow-x:auto}
        """

    /// A text that is safe between tags and in quoted attributes.
    static func escaped(_ text: String) -> String {
        markup(readable(text))
    }

    /// The words of a lesson: paragraphs, lists, and lines that stand as they are because they begin with a blank.
    static func prose(_ text: String, _ language: Language) -> String {
        var (result, block, kind) = ("", [String](), Kind.paragraph)
        let close = {
            if !block.isEmpty { result += kind.element(block, language) }
            block = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let next: Kind = line.hasPrefix(" ") ? .asItStands : line.hasPrefix("- ") ? .item : .paragraph
            if line.isEmpty {
                close()
                kind = .paragraph
            } else if next == .item || (next != kind && !(kind == .item && next == .paragraph)) {
                close()
                (kind, block) = (next, [line])
            } else {
                block.append(line)
            }
        }
        close()
        return result
    }

    private enum Kind {
        case paragraph, item, asItStands

        func element(_ lines: [String], _ language: Language) -> String {
            // Chinese has no blank where a line ends.
            let flowing = escaped(lines.joined(separator: language == .chinese ? "" : " "))
            return switch self {
            case .paragraph: "<p>\(flowing)</p>"
            case .item: "<p>• \(flowing.dropFirst(2))</p>"
            case .asItStands: "<pre>\(lines.map { escaped(String($0.dropFirst())) }.joined(separator: "\n"))</pre>"
            }
        }
    }

    /// A table; columns whose heading begins with a `#` hold numbers. Cells are HTML.
    static func table(_ head: [String], _ body: [[String]]) -> String {
        let isNumber = head.map { $0.hasPrefix("#") }
        let row = { (cells: [String], tag: String) in
            "<tr>"
                + zip(cells, isNumber).map { "<\(tag)\($1 ? " class=\"number\"" : "")>\($0)</\(tag)>" }.joined()
                + "</tr>"
        }
        let titles = head.map { escaped($0.hasPrefix("#") ? String($0.dropFirst()) : $0) }
        return "<div class=\"scroller\"><table><thead>\(row(titles, "th"))</thead><tbody>"
            + body.map { row($0, "td") }.joined() + "</tbody></table></div>"
    }
}
