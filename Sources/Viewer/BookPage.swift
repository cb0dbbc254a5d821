// The course as one page: lessons, figures, exercises, the engine and the shipped model inside it.
internal import Traces

/// The module that starts a book.
let bookEntry = "book/book.js"

/// The book of a course.
///
/// - Parameters:
///   - course: the course as JSON, as the engine's request `course` reads it.
///   - title: the window's title.
///   - engine: the engine and the model that makes the runs.
///   - sink: gets the bytes of one HTML file (UTF-8) that needs no other file and no network.
public func bookPage(
    course: [UInt8], title: String, engine: PageEngine, into sink: (ArraySlice<UInt8>) -> Void
) throws(ViewerError) {
    var values = try PageEngine.values(engine)
    do { values["course"] = base64(try deflated(course, looksFor: .repetitions))[...] } catch { throw .trace(error) }
    values["title"] = Array(pageTitle(title).utf8)[...]
    try fillPage(.book, values, into: sink)
}
