// Makes trace.html: one file with the trace and the page that shows it.
internal import Digests
public import Phrases
public import Traces

/// Why a page could not be made.
public enum ViewerError: Error, Equatable, Sendable, CustomStringConvertible, Worded {
    /// The trace could not be written or packed.
    case trace(TraceError)
    /// One of the page's own modules is not in the form the bundle takes; a mistake in this package.
    case module(file: String, line: Int, problem: String)
    /// One of the page's own files is not in the binary; a mistake in this package.
    case file(String)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .trace(let error): error.phrase
        case .module(let file, let line, let problem):
            Phrase(
                "the page's own file \(file), line \(line): \(problem) (a mistake in stepglass: please report it)",
                "頁面自己的檔案 \(file) 第 \(line) 行：\(problem)（這是 stepglass 的錯誤，請回報）")
        case .file(let name):
            Phrase(
                "the page's own file \(name) is missing (a mistake in stepglass: please report it)",
                "缺少頁面自己的檔案 \(name)（這是 stepglass 的錯誤，請回報）")
        }
    }
}

/// The longest prompt shown in the window's title, in characters.
private let titleLimit = 80

/// The page of a run.
///
/// - Parameter title: the window's title; nil takes the beginning of the prompt.
/// - Returns: the bytes of one HTML file (UTF-8) that needs no other file and no network.
/// - Throws: ``ViewerError/trace(_:)`` when the trace cannot be packed.
public func tracePage(_ trace: Trace, title: String? = nil) throws(ViewerError) -> [UInt8] {
    let json: [UInt8]
    do { json = try traceJSON(trace) } catch { throw .trace(error) }
    return try tracePage(traceJSON: json, title: title ?? trace.prompt.text)
}

/// The page of a trace.json as it stands. The page checks the trace when it is opened and says what is wrong with it,
/// so a broken file makes a page with a message, never a page that runs it.
///
/// - Parameters:
///   - json: the bytes of trace.json.
///   - title: the window's title.
///   - engine: what goes on with the run in the page; nil makes a page that only shows it.
///   - beside: another run's trace.json, which the page shows beside the first.
/// - Returns: the bytes of one HTML file (UTF-8).
public func tracePage(
    traceJSON json: [UInt8], title: String, engine: PageEngine? = nil, beside: [UInt8]? = nil
) throws(ViewerError) -> [UInt8] {
    var page: [UInt8] = []
    try tracePage(traceJSON: json, title: title, engine: engine, beside: beside) { page += $0 }
    return page
}

/// The same in pieces: `sink` gets the page's bytes one after another, so that a large trace is not in memory twice.
public func tracePage(
    traceJSON json: [UInt8], title: String, engine: PageEngine? = nil, beside: [UInt8]? = nil,
    into sink: (ArraySlice<UInt8>) -> Void
) throws(ViewerError) {
    var values = try PageEngine.values(engine)
    // Of the second the attention stays in the trace: it is packed already, and once more costs a little.
    if let beside { values["second"] = try packedTrace(beside)[...] }
    try values.merge(runValues(json, title: title)) { $1 }
    try fillPage(.run, values, into: sink)
}

/// What a run puts into its page; all else is the same in the page of any run. The search for inputs that end the process
/// calls it by itself, a hundred times as often as it could make whole pages.
package func runValues(
    _ json: [UInt8], title: String
) throws(ViewerError) -> [(String, ArraySlice<UInt8>)] {
    let split = SplitTrace(json)
    return [
        ("title", Array(pageTitle(title).utf8)[...]),
        // Unlike the attention weights beside it, the JSON repeats itself.
        ("trace", try packedTrace(split.trace)[...]), ("attention", split.attention),
        ("words", pageWords(json)[...]), ("stories", try pageStories(split.trace)[...]),
    ]
}

private func packedTrace(_ json: [UInt8]) throws(ViewerError) -> [UInt8] {
    do { return base64(try deflated(json, looksFor: .repetitions)) } catch { throw .trace(error) }
}

/// A page without a run: it has a prompt box, and makes its runs with the engine and the model inside it.
public func livePage(_ engine: PageEngine, into sink: (ArraySlice<UInt8>) -> Void) throws(ViewerError) {
    var values = try PageEngine.values(engine)
    values["title"] = Array(pageTitle("").utf8)[...]
    try fillPage(.run, values, into: sink)
}

