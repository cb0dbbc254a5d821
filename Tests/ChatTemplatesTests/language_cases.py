"""Small templates that between them use Jinja's whole language, of this project's own making. Read by make_fixtures.py.

`templates()` gives them in a fixed order: written ones, and a fixed selection of all pairs of a value and an operation.
"""
import itertools

VALUES = [
    "1", "0", "-7", "2.5", "true", "none", "'abc'", "''", "'a b'", "[1,2]", "[]", "(1,2)", "{'a':1}", "{}", "missing",
    "range(3)", "'é😀Z'", "['b','A','c']", "[3,1,2]", "{'b':2,'A':1}", "'12'", "'-4.5e3'", "'<b>&'",
    "[[1,2],[3]]", "[{'a':1,'b':'x'},{'a':2,'b':'y'}]", "'Hello World foo'", "'x\\ny\\n'", "1e16", "1e-5",
    "123456789.125", "'%s'", "'<i>'|safe",
]
OPERATIONS = [
    *(f"{{{{ V {sign} W }}}}" for sign in ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", "<=", ">", ">=", "in",
                                             "not in", "and", "or"]),
    *(f"{{{{ V|{name} }}}}" for name in [
        "abs", "batch(2)|list", "capitalize", "center(9)", "d('x',true)", "dictsort", "dictsort(by='value')", "e",
        "filesizeformat", "first", "float(7)", "format(1)", "groupby('a')|list", "indent(2,true,true)", "int(9)",
        "items|list", "join('-')", "last", "length", "list", "lower", "map('upper')|list",
        "map(attribute='a',default='q')|list", "max", "min", "pprint", "reject('odd')|list", "replace('a','Z')",
        "reverse|list", "round(1)", "round(-1)", "round(1,'ceil')", "select|list", "selectattr('a','equalto',1)|list",
        "slice(2,'f')|list", "sort", "sort(attribute='b,a')", "sort(reverse=true,case_sensitive=true)", "string",
        "striptags", "sum", "sum(attribute='a')", "title", "tojson", "tojson(indent=2,sort_keys=true)",
        "tojson(ensure_ascii=true,separators=(',',':'))", "trim('a')", "truncate(5)", "truncate(5,true,'',0)",
        "unique|list", "upper", "urlencode", "wordcount", "wordwrap(5)"]),
    *(f"{{{{ V is {name} }}}}" for name in [
        "boolean", "callable", "defined", "divisibleby 3", "even", "false", "float", "gt 1", "in [1,2,'abc']", "integer",
        "iterable", "lower", "mapping", "none", "number", "sameas none", "sequence", "string", "undefined", "escaped"]),
    *(f"{{{{ (V){name} }}}}" for name in [
        ".upper()", ".title()", ".swapcase()", ".center(10,'*')", ".zfill(6)", ".count('a')", ".find('b',1)",
        ".rindex('b')", ".startswith(('a','H'))", ".endswith('b',0,2)", ".split()", ".split(' ',1)", ".rsplit(None,1)",
        ".splitlines(true)", ".partition('b')", ".strip('ac')", ".replace('','-',2)", ".join(['x','y'])",
        ".expandtabs(3)", ".removeprefix('a')", ".isdigit()", ".istitle()", ".isprintable()", ".get('z','q')",
        ".items()|list", ".keys()", ".index(2)", ".append(1)", ".a", "['a']", "[0]", "[-1]", "[9]", ".bit_length()", ".__class__", "._x"]),
    "{% set v = V %}{{ v[1:]|string }}", "{% set v = V %}{{ v[::-1]|string }}", "{{ [V] }}", "{{ -V }}", "{{ not V }}", "{{ {'k':V}|tojson }}", "{% for x in V %}<{{ x }}>{% else %}E{% endfor %}",
    "{% set a,b = V %}{{ a }}{{ b }}", "{{ {V: 1} }}",
]
WRITTEN = [
    "{% macro f(a, b='x') %}[{{ a }}{{ b }}{{ varargs }}{{ kwargs }}]{% endmacro %}{{ f(1) }}{{ f(1,2,3) }}{{ f(b=1,a=2,c=3) }}{{ f() }}",
    "{% macro f(x) %}<{{ caller(x, 2) }}>{% endmacro %}{% call(a, b=3) f(1) %}{{ a }}-{{ b }}{% endcall %}",
    "{% macro f() %}{{ caller is defined }}{% endmacro %}{{ f() }}", "{% macro f() %}{% endmacro %}{% call f() %}{% endcall %}",
    "{% macro f() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ f() }}{% set x = 2 %}{{ f() }}",
    "{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}{{ f }}{{ f.name }}{{ f.arguments }}",
    "{% macro f(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ f(1) }}", "{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}",
    "{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", "{% macro f(a, a2=1, b) %}{% endmacro %}",
    "{% for n in [[1,[2,[3]]],[4]] recursive %}{{ n if n is number else loop(n) }}{{ loop.depth }};{% endfor %}",
    "{% for i in range(5) if i is odd %}{{ loop.index }}/{{ loop.length }}{{ loop.revindex0 }}{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
    "{% for i in 'aab' %}{{ loop.changed(i) }}{{ loop.cycle(1,2) }}{% endfor %}{{ loop is defined }}",
    "{% set ns = namespace(n=0) %}{% for i in range(9) if ns.n < 3 %}{% set ns.n = ns.n + i %}{{ i }}{% endfor %}{{ ns.n }}{{ ns }}",
    "{% for i in range(3) %}{% set x = i %}{% endfor %}{{ x is defined }}{% if true %}{% set y = 1 %}{% endif %}{{ y }}",
    "{% for a, (b, c) in [(1,(2,3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}{% for a, b in [1] %}{% endfor %}",
    "{% for i in range(6) %}{% if i == 1 %}{% continue %}{% elif i == 4 %}{% break %}{% endif %}{{ i }}{% else %}never{% endfor %}",
    "{% with a = 1, b = 2 %}{% set c = 3 %}{{ a + b + c }}{% endwith %}{{ a is defined }}{{ c is defined }}",
    "{% set a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}", "{% filter upper|replace('A', 'b') %}a{{ 1 }}{% endfilter %}",
    "{% set x | trim | upper %}  a{{ 1 }}  {% endset %}[{{ x }}]", "{% print 1, 'a' %}", "{% autoescape false %}<{% endautoescape %}",
    "{% block a %}x{% set q = 1 %}{{ q }}{% endblock %}{{ q is defined }}{{ self.a() }}", "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% set x = 5 %}{% block a %}{{ x }}{% endblock a %}{% for i in [1] %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}",
    "{% generation %}{% set z = 1 %}{{ z }}{% endgeneration %}{{ z is defined }}", "{% if 0 %}{{ 1|nothing }}{{ 1 is nothing }}{% endif %}ok",
    "{{ 1|nothing if false else 2 }}", "{{ 1|nothing }}", "{% for i in [] %}{{ i|nothing }}{% endfor %}", "{% if 0 %}{% for i in [] %}{{ i|nothing }}{% endfor %}{% endif %}",
    "{% if true %}{{ 1 is nothing }}{% endif %}", "{{ []|map('nothing')|list }}{{ [1]|map('nothing')|list }}", "{% include 'x' %}",
    "{% if false %}{% include 'x' %}{% import 'y' as z %}{% from 'a' import b with context %}{% endif %}ok", "{% extends 'x' %}", "{% do 1 %}",
    "{% set c = cycler('a','b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}",
    "{% set j = joiner('|') %}{{ j() }}a{{ j() }}b{{ j() }}", "{{ dict([('a', 1)], b=2) }}{{ dict({'x': 1}) }}{{ dict.fromkeys('ab', 0) }}",
    "{{ namespace({'a': 1}, b=2) }}", "{% set n = namespace() %}{% set n.a, b = 1, 2 %}{{ n.a }}{{ b }}{{ n['a'] }}{{ n._x }}",
    "{% set n = namespace(_x=1) %}", "{% set n = namespace() %}{% set n._x = 1 %}", "{% set d = {} %}{% set d.x = 1 %}",
    "{{ range(1, 10, 3)|list }}{{ range(5, 0, -2)|list }}{{ range(3) }}{{ range(0,9,2)[1:] }}{{ 4 in range(0,9,2) }}", "{{ range(100001) }}",
    "{{ '%s|%5d|%-5d|%05d|%+d|%x|%X|%#o|%c%%' % ('a', 42, 42, 42, 42, 255, 255, 8, 'z') }}",
    "{{ '%.3f|%10.2e|%g|%g|%G|%#g' % (2.0005, 12345.678, 0.0001, 1e20, 1e-10, 1) }}", "{{ '%(a)s-%(b)03d' % {'a': 1, 'b': 2} }}",
    "{{ '%r %a %s' % ('é', 'é', none) }}", "{{ '%*d|%-*d|%.*f' % (5, 42, 5, 42, 2, 3.14159) }}", "{{ '%d' % 'x' }}", "{{ '%s %s' % (1,) }}",
    "{{ '{:>8}|{:<8}|{:^8}|{:*^9}|{:08.3f}|{:+d}|{:,}|{:_}|{:x}|{:#b}|{:e}|{:%}|{:c}'.format('a','b','c','d',3.14159,5,1234567,1234567,255,5,12345.678,0.25,65) }}",
    "{{ '{0}{1}{0}'.format('a','b') }}{{ '{a.x}{b[0]}{c[k]}'.format(a={'x':1}, b=[2], c={'k':3}) }}", "{{ '{!r:>6}{{}}'.format('a') }}{{ '{:{}}'.format('x', 4) }}",
    "{{ '{} {0}'.format(1, 2) }}", "{{ '{}'.format() }}", "{{ '{x}'.format(x=[1]) }}{{ '{x}'.format_map({'x': 2}) }}", "{{ '{:g}|{:.3}|{:.3g}|{}|{:10}'.format(1e16, 3.14159, 1234567.0, 1e16, 2.5) }}",
    "{{ 1e3 }}{{ 1E-3 }}{{ 1_0.5 }}{{ 0x_ff }}{{ 0o17 }}{{ 0b101 }}{{ 00 }}", "{{ 007 }}", "{{ 1.e3 }}", "{{ 7 // 2 }}{{ -7 // 2 }}{{ 7 % -3 }}{{ -7.5 % 2 }}{{ 7.5 // -2 }}{{ 2 ** -1 }}{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}",
    "{{ 0.1 + 0.2 }}{{ 1/3 }}{{ 1e15 }}{{ 1e16 }}{{ 123456789012345680.0 }}{{ -0.0 }}{{ 1e400 }}{{ 5e-324 }}", "{{ 2.5|round }}{{ 3.5|round }}{{ 2.675|round(2) }}{{ 1234.5678|round(-2) }}{{ 15|round(-1) }}{{ 25|round(-1) }}{{ 42.55|round(1,'floor') }}",
    "{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 == 1.0 == true }}{{ 'a' < 'b' }}{{ [1,2] < [1,3] }}{{ (1,) < (1,2) }}", "{{ 1 < 'a' }}", "{{ 'a' in 'cat' }}{{ 1 in [1] }}{{ 'k' in {'k':1} }}{{ none in [none] }}{{ 1 not in (2,) }}",
    "{{ 1 in 'a' }}", "{{ [] in {} }}", "{{ not 1 == 2 }}{{ not not 1 }}{{ 1 and 0 or 3 }}{{ 'a' if 0 }}|{{ 1 if 0 else 2 if 0 else 3 }}", "{{ 1 is odd is true }}", "{{ 3 is not even and 2 is even }}",
    "{{ missing.x }}", "{{ missing['x'] }}", "{{ missing() }}", "{{ missing + 1 }}", "{{ {'a':1}.b.c }}", "{{ none.x is defined }}{{ {}.x is defined }}{{ missing == missing }}{{ missing|length }}{{ missing ~ 'a' }}", "{{ missing|list }}{{ missing|join }}{{ missing|upper }}|{{ missing|first }}", "{{ missing|tojson }}", "{{ [missing] }}{{ {'a': missing} }}",
    "{{ {'items': 1, 'get': 2}['items'] }}{{ {'items': 1}.get('items') }}{{ {'a':1}.items()|list }}{{ {'a':1}.keys() }}{{ {'a':1}.values() }}{{ {'a':1}.items() }}", "{{ {'a':1}.pop('a') }}", "{{ [1].append(2) }}", "{{ {1:'a', 1.0:'b', true:'c'} }}{{ {(1,2):3}[1,2] }}{{ {none:1}[none] }}", "{{ {[1]:2} }}",
    "{{ 'abc'[5] }}|{{ 'abc'[-1] }}{{ 'abc'[::-1] }}{{ [1,2,3][-2:] }}{{ (1,2,3)[::2] }}{{ 'abc'[1:100] }}{{ 'abc'[10:] }}{{ 'héllo'[1] }}", "{{ [1,2][::0] }}", "{{ [1]['a'] }}|{{ [1].0 }}{{ {'0': 5}['0'] }}{{ {0: 6}.0 }}",
    "{{ ('<' | e) + '<' }}{{ '<'|e|e }}{{ '<'|e|forceescape }}{{ '<b>'|safe + '&' }}{{ '&' + '<b>'|safe }}{{ ('%s'|safe) % '<' }}{{ ['<'|safe] }}{{ '<'|safe ~ '<' }}{{ ('<'|safe).join(['&']) }}{{ ('a<'|e).upper() }}{{ '<'|e is escaped }}",
    "{{ 'a' 'b' \"c\" }}{{ '\\x41\\u00e9\\t\\101\\q' }}{{ 'it\\'s' }}{{ [\"it's\", 'q\"', 'b\\\\', 'n\\n', '\\x00\\x7f', '\\u200b'] }}", "{{ '\\x4' }}", "{{ 'a\nb' }}",
    "{# c #}a{#- b -#} c {#+ d +#}\n{# e #}\nf", "a\n  {% if true %}\n  b\n  {%- endif %}\n  c {%- if true -%}  d  {%- endif +%}\n e", "{%+ if true %}x{% endif %}\n  {%+ if true %}y{% endif %}", "  {{- 1 -}}  \n {{ 2 }}\n{{+ 3 }}\n\n", "{% raw %}{{ x }}{% y %}{% endraw %}\n  {%- raw -%}  z  {%- endraw -%}  w", "\t{% set a = 1 %}\t\n\t{# x #} \n{{ a }}", "a\r\nb\rc\n",
    "{{ {'a': [1, 2.5, none, true, 'é\"\\\\/<\\n\\x01']}|tojson }}{{ [[], {}, [1]]|tojson(indent=2) }}{{ {2: 1, 'b': 2}|tojson }}{{ {none: 1, true: 2, 1.5: 3}|tojson }}", "{{ {(1,2): 1}|tojson }}", "{{ 1e400|tojson }}{{ '😀\\x7f'|tojson(ensure_ascii=true) }}{{ [1]|tojson(indent='--') }}", "{{ {'b': 1, 2: 3}|tojson(sort_keys=true) }}",
    "{{ [1,2,3]|map('string')|join }}{{ ['a','b']|map('replace','a','c')|list }}{% set g = [1,2]|map('abs') %}{{ g|list }}{{ g|list }}", "{% if []|selectattr('a') %}yes{% endif %}{{ [1,2,3]|select('gt', 1)|first }}{{ [1,2]|select('odd')|list|length }}", "{{ [1]|map('abs')|length }}", "{{ [1,2]|reverse|first }}{{ 'abc'|reverse }}{{ [1,2,3]|batch(2)|list }}{{ [1,2,3]|slice(2)|list }}",
    "{% for g in [{'k':'a','v':1},{'k':'B','v':2},{'k':'A','v':3}]|groupby('k') %}{{ g.grouper }}{{ g.list|map(attribute='v')|list }}{{ g }}{% endfor %}", "{{ [{'a':{'b':2}},{'a':{'b':1}}]|sort(attribute='a.b')|map(attribute='a.b')|list }}{{ ['b','A']|sort }}{{ ['b','A']|sort(case_sensitive=true) }}", "{{ [1,'a']|sort }}", "{{ ['a','A',1,1.0]|unique|list }}",
    "{{ strftime_now('%Y-%m-%d %H:%M:%S %B %b %A %a %j %y %p %I %e %-d %U %W %V %G %u %w %% %C %D %F %T %R %h') }}", "{{ raise_exception('no') }}", "{% if messages %}{{ messages[0].role }}{{ messages[-1]['content'][:3] }}{% endif %}{{ tools is none }}{{ bos_token }}",
    "{{ f(1 }}", "{{ (1, }}", "{{ [1 }}", "{% if %}x{% endif %}", "{% for x y in z %}{% endfor %}", "{% endif %}", "{% if x %}", "{{ x y }}", "{{ }}", "{{ 1 | }}", "{% set 1 = 2 %}", "{% set true = 2 %}", "{% for loop in [1] %}{% endfor %}{{ loop }}", "{{ a[] }}", "{{ x(1, a=2, 3) }}", "{{ f(**a, b=1) }}", "{% break %}", "{{ [1,2](0) }}", "{{ 'a'() }}", "{{ dict(*[[('a',1)]], **{'b': 2}) }}",
    "{{ 'a-b c'|title }}{{ 'o\\'neil x_y'|title }}{{ 'ÀB ß'.lower() }}{{ 'ß'.upper() }}{{ 'ΑΣ ΣΑ'.lower() }}{{ 'ǆ'.title() }}{{ 'aB'.swapcase() }}{{ 'ß'.casefold() }}", "{{ 'a,b,,c'.split(',') }}{{ ' a  b '.split() }}{{ 'a  b  c'.split(None, 1) }}{{ 'abab'.rsplit('b', 1) }}{{ 'x'.split('') }}", "{{ 'aXbX'.partition('X') }}{{ 'aXbX'.rpartition('X') }}{{ 'a'.partition('X') }}{{ 'a'.rpartition('X') }}",
]


def templates():
    """All written ones, and every 23rd of the pairs of a value and an operation."""
    pairs = [operation.replace("V", value).replace("W", VALUES[(place * 7 + 3) % len(VALUES)])
             for place, (value, operation) in enumerate(itertools.product(VALUES, OPERATIONS))]
    return WRITTEN + pairs[::23]
