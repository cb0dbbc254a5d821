// Conversations from files: what the template makes of them, what the record keeps, what is refused in one line.
import JSONText
import TestTools
import Testing

struct ChatCommandTests {
    private static let template =
        "{% for m in messages %}[{{ m.role }}]{{ m.content if m.content is string else m.content|map(attribute='text')|join('+') }}"
        + "{% endfor %}{% if tools %}{{ tools[0].name }}{% endif %}"

    /// A folder with a small model that has this chat template.
    private func place(_ template: String) throws -> Workplace {
        let place = try Workplace()
        var maker = ModelMaker()
        maker.pairs.append(("tokenizer.chat_template", .text(template)))
        _ = try place.write("made.gguf", maker.bytes)
        return place
    }

    @Test func aConversationIsRenderedRecordedAndRenderedAgain() throws {
        let place = try place(Self.template + "{{ strftime_now('%Y-%m-%d') }}")
        let parts = #"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#
        let messages = #"[{"role":"system","content":"S"},{"role":"user","content":"# + parts + "}]"
        _ = try place.write("chat.json", Array(messages.utf8))
        _ = try place.write("tools.json", Array(#"[{"name":"clock"}]"#.utf8))
        let run = try place.stepglass(
            "trace", "--model", "made.gguf", "--messages", "chat.json", "--tools", "tools.json", "--date", "2026-07-04",
            "--greedy", "--max-tokens", "2", "-o", "out")
        #expect(run.status == 0, "\(run.errors)")
        let trace = try place.json("out/trace.json")
        #expect(trace["prompt"]?["rendered"]?.string == "[system]S[user]a+bclock2026-07-04")
        #expect(trace["prompt"]?["text"]?.string == "a\nb")
        let settings = trace["settings"]
        #expect(settings?["chat"]?.bool == true && settings?["date"]?.string == "2026-07-04")
        #expect(settings?["messages"]?.array?.count == 2 && settings?["tools"]?.array?.count == 1)
        let check = try place.stepglass("verify", "out/trace.json", "--model", "made.gguf")
        #expect(check.status == 0, "\(check.errors)")
    }

    @Test func aDateThatWasNotAskedForIsNotRecorded() throws {
        let place = try place(Self.template)
        let run = try place.stepglass(
            "trace", "Hi", "--model", "made.gguf", "--chat", "--date", "2026-07-04", "--greedy", "--max-tokens", "1",
            "-o", "out")
        #expect(run.status == 0, "\(run.errors)")
        let settings = try place.json("out/trace.json")["settings"]?.object
        for name in ["date", "messages", "tools"] { #expect(settings?[name] == nil, "\(name)") }
    }

    @Test(arguments: [
        "", "{", "{}", "[]", "[1]", "[{}]", #"[{"role":1}]"#, #"[{"role":"user","content":3}]"#,
        #"[{"role":"user","content":["a"]}]"#, #"[{"role":"user","content":[{"text":"a"}]}]"#, "[[[[",
    ])
    func hostileMessages(_ text: String) throws {
        let place = try place(Self.template)
        _ = try place.write("chat.json", Array(text.utf8))
        let run = try place.stepglass("trace", "--model", "made.gguf", "--messages", "chat.json", "-o", "out")
        run.expectOneLine(1, text)
        #expect(run.errors.contains("chat.json"))
    }

    @Test(arguments: [
        ["trace"], ["trace", "Hi", "--messages", "chat.json"], ["trace", "--messages", "chat.json", "--raw"],
        ["trace", "--messages", "chat.json", "--system", "S"], ["trace", "Hi", "--tools", "tools.json"],
        ["trace", "Hi", "--date", "2026-07-04"], ["trace", "Hi", "--chat", "--date", "2026-02-30"],
    ])
    func wrongUsage(_ arguments: [String]) throws {
        let place = try place(Self.template)
        _ = try place.write("chat.json", Array(#"[{"role":"user","content":"a"}]"#.utf8))
        _ = try place.write("tools.json", Array("[]".utf8))
        try place.stepglass(arguments + ["--model", "made.gguf"]).expectOneLine(64, arguments.joined(separator: " "))
    }
}
