// The models that the program around the engine has, opened by name: a page then brings no files.
internal import Generation
internal import JSONText
internal import Phrases

extension Request {
    /// The names that `use` takes.
    static let models = Request("models", "") { (engine, _, answer) throws(RequestError) in
        let shelf = try engine.shelf()
        answer.json.object { json in
            json.member("first", shelf.first)
            json.array("models") { json in
                for entry in shelf.entries {
                    json.object { json in
                        json.member("name", entry.name)
                        json.member("title", entry.title)
                        json.member("purpose", entry.purpose)
                    }
                }
            }
        }
    }

    /// `name`: opens that model of the shelf, or the first one; the answer is that of `open`.
    static let use = Request("use", "name?") { (engine, arguments, answer) throws(RequestError) in
        let shelf = try engine.shelf()
        let name = try arguments.textIfAny("name") ?? shelf.first
        guard shelf.entries.contains(where: { $0.name == name }) else {
            let names = shelf.entries.map { $0.name }.joined(separator: ", ")
            throw .request(
                Phrase(
                    "there is no model \(readable(name)) here; there are: \(names)",
                    "這裡沒有模型 \(readable(name))；有：\(names)"))
        }
        let model = try shelf.open(name)
        answer.json.value(model, number: engine.add(model), hash: "")
    }
}

extension Request {
    /// `run`, `count` steps on, told as events while they are made: the server's, which carries it out by other requests.
    static let walk = Request("walk", "run count milliseconds? layer? from? tells?") {
        (engine, arguments, _) throws(RequestError) in
        _ = try engine.run(arguments)
        let count = try arguments.count("count")
        throw .request(
            Phrase("\"count\" is \(count); a walk has 1 step or more", "「count」是 \(count)；至少要走 1 步"))
    }
}

extension Engine {
    fileprivate func shelf() throws(RequestError) -> LiveHost.Shelf {
        guard let shelf = host.shelf else {
            throw .request(Phrase("this engine opens models from their files", "這個引擎從檔案開啟模型"))
        }
        return shelf
    }
}
