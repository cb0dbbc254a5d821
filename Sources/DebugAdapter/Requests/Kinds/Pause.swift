// `pause`: a walk that was under way has stopped for it already; where none was, the run stands still as it did.

extension AdapterRequest {
    static let pause = AdapterRequest("pause") { (_, _, _) throws(AdapterError) in .nothing }
}
