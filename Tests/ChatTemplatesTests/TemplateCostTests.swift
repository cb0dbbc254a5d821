// What a template may cost: a step for each thing walked and for each 32 bytes made or looked at, whatever the way.
import JSONText
import TestTools
import Testing

@testable import ChatTemplates

struct TemplateCostTests {
    private func render(_ source: String) throws(ChatTemplateError) -> String {
        try ChatTemplate(source).render(
            ChatConversation(messages: [], date: ChatDate(year: 2025, month: 3, day: 7, hour: 9, minute: 5, second: 2)),
            addGenerationPrompt: true, tokens: [:]
        ).text
    }

    /// The error's message, or "" when there is none.
    private func message(_ source: String) -> String {
        do {
            _ = try render(source)
            return ""
        } catch {
            return error.description
        }
    }

    private static let stopped = "the template runs for too long; it was stopped"

    /// 200,000 steps, some tenths of a second: more would let a model that somebody sent hold the machine.
    @Test func theBudgetHasASize() throws {
        func loops(_ count: Int) -> String {
            "{% for a in range(\(count)) %}{% for b in range(\(count)) %}{% endfor %}{% endfor %}"
        }
        #expect(try render(loops(200)) == "")
        for count in [500, 700, 2000] { #expect(message(loops(count)).contains(Self.stopped), "\(count)") }
        #expect(try render("{{ ('a' * 2000000)|length }}") == "2000000")
        #expect(message("{{ ('a' * 7000000)|length }}").contains(Self.stopped))
    }

    /// Keys and texts of two million bytes, which are a third of the budget to make, looked at again and again.
    @Test(
        "long texts that are looked at often",
        arguments: [
            "d.get(k)", "d[k]", "k in d", "d.pop(k, 1)", "d.setdefault(k, 2)", "{k: 1}", "e[k]", "namespace(**d)",
            "k|length", "k[1999999]", "k[::2]|length", "k|first", "k|last", "k|list|length", "k|reverse",
            "k.endswith('b')", "k.startswith(k)", "k.find('b')", "k.count('b')", "k.split('b')", "k.strip('a')",
            "k.replace('b', 'c')", "k.isalpha()", "k.upper()", "'b' in k", "k == k ~ 'a'", "k == j", "k < j", "k ~ j",
            "k|int", "k|float", "k|title", "k|capitalize", "k|wordcount", "k|wordwrap(2)", "k|e", "k|indent", "k|trim",
            "k|upper", "k|urlencode", "k|striptags", "k|tojson", "k|string", "k|center(9)", "k|truncate(9)",
            "k|replace('b', 'c')",
            "'%s' % k", "'{}'.format(k)", "[k, j]|sort", "[k, j]|unique|list", "[k, j]|max", "[k, j]|join",
            "k is lower",
            "k is eq j", "k is in [j]", "loop.changed(k)",
        ])
    func longTexts(_ look: String) throws {
        let make =
            "{% set k = 'a' * 2000000 %}{% set j = 'a' * 2000000 %}{% set d = {k: 1} %}{% set e = [1] %}"
        #expect(try render(make) == "", "what is looked at costs too much to be made")
        let told = message(make + "{% for i in range(50000) %}{% set x = \(look) %}{% endfor %}")
        #expect(told.contains(Self.stopped), "\(look): \(told.prefix(200))")
    }

    /// What cuts a long text into pieces, or makes it longer, is counted before it is made.
    @Test(arguments: [
        "('a ' * 1500000)|title", "('a ' * 1500000)|wordwrap(2)", "('<' * 1500000)|e", "('\\n' * 1500000)|indent",
        "('\\n' * 1500000)|urlencode", "('\u{301}' * 1000000)|tojson", "('a ' * 1500000)|capitalize",
    ])
    func longTextsThatGrow(_ use: String) throws {
        let told = message("{% for i in range(9) %}{% set x = \(use) %}{% endfor %}")
        #expect(told.contains(Self.stopped) || told.contains("16777216"), "\(use): \(told.prefix(200))")
    }

    /// A value of a billion parts that are one part, in every place that looks at all of a value.
    @Test(
        "a value that is large only when it is looked at",
        arguments: [
            "{{ raise_exception(n.x) }}", "{{ n.x|string }}",
            "{{ n.x|upper }}", "{{ n.x|title }}", "{{ n.x|join }}", "{{ n.x|replace('1', '2') }}",
            "{{ '%s' % (n.x,) }}",
            "{{ '{}'.format(n.x) }}", "{{ [n.x, n.x]|sort }}", "{{ [n.x, n.x]|unique|list }}", "{{ [n.x, n.y]|max }}",
            "{{ n.x < n.y }}", "{{ n.x != n.y }}", "{{ n.x in [n.y] }}", "{{ [n.y].index(n.x) }}",
            "{{ [n.y].count(n.x) }}",
            "{% for a in [n.x, n.y] %}{{ loop.changed(a) }}{% endfor %}", "{{ n.x|e }}", "{{ n.x|trim }}",
            "{{ n.x|wordcount }}", "{{ n.x|length + n.x|pprint|length }}", "{{ 1 + n.x }}",
            "{{ f(n.x) }}",
            "{{ range(n.x) }}", "{{ n.x|round }}", "{{ n.x|filesizeformat }}", "{{ n.x|truncate(3) }}",
            "{{ n.x ~ 'a' }}",
            "{{ 'a'.join([n.x]) }}", "{{ 'a'.replace('a', n.x) }}", "{{ [[n.x, 1], [n.y, 2]]|groupby(0) }}",
            "{{ 'abc'.startswith(n.x) }}", "{{ {'a': n.x}|dictsort(by='value') }}", "{{ n.x is eq n.y }}",
            "{{ n.x is in [n.y] }}", "{{ strftime_now(n.x) }}", "{{ [1]|sum(start=n.x) }}", "{{ n.x|tojson }}",
        ])
    func shared(_ use: String) {
        #expect(message(Self.manyParts + use) != "", "\(use)")
    }

    /// Uses that need not look at the parts: they have an answer, and at once.
    @Test(arguments: [
        ("{{ n.x|int }}", "0"), ("{{ n.x|float }}", "0.0"), ("{{ 'abc'[n.x] }}", ""), ("{{ n.x|length }}", "4"),
        ("{{ n.x is sequence }}", "True"), ("{{ 'a' if n.x }}", "a"), ("{{ n.x|default(1)|first|last|length }}", "4"),
    ])
    func sharedAndNotLookedAt(_ use: String, _ wanted: String) throws {
        #expect(try render(Self.manyParts + use) == wanted, "\(use)")
    }

    private static let manyParts =
        "{% set n = namespace(x=[1,1,1,1,1,1,1,1], y=[1,1,1,1,1,1,1,1]) %}{% for i in range(28) %}"
        + "{% set n.x = [n.x,n.x,n.x,n.x] %}{% set n.y = [n.y,n.y,n.y,n.y] %}{% endfor %}"
}
