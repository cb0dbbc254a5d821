// `restart`: from the prompt again. What is recorded stays, so nothing is computed anew.

extension AdapterRequest {
    static let restart = AdapterRequest("restart") { (_, _, _) throws(AdapterError) in .restart }
}
