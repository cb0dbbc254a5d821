// The models that the program around the engine has, opened by name: a page then brings no files.
internal import Generation
internal import JSONText
internal import Phrases

extension Request {
    /// The names that `use` takes.
    static let models = Request("models") { (engine, _, answer) throws(RequestError) in
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

    /// `name`: opens that model of the shelf; the answer is that of `open`.
    static let use = Request("use") { (engine, arguments, answer) throws(RequestError) in
        let shelf = try engine.shelf()
        let name = try arguments.text("name")
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

extension Engine {
    fileprivate func shelf() throws(RequestError) -> LiveHost.Shelf {
        guard let shelf = host.shelf else {
            throw .request(Phrase("this engine opens models from their files", "這個引擎從檔案開啟模型"))
        }
        return shelf
    }
}
