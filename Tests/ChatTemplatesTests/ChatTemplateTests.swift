// Chat templates: as transformers renders them, refused with a line where they go too far.
import JSONText
import TestTools
import Testing

@testable import ChatTemplates

struct ChatTemplateTests {
    private static let date = ChatDate(year: 2025, month: 3, day: 7, hour: 9, minute: 5, second: 2)

    private func render(_ source: String, _ messages: [ChatMessage] = []) throws(ChatTemplateError) -> String {
        try ChatTemplate(source).render(
            messages: messages, addGenerationPrompt: true, bos: "<s>", eos: "</s>", date: Self.date)
    }

    @Test("templates and conversations, texts as transformers writes them")
    func goldenTexts() throws {
        var source = ""
        for row in try golden("templates") {
            source = row["template"]?.string ?? source
            let messages = (row["messages"]?.array ?? []).map {
                ChatMessage(role: $0["role"]?.string ?? "", content: $0["content"]?.string ?? "")
            }
            let name = row["name"]?.string ?? ""
            do {
                let text = try ChatTemplate(source).render(
                    messages: messages, addGenerationPrompt: row["prompt"]?.bool ?? false, bos: "<s>", eos: "</s>",
                    date: Self.date)
                #expect(Array(text.utf8) == row["text"]?.bytes, "\(name): \(text)")
            } catch {
                #expect(row["error"] != nil, "\(name): \(error)")
                if case .raised(let line, _) = error { #expect(line == 11) }
            }
        }
    }

    @Test("SmolLM2's own template", .needs(.smolLM2))
    func smolLM2() throws {
        let source = try smolLM2Template()
        let messages = [ChatMessage(role: "system", content: "Be kind."), ChatMessage(role: "user", content: "你好")]
        #expect(
            try render(source, messages)
                == "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n你好<|im_end|>\n<|im_start|>assistant\n")
    }

    @Test("names given by the caller; a date only if it is given")
    func variables() throws {
        let template = try ChatTemplate(
            "{{ thinking }} {{ list[1] }} {% if strftime_now is defined %}{{ strftime_now('%Y') }}{% else %}no{% endif %}"
        )
        let variables: [(name: String, value: JSONValue)] = [
            ("thinking", .bool(true)), ("list", .array([.number("1"), .number("2")])),
        ]
        func text(_ date: ChatDate?) throws -> String {
            try template.render(
                messages: [], addGenerationPrompt: false, bos: "", eos: "", date: date, variables: variables)
        }
        #expect(try text(nil) == "True 2 no")
        #expect(try text(Self.date) == "True 2 2025")
    }

    @Test(
        "what is not supported or not Jinja says so, with its line",
        arguments: [
            ("\n{% macro f(x) %}{% endmacro %}", "line 2: the statement \"macro\" is not supported"),
            ("{% include 'x' %}", "line 1: the statement \"include\""),
            ("{{ x|shuffle }}", "the filter \"shuffle\" is not supported; supported: abs"),
            ("{{ x is green }}", "the test \"green\""),
            ("{{ 'a'.encode() }}", "the method \"encode\" of a string"),
            ("{{ [].append(1) }}", "the method \"append\" of a list"),
            ("{{ f() }}", "\"f\", which is undefined, cannot be called"),
            ("{{ x.y.z }}", "\"x\", which is undefined, has no attribute \"y\""),
            ("{{ 1 / 0 }}", "division by 0"),
            ("{{ 1 + 'a' }}", "an integer and a string do not go together with +"),
            ("{{ 9223372036854775807 + 1 }}", "beyond 64 bits"),
            ("{{ 99999999999999999999 }}", "the number"),
            ("{{ raise_exception('no\nsystem') }}", "refuses this conversation: \"no\\nsystem\""),
            ("{{ strftime_now('%Q') }}", "the date format %Q"),
            ("{% for a, b in [1] %}{% endfor %}", "an integer cannot be taken apart into 2 names"),
            ("{% for a in 1 %}{% endfor %}", "an integer has no items"),
            ("{% set x.y = 1 %}", "\"x\" is no namespace"),
            ("{{ namespace|tojson }}", "cannot be written as JSON"),
            ("{{ 'a'.split('') }}", "empty string"),
            ("{{ {[]: 1} }}", "a list cannot be a key"),
            ("{{ 'a'|replace('b') }}", "lacks its argument \"new\""),
            ("{{ 'a'|trim(x=1) }}", "the argument \"x\" of trim"),
            ("a\nb{{ 'x", "line 2: a string without an end"),
            ("{{ x", "the end of the template, where }} should be"),
            ("{% if x %}", "the end of the template, where {% elif %}"),
            ("{% endif %}", "\"endif\", where the name of a statement should be"),
            ("{% break %}", "a loop around it"),
            ("{# x", "a comment without an end"),
            ("{% raw %} x", "a raw block without an end"),
            ("{{ ! }}", "\"!\", where an expression should be"),
            ("{{ 1 2 }}", "2, where }} should be"),
            ("{{ }}", "}}, where a value should be"),
            ("{% if %}x{% endif %}", "%}, where a value should be"),
            ("{{ a[1:2:3:4] }}", "a slice of 4 parts"),
            ("{{ '\\ud800' }}", "an escape that is no character"),
        ])
    func refusals(_ source: String, _ said: String) {
        #expect(message(source).contains(said), "\(message(source))")
    }