/// The page with what is the same in all of them, and with `values`; data that it has none of stay empty.
///
/// - Parameter isServed: whether the page is asked for from the server that its engine runs in.
/// - Returns: the page's Content-Security-Policy.
@discardableResult
func fillPage(
    _ kind: PageKind, isServed: Bool = false, _ values: [String: ArraySlice<UInt8>],
    into sink: (ArraySlice<UInt8>) -> Void
) throws(ViewerError) -> String {
    var values = values
    // Where runs are made in the page, why a beam ended is not known beforehand.
    if values["words"] == nil { values["words"] = pageWordForms()[...] }
    for name in ["trace", "attention", "stories", "second", "course"] where values[name] == nil {
        values[name] = []
    }
    values["kind"] = Array(kind.rawValue.utf8)[...]
    values["needs"] =
        Array(
            (isServed
                ? "This page needs JavaScript; it asks nobody but the stepglass that serves it. 本頁需要 JavaScript，只向提供它的 stepglass 要求資料。"
                : "This page needs JavaScript; it makes no network request. 本頁需要 JavaScript，不會連線到網路。").utf8)[...]
    let style = try pageStyle(kind, isServed: isServed)
    let script = try pageScript(kind, isServed: isServed)
    values["style"] = style[...]
    values["script"] = script[...]
    func hash(_ text: [UInt8]) -> String {
        "'sha256-\(String(decoding: base64(sha256(of: text).bytes), as: UTF8.self))'"
    }
    let engine = String(decoding: values["engine-policy"] ?? [], as: UTF8.self)
    let policy =
        "default-src 'none'; script-src \(hash(script))\(engine); style-src \(hash(style)); img-src data: blob:; "
        + "base-uri 'none'; form-action 'none'"
    values["policy"] = Array(policy.utf8)[...]
    values["colours"] = Array(pageColours().utf8)[...]
    values["fields"] = traceShapes()[...]
    values["stages"] = pageStages()[...]
    fillTemplate(Array(try pageFile("page.html").utf8), values, into: sink)
    return policy
}

/// The template with each `{{name}}` replaced. What is put in is not looked at again.
private func fillTemplate(
    _ template: [UInt8], _ values: [String: ArraySlice<UInt8>], into sink: (ArraySlice<UInt8>) -> Void
) {
    let brace = UInt8(ascii: "{")
    var written = 0
    var place = 0
    while place < template.count {
        if template[place] == brace, place + 1 < template.count, template[place + 1] == brace,
            let end = template[place...].firstIndex(of: UInt8(ascii: "}")),
            let value = values[String(decoding: template[(place + 2)..<end], as: UTF8.self)]
        {
            sink(template[written..<place])
            sink(value)
            place = end + 2
            written = place
        } else {
            place += 1
        }
    }
    sink(template[written...])
}

/// A title that is safe between tags: markup escaped, control and direction characters dropped, long texts cut.
func pageTitle(_ text: String) -> String {
    var title = ""
    var count = 0
    for scalar in text.unicodeScalars {
        if count == titleLimit { title += "…"; break }
        switch scalar {
        case "&": title += "&amp;"
        case "<": title += "&lt;"
        case ">": title += "&gt;"
        case "\n", "\t", "\r": title += " "
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: continue
            default: title.unicodeScalars.append(scalar)
            }
        }
        count += 1
    }
    return title.isEmpty ? "Stepglass 步鏡" : "\(title) · Stepglass"
}

/// The palettes and colour maps as JSON: `{"light":{"paper":"#…",…,"map":"256 colours of six digits"},"dark":{…}}`.
private func pageColours() -> String {
    func look(_ palette: Palette, _ map: ColorMap) -> String {
        let colours = [
            ("paper", palette.paper), ("ink", palette.ink), ("muted", palette.muted), ("line", palette.line),
            ("accent", palette.accent),
        ]
        let named = colours.map { "\"\($0.0)\":\"\($0.1.hex)\"" }.joined(separator: ",")
        return "{\(named),\"map\":\"\(map.entries.map { String($0.hex.dropFirst()) }.joined())\"}"
    }
    return "{\"light\":\(look(.light, .light)),\"dark\":\(look(.dark, .dark))}"
}
