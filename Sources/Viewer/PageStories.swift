// Each step's story as data for the page, which words none itself.
internal import JSONText
internal import Stories
internal import Traces

/// The stories of a trace.json in the order of the steps, packed as the trace is: a JSON list as one zlib stream in base64.
/// Nothing for a text that is no trace: the page says what is wrong with it.
func pageStories(_ json: [UInt8]) throws(ViewerError) -> [UInt8] {
    let trace: Trace
    do { trace = try Trace(parsing: json) } catch { return [] }
    if trace.steps.isEmpty { return [] }
    var stories = JSONWriter()
    stories.array { json in for step in trace.steps { json.value(Story(of: step, in: trace)) } }
    do { return base64(try deflated(stories.bytes, looksFor: .repetitions)) } catch { throw .trace(error) }
}