    /// Each of these would take for ever, fill the memory or overflow the stack without its bound.
    @Test(
        "hostile templates stop",
        arguments: [
            "{% for a in range(99999999999) %}{% endfor %}",
            "{% for a in range(3000) %}{% for b in range(3000) %}{% endfor %}{% endfor %}",
            "{% for a in range(100000) %}{% for b in 'x' * 1000 %}{{ b }}{% endfor %}{% endfor %}",
            "{{ 'x' * 9223372036854775807 }}",
            "{{ 'xx' * 9223372036854775807 }}",
            "{% set n = namespace(s='xxxxxxxx') %}{% for a in range(100) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
            "{% set n = namespace(s='xxxxxxxx') %}{% for a in range(100) %}{% set n.s = n.s.replace('x', n.s) %}{% endfor %}",
            "{% set n = namespace(l=[1]) %}{% for a in range(100) %}{% set n.l = n.l + n.l %}{% endfor %}",
            "{% set n = namespace(l=[1]) %}{% for a in range(1000) %}{% set n.l = [n.l] %}{% endfor %}",
            "{% set n = namespace(l=[1]) %}{% for a in range(30) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l }}",
            "{% set n = namespace(l=[1]) %}{% for a in range(30) %}{% set n.l = [n.l, n.l] %}{% endfor %}{{ n.l|tojson }}",
            "{% set n = namespace(l=[1], m=[1]) %}{% for a in range(30) %}{% set n.l = [n.l, n.l] %}{% set n.m = [n.m, n.m] %}"
                + "{% endfor %}{{ n.l == n.m }}",
            "{% set n = namespace() %}{% set n.n = n %}{{ n.n }}",
            "{% set n = namespace() %}{{ [n] }}",
            "{% set x = 'ab' * 4000000 %}{% for a in range(1000) %}{{ ('b' * 4000000) in x }}{% endfor %}",
        ])
    func hostile(_ source: String) {
        #expect(message(source) != "", "\(source.prefix(60))")
    }

    /// The opening and closing parts stand there 100,000 times; written out, they would fill the log.
    @Test(
        "nesting without end is an error",
        arguments: [
            ("{{ ", "(", "1", ")"), ("{{ ", "[", "", ""), ("{{ ", "-", "1", ""), ("{{ ", "not ", "1", ""),
            ("{{ 1", " + 1", "", ""), ("{{ 1", " if 1 else 1", "", ""), ("{{ 'a'", "|trim", "", ""),
            ("{{ a", ".a", "", ""), ("{{ a", "[a", "", ""), ("{{ a", "(a", "", ""), ("{{ 1", " and 1", "", ""),
            ("", "{% if 1 %}", "", ""), ("", "{% for a in b %}", "", ""),
        ])
    func deep(_ start: String, _ opening: String, _ middle: String, _ closing: String) {
        let source =
            start + String(repeating: opening, count: 100_000) + middle + String(repeating: closing, count: 100_000)
        #expect(message(start.isEmpty ? source : source + " }}") != "", "\(start)\(opening)…")
    }

    @Test("a long chain of branches is no nesting")
    func branches() throws {
        let chain = (0..<5000).map { "{% elif messages|length == \($0) %}\($0)" }.joined()
        #expect(try render("{% if false %}" + chain + "{% endif %}") == "0")
    }

    @Test("any cut of a good template is an error or a text, never a crash")
    func cuts() throws {
        var random = SplitMix(state: 4)
        for row in try golden("templates") {
            guard let source = row["template"]?.string else { continue }
            let scalars = Array(source.unicodeScalars)
            for _ in 0..<150 {
                // A stretch left out, and one put in from elsewhere in the template.
                let bounds = (0..<4).map { _ in Int.random(in: 0...scalars.count, using: &random) }.sorted()
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars[..<bounds[1]])
                view.append(contentsOf: scalars[bounds[2]..<bounds[3]])
                view.append(contentsOf: scalars[bounds[0]...])
                let said = message(String(view))
                #expect(!said.contains("\n"))
            }
        }
    }

    /// The error's message, or "" when there is none.
    private func message(_ source: String) -> String {
        let messages = [ChatMessage(role: "user", content: "hi"), ChatMessage(role: "assistant", content: "ho")]
        do {
            _ = try render(source, messages)
            return ""
        } catch {
            return error.description
        }
    }
}
