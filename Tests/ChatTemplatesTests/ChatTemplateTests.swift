// Chat templates: as transformers renders them, refused with a line where they go too far.
import JSONText
import TestTools
import Testing

@testable import ChatTemplates

struct ChatTemplateTests {
    private static let date = ChatDate(year: 2025, month: 3, day: 7, hour: 9, minute: 5, second: 2)

    private func render(
        _ source: String, _ messages: [JSONValue] = [], prompt: Bool = true
    ) throws(ChatTemplateError) -> String {
        try ChatTemplate(source).render(
            ChatConversation(messages: messages, date: Self.date), addGenerationPrompt: prompt,
            tokens: ["bos_token": "<s>", "eos_token": "</s>"]
        ).text
    }

    private func turn(_ role: String, _ content: String) -> JSONValue {
        ChatConversation.message(role: role, content: content)
    }

    @Test("templates and conversations, texts as transformers writes them")
    func goldenTexts() throws {
        var source = ""
        for row in try golden("templates") {
            source = row["template"]?.string ?? source
            let messages = row["messages"]?.array ?? []
            let name = row["name"]?.string ?? ""
            do {
                let text = try render(source, messages, prompt: row["prompt"]?.bool ?? false)
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
        let messages = [turn("system", "Be kind."), turn("user", "你好")]
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
        func rendering(_ date: ChatDate?) throws -> ChatRendering {
            try template.render(
                ChatConversation(messages: [], date: date), addGenerationPrompt: false, variables: variables)
        }
        #expect(try rendering(nil) == ChatRendering(text: "True 2 no", hasUsedDate: false))
        #expect(try rendering(Self.date) == ChatRendering(text: "True 2 2025", hasUsedDate: true))
    }

    @Test("the language, statement by statement and value by value, as Jinja has it")
    func language() throws {
        for row in try golden("language") {
            let source = try #require(row["template"]?.string)
            do {
                let text = try render(source, [turn("user", "Hello")])
                #expect(Array(text.utf8) == row["text"]?.bytes, "\(source): \(text)")
            } catch {
                #expect(row["error"] != nil, "\(source): \(error)")
            }
        }
    }

    @Test("reasoning under any of its names, tools, and a date that is written and read")
    func conversation() throws {
        var message = JSONObject()
        for (name, value) in [("role", "assistant"), ("reasoning", "because")] {
            _ = message.append(name, .string(value))
        }
        #expect(
            try render("{{ messages[0].reasoning_content }} {{ messages[0].thinking }}", [.object(message)])
                == "because because")
        let template = try ChatTemplate("{{ tools[0].name }}{{ tools|length }}")
        var tool = JSONObject()
        _ = tool.append("name", .string("clock"))
        let conversation = ChatConversation(messages: [], tools: [.object(tool)])
        #expect(try template.render(conversation, addGenerationPrompt: true).text == "clock1")
        #expect(ChatDate("2024-02-29")?.text == "2024-02-29")
        for text in ["2023-02-29", "2024-13-01", "2024-1-01", "24-01-01", "2024-01-01x", "", "0000-01-01"] {
            #expect(ChatDate(text) == nil, "\(text)")
        }
    }

    @Test(
        "what is not supported or not Jinja says so, with its line",
        arguments: [
            ("{% include 'x' %}", "line 1: the statement \"include\", which reads another template, is not supported"),
            ("{% do x %}", "\"do\", where the name of a statement should be"),
            ("\n{{ x|shuffle }}", "line 2: the filter \"shuffle\" is not supported; supported: abs"),
            ("{% if x is defined %}{% else %}\n{{ 1|shuffle }}{% endif %}", "line 2: the filter \"shuffle\""),
            ("{{ x is green }}", "the test \"green\""), ("{{ [1]|random }}", "the filter \"random\""),
            ("{% autoescape true %}{% endautoescape %}", "automatic escaping is not supported"),
            ("{{ 'a'.encode() }}", "the method \"encode\" of a string"),
            ("{{ [].append(1) }}", "the method \"append\", which would change a list, cannot be called"),
            ("{{ f() }}", "\"f\", which is undefined, cannot be called"),
            ("{{ x.y.z }}", "\"x\", which is undefined, has no attribute \"y\""),
            ("{{ 1 / 0 }}", "division by 0"), ("{{ 1 + 'a' }}", "an integer and a string do not go together with +"),
            ("{{ 9223372036854775807 + 1 }}", "beyond 64 bits"), ("{{ 99999999999999999999 }}", "the number"),
            ("{{ 2 ** 64 }}", "beyond 64 bits"), ("{{ '99999999999999999999'|int }}", "too large"),
            ("{{ raise_exception('no\nsystem') }}", "refuses this conversation: \"no\\nsystem\""),
            ("{{ strftime_now('%Q') }}", "the date format \"%Q\""),
            ("{% for a, b in [1] %}{% endfor %}", "an integer has no items"),
            ("{% set a, b = (1, 2, 3) %}", "a tuple of 3 cannot be taken apart into 2 names"),
            ("{% for a in 1 %}{% endfor %}", "an integer has no items"),
            ("{% set x.y = 1 %}", "\"x\" is no namespace"),
            ("{{ namespace()|tojson }}", "a namespace cannot be written as JSON"),
            ("{{ 'a'.split('') }}", "empty string"), ("{{ {[]: 1} }}", "a list cannot be a key"),
            ("{{ 'a'|replace('b') }}", "lacks its argument \"new\""),
            ("{{ 'a'|trim(x=1) }}", "the argument \"x\" of trim"), ("{{ 'a'.upper }}", "has no text of its own"),
            ("{% macro f(a) %}{% endmacro %}{{ f(b=1) }}", "the macro \"f\" takes no argument \"b\""),
            ("a\nb{{ 'x", "line 2: a string without an end"),
            ("{{ x", "the end of the template, where }} should be"),
            ("{% if x %}", "the end of the template, where {% elif %}"),
            ("{% endif %}", "\"endif\", where the name of a statement should be"),
            ("{% break %}", "a loop around it"), ("{# x", "a comment without an end"),
            ("{% raw %} x", "a raw block without an end"), ("{{ ! }}", "\"!\", where an expression should be"),
            ("{{ 1 2 }}", "2, where }} should be"), ("{{ }}", "}}, where a value should be"),
            ("{% if %}x{% endif %}", "%}, where a value should be"), ("{{ (1] }}", "\"]\", where \")\" should be"),
            ("{{ a[1:2:3:4] }}", "4, where \"]\" should be"),
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
            "{% set n = namespace() %}{% set n.n = n %}{{ n }}",
            "{% set n = namespace() %}{% set n.n = [n, n] %}{{ n }}",
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
            "{% macro f(x) %}{{ caller() }}{% endmacro %}{% macro g() %}{% call f(1) %}{{ g() }}{% endcall %}{% endmacro %}{{ g() }}",
            "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{% block a %}{{ self.a() }}{% endblock %}",
            "{{ [1] * 9223372036854775807 }}", "{{ '{:999999999}'.format('x') }}", "{{ '%999999999d' % 1 }}",
            "{{ '%.999999999f' % 1 }}", "{{ '{:.99999999999999999999}'.format(1.5) }}", "{{ 'x'|center(999999999) }}",
            "{{ 'x'.ljust(9223372036854775807) }}", "{{ 'x\\ny'|indent(999999999) }}",
            "{{ [1]|batch(999999999, 0)|list }}",
            "{{ [1]|slice(999999999)|list }}", "{{ [1]|tojson(indent=999999999) }}",
            "{{ '\\t'.expandtabs(999999999) }}",
            "{{ 'a,' * 5000000 }}{{ ('a,' * 5000000).split(',') }}", "{{ ('x' * 4000000)|list }}",
            "{% for a in range(100000) %}{% set b = range(100000)|list %}{% endfor %}",
            "{% for a in range(100000) %}{% set b = range(100000)|sum %}{% endfor %}",
            "{% set n = namespace(a=0) %}{% for a in range(100000) %}{% set n.a = namespace(a=n.a) %}{% endfor %}{{ n }}",
            "{% set x = 'ab' * 4000000 %}{% for a in range(1000) %}{{ ('b' * 4000000) in x }}{% endfor %}",
            "{{ '%.*d' % (9223372036854775807, 5) }}", "{{ '%.*d' % (9223372036854775807, -5) }}",
            "{{ '%.*s' % (9223372036854775807, 'x') }}",
            "{% set n = namespace(j=joiner()) %}{% for a in range(1000) %}{% set n.j = joiner(n.j) %}{% endfor %}",
            "{{ ('a\n' * 5000)|wordwrap(1, wrapstring='x' * 1000000) }}",
            "{% set n = namespace(t=(1,)) %}{% for a in range(40) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t in {} }}",
            "{% set n = namespace(t=(1,)) %}{% for a in range(40) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ {n.t: 1} }}",
            "{% set n = namespace(t=(1,)) %}{% for a in range(40) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ {}[n.t] }}",
            "{% set n = namespace(t=(1,)) %}{% for a in range(40) %}{% set n.t = (n.t, n.t) %}{% endfor %}{{ n.t|trim|safe }}",
            "{{ range(2000)|list|tojson(separators=('x' * 3000000, ':')) }}",
            "{{ {'a': 1, 'b': 2, 'c': 3}|tojson(separators=(',', 'x' * 8000000)) }}",
            "{% set a = 'x' * 4000000 %}{{ " + Array(repeating: "a", count: 1500).joined(separator: "~") + " }}",
            "{{ 1" + String(repeating: "|zz", count: 100) + " }}",
            "{{ f(" + (0..<2000).map { "a\($0)=1" }.joined(separator: ",") + ",a0=1) }}",
        ]
            // One large text in many places: each look at it counts.
            + [
                "|sort", "|map('wordcount')|list", "|map('urlencode')|list", "|unique|list", "|groupby('x')", "|max",
                "|min",
                "|map('int')|list", "|map('float')|list", "|select('lower')|list", "|select('upper')|list",
                "|map('e')|list",
                "|map('trim')|list", "|map('string')|list", "|join", "|map('title')|list", "|map('striptags')|list",
            ].map { "{{ (['x' * 3000000] * 2000)" + $0 + " }}" })
    func hostile(_ source: String) {
        #expect(message(source) != "", "\(source.prefix(60))")
    }

    /// What was looked for in vain is not looked for again, and a part that is done with is not copied again.
    @Test func longTextsOfOnePartAreWalkedOnce() throws {
        func length(_ use: String) throws -> String { try render("{{ (\(use))|length }}") }
        #expect(try length("('<' * 400000)|striptags") == "400000")
        #expect(try length("('<!--' * 100000)|striptags") == "400000")
        #expect(try length("('a' * 400000)|wordwrap(1)") == "799999")
        #expect(try length("'{:0200000,}'.format(1)") == "200001")
        let names = (0..<3_500).map { "a\($0)" }
        let blocks = names.map { "{% block \($0) %}{% endblock %}" }.joined()
        #expect(try render(blocks) == "")
        let arguments = (0..<12_000).map { "a\($0)=1" }.joined(separator: ",")
        #expect(try render("{{ dict(\(arguments))|length }}") == "12000")
    }

    /// A letter with a hundred thousand accents, which Swift would put in order for minutes before it compares them.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            ("{{ a|int }}", "0"), ("{{ a|float }}", "0.0"), ("{{ {'q': 1}[a] }}", ""), ("{{ [1][a] }}", ""),
            ("{{ a[a] }}", ""),
            ("{{ namespace(q=1)[a] }}", ""), ("{{ {a: 1}[a] }}", "1"), ("{{ a == a ~ 'b' }}", "False"),
            ("{{ [{a: 1}]|map(attribute=a)|first }}", "1"),
            ("{{ '{x}'.format_map({a: 1, 'x': 2}) }}", "2"), ("{{ a is filter }}{{ a is test }}", "FalseFalse"),
            ("{{ [a ~ 'b', a]|unique|list|length }}", "2"),
            ("{{ 7[a] }}", ""), ("{{ cycler(1)[a] }}", ""), ("{{ '٣'|int }}", "3"), ("{{ 'é3'|int }}", "0"),
        ])
    func accentsAreNoWork(_ use: String, _ wanted: String) throws {
        #expect(try render("{% set a = 'x' ~ ('\u{301}\u{323}' * 50000) %}" + use) == wanted, "\(use)")
    }

    /// Numbers at the edges, where a sum or a quotient does not fit; the values are Python's.
    @Test(arguments: [
        ("{{ 1e-200|round(2) }}", "0.0"), ("{{ '%.3e' % 1e-150 }}", "1.000e-150"),
        ("{{ ('%.5000f' % 1e-300)|length }}", "5002"), ("{{ '{:.4e}'.format(5e-320) }}", "4.9999e-320"),
        ("{{ '%.2e' % 2.2250738585072014e-308 }}", "2.23e-308"), ("{{ '%.2e' % 5e-324 }}", "4.94e-324"),
        ("{{ '%.0f' % 1e22 }}", "10000000000000000000000"), ("{{ 1e308|filesizeformat }}", "inf YB"),
        ("{{ '{:%}'.format(1e308) }}", "inf%"), ("{{ (-9223372036854775807-1) in range(0,-5,-1) }}", "False"),
        ("{{ -4 in range(0,-5,-2) }}{{ -3 in range(0,-5,-2) }}{{ 4 in range(0,-5,-2) }}", "TrueFalseFalse"),
        ("{{ 5 in range(0,-5,-9223372036854775807-1)[::2] }}", nil),
        ("{{ range(0,9223372036854775807,4611686018427387904)[::3] }}", nil),
        ("{{ range(10)[::9223372036854775807] }}", "range(0, 10, 9223372036854775807)"),
        ("{{ range(10)[2:7:2] }}{{ range(10)[::-3]|list }}", "range(2, 7, 2)[9, 6, 3, 0]"),
        ("{{ 9000000000000000000|round(-19) }}", nil), ("{{ 4000000000000000000|round(-19) }}", "0"),
        ("{{ 15|round(-1) }}{{ 25|round(-1) }}{{ -15|round(-1) }}{{ -26|round(-1) }}", "2020-20-30"),
        ("{{ (-9223372036854775807-1)|round(-18) }}{{ 7|round(-400) }}", "-90000000000000000000"),
        ("{{ 1|round(-400,'floor') }}", nil),
        ("{{ range(0,-9223372036854775807-1,-9223372036854775807-1)|list }}", "[0]"),
        ("{{ range(3,3)|list }}{{ range(0,7,3)|list }}{{ range(7,0,-3)|list }}", "[][0, 3, 6][7, 4, 1]"),
        ("{{ ('a' * 7)|wordwrap(3) }}|{{ 'ab  cd ef'|wordwrap(5) }}", "aaa\naaa\na|ab\ncd ef"),
    ])
    func numbersAtTheEdges(_ source: String, _ wanted: String?) throws {
        if let wanted { #expect(try render(source) == wanted) } else { #expect(message(source) != "") }
    }

    /// All floats, by their bits: digits that read back as the float they are of.
    @Test func everyFloatHasItsDigits() throws {
        var random = SplitMix64(state: 5)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next()).magnitude
            if !value.isFinite || value == 0 { continue }
            let text = try render("{{ '%.17e' % x }}".replacing("x", with: "\(value)"))
            #expect(Double(text) == value, "\(value)")
        }
    }

    /// Names as long as a text: of a variable, and of a filter.
    @Test(.timeLimit(.minutes(20)), arguments: ["{{ a% }}", "{% set a% = 1 %}", "{{ 1|a% }}", "{{ b.a% }}"])
    func aNameHasAnEnd(_ source: String) {
        let told = message(
            source.replacing("a%", with: "a" + String(repeating: "\u{301}\u{323}", count: 32_000)))
        #expect(told.contains("a name of more than 256 bytes"), "\(told.prefix(200))")
    }

    /// As many parameters as arguments of other names.
    @Test(.timeLimit(.minutes(20))) func parametersAndNames() throws {
        func list(_ name: String) -> String { (0..<7_000).map { "\(name)\($0)=1" }.joined(separator: ",") }
        let source = "{% macro f(\(list("a"))) %}{{ kwargs|length }}{% endmacro %}{{ f(\(list("b"))) }}"
        #expect(try render(source) == "7000")
    }

    /// Nor is such a text the name of a filter, a test or an argument.
    @Test(
        .timeLimit(.minutes(20)),
        arguments: [
            ("{{ [1]|map(a)|list }}", "map takes the name of a filter"), ("{{ [1]|select(a)|list }}", "the test"),
            ("{{ [1]|reject(a)|list }}", "the test"), ("{{ [{'x': 1}]|selectattr('x', a)|list }}", "the test"),
            ("{{ namespace(**{a: 1}) }}", "is no name of an argument"),
            ("{{ dict(**{a: 1, 'b': 2}) }}", "is no name of an argument"),
            ("{% macro m(b) %}{% endmacro %}{{ m(**{a: 1}) }}", "is no name of an argument"),
            ("{{ 'b'|replace(**{a: 1}) }}", "is no name of an argument"),
            ("{{ ('{' ~ a ~ '}').format(b=1) }}", "which is not given"),
            ("{{ ('{' ~ a ~ '}').format_map({a: 1}) }}", "which is not given"),
        ])
    func accentsAreNoName(_ use: String, _ says: String) {
        let told = message("{% set a = 'x' ~ ('\u{301}\u{323}' * 50000) %}" + use)
        #expect(told.contains(says), "\(use): \(told.prefix(300))")
    }

    @Test("what holds itself is freed")
    func cycles() throws {
        #expect(
            try render("{% set n = namespace() %}{% set n.n = [n] %}{% macro f() %}{% endmacro %}{% set n.f = f %}x")
                == "x")
    }

    /// The opening and closing parts stand there as often as a template has room for; written out, they would fill the log.
    @Test(
        "nesting without end is an error",
        arguments: [
            ("{{ ", "(", "1", ")"), ("{{ ", "[", "", "]"), ("{{ ", "-", "1", ""), ("{{ ", "not ", "1", ""),
            ("{{ 1", " + 1", "", ""), ("{{ 1", " if 1 else 1", "", ""), ("{{ 'a'", "|trim", "", ""),
            ("{{ a", ".a", "", ""), ("{{ a", "[a", "", "]"), ("{{ a", "(a", "", ")"), ("{{ 1", " and 1", "", ""),
            ("{{ a", " is in a", "", ""),
            ("{% set b = ", "(", "a", ")"), ("", "{% macro a() %}", "", ""), ("", "{% filter a %}", "", ""),
            ("", "{% if 1 %}", "", ""), ("", "{% for a in b %}", "", ""),
        ])
    func deep(_ start: String, _ opening: String, _ middle: String, _ closing: String) {
        let count = 130_000 / (opening + closing).utf8.count
        let source =
            start + String(repeating: opening, count: count) + middle + String(repeating: closing, count: count)
        let told = message(source + (start.isEmpty ? "" : start.hasPrefix("{%") ? " %}" : " }}"))
        let isDeep = told.contains("nests deeper than") || told.contains("deep in each other")
        #expect(isDeep, "\(start)\(opening)… \(told)")
    }

    @Test("a long chain of branches or of parts is no nesting")
    func branches() throws {
        #expect(try render("{{ 1" + String(repeating: " ~ 1", count: 30_000) + " }}").utf8.count == 30_001)
        let chain = (0..<3_300).map { "{% elif messages|length == \($0) %}\($0)" }.joined()
        #expect(try render("{% if false %}" + chain + "{% endif %}") == "0")
    }

    @Test("any cut of a good template is an error or a text, never a crash")
    func cuts() throws {
        var random = SplitMix64(state: 4)
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
        let messages = [turn("user", "hi"), turn("assistant", "ho")]
        do {
            _ = try render(source, messages)
            return ""
        } catch {
            return error.description
        }
    }
}
