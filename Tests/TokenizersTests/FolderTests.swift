// A folder's files beside its vocabulary: ids and names as the transformers library's.
import JSONText
import ModelFiles
import TestTools
import Testing

@testable import Tokenizers

struct FolderTests {
    private static let rows = Result { try golden("folders") }

    @Test("ids and special tokens of folders", arguments: 1..<26)
    func reference(_ number: Int) throws {
        let rows = try Self.rows.get()
        let row = rows[number]
        let name = row["name"]?.string ?? ""
        let tokenizer = try Self.read(row, all: try #require(rows[0]["vocabulary"]?.object))
        for item in row["cases"]?.array ?? [] {
            let text = try #require(item["text"])
            let encoding = tokenizer.encode(text.bytes, special: true)
            #expect(encoding.ids == item["special"]?.integers, "\(name): \(text)")
            // Without asking for them no control token is there but those of the frame.
            let plain = tokenizer.encode(text.bytes, framed: false)
            #expect(plain.ids.allSatisfy { !tokenizer.isSpecial($0) }, "\(name): \(text)")
        }
        let named = row["named"]?.object?.members ?? []
        #expect(tokenizer.namedTokens.count == named.count, "\(name): \(tokenizer.namedTokens)")
        for (key, value) in named {
            #expect(tokenizer.namedTokens.first { $0.name == key }?.token == value.string, "\(name): \(key)")
        }
    }

    @Test("all rows are tested") func count() throws { #expect(try Self.rows.get().count == 26) }

    @Test("what is not as it should be is noted")
    func notes() throws {
        let rows = try Self.rows.get()
        let all = try #require(rows[0]["vocabulary"]?.object)
        for (name, part) in [
            ("id of its own", "\"<x>\" has the id 259, not 300"), ("hole", "1 id has no token"),
            ("merges twice", "1 merge is in the list before: of equal merges the last one counts"),
        ] {
            let row = try #require(rows.first { $0["name"]?.string == name })
            let notes = try Self.read(row, all: all).notes
            #expect(notes.contains { $0.contains(part) }, "\(notes)")
        }
    }

    @Test("what users typed inside a rendered template is text")
    func typed() throws {
        let tokenizer = try tokenizer(byteTokens + ["<e>", "<u>"], types: [Int](repeating: 1, count: 256) + [3, 4])
        let text = Array("<e>a<e><u>".utf8)
        let (lower, letters) = (60, [60, 101, 62])
        #expect(tokenizer.controlTexts(in: text) == [0..<3, 4..<7])
        #expect(tokenizer.encode(text, special: true).ids == [256, 97, 256, 257])
        #expect(tokenizer.encode(text, special: true, typed: [4..<7]).ids == [256, 97] + letters + [257])
        #expect(tokenizer.encode(text, special: true, typed: [0..<1]).ids.first == lower)
    }

    private static func read(_ row: JSONValue, all: JSONObject) throws -> Tokenizer {
        let folder = try TemporaryFolder()
        for (file, content) in row["files"]?.object?.members ?? [] {
            var writer = JSONWriter()
            if let text = content.string, file == "merges.txt" {
                try folder.write(file, Array(text.utf8))
                continue
            }
            writer.value(filled(content, all))
            try folder.write(file, writer.bytes)
        }
        return try Tokenizer(try ModelFolder(path: folder.path, needsWeights: false))
    }

    /// The value with vocabularies put in where they are told by how they differ from the one that most have.
    private static func filled(_ value: JSONValue, _ all: JSONObject) -> JSONValue {
        if value.string == "the same" { return .object(all) }
        guard let object = value.object else { return value }
        var result = JSONObject()
        if let without = value["without"]?.array, let with = value["with"]?.object {
            for (key, id) in all.members where !without.contains(.string(key)) { _ = result.append(key, id) }
            for (key, id) in with.members { _ = result.append(key, id) }
        } else {
            for (key, member) in object.members { _ = result.append(key, filled(member, all)) }
        }
        return .object(result)
    }
}
