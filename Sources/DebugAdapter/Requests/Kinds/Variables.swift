// `variables`: what a scope or a variable holds.

extension AdapterRequest {
    static let variables = AdapterRequest("variables") { (adapter, arguments, body) throws(AdapterError) in
        var rows = try adapter.variables(try arguments.whole("variablesReference"))
        if !adapter.client.hearsTypes { for place in rows.indices { rows[place].type = nil } }
        let start = max(try arguments.wholeIfAny("start") ?? 0, 0)
        let count = try arguments.wholeIfAny("count") ?? 0
        body.members("variables", Array(rows.dropFirst(start).prefix(count > 0 ? count : rows.count)))
        return .nothing
    }
}
