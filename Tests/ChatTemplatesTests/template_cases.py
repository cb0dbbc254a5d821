"""Chat templates of this project's own making, and conversations to render them with. Read by make_fixtures.py.

Between them they use what the templates of SmolLM2, Qwen 2.5, Llama 3, Gemma 3 and ChatML use, and more.
"""

CONVERSATIONS = [
    [{"role": "user", "content": "Hello"}],
    [{"role": "system", "content": "Be brief.\n"}, {"role": "user", "content": "  What is \"2 + 2\"? <b>\\</b> "}],
    [{"role": "user", "content": "法國的首都是?"}, {"role": "assistant", "content": "巴黎。"},
     {"role": "user", "content": "謝謝 & bye e\u0301"}],
    [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
    [],
]

TEMPLATES = {
    "turns": (
        "{% for message in messages %}{{ '<|' + message['role'] + '|>\n' + message['content'] + '<|end|>\n' }}"
        "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}\n"),
    "a system turn of its own": """\
{%- if messages[0]['role'] == 'system' %}
    {%- set first = messages[0].content %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set first = 'Answer well.' %}
    {%- set rest = messages %}
{%- endif %}
{{- bos_token + '[system]' + first | trim + eos_token }}
{%- for turn in rest %}
    {%- if (turn.role == 'user') != (loop.index0 % 2 == 0) %}
        {{- raise_exception('turns must alternate, ' ~ turn.role ~ ' came at ' ~ loop.index) }}
    {%- elif turn.role == 'assistant' and not loop.last %}
        {{- '[' ~ turn.role ~ ']' ~ turn.content.strip() ~ eos_token }}
    {%- else %}
        {{- '[' ~ turn.role ~ '] ' ~ turn['content'] }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '[assistant]' }}{% endif %}""",
    "white space": """\
{# a comment #}
  {% if messages %}
  kept
    {%- for m in messages %}
  {{ m.role }}:  {{- ' ' }}
      {% if loop.first %}
  first
      {%+ if true %} indented {% endif +%}
      {% endif %}
  {%- endfor -%}

  end {%- else %}
none at all
  {% endif %}
{%- raw %} {{ not {% read }} {% endraw -%}
   tail\t
{{ 'x' }}

""",
    "loop": (
        "{% for m in messages %}{{ loop.index }}/{{ loop.length }} {{ loop.revindex0 }} {{ loop.first }} {{ loop.last }} "
        "{{ loop.previtem.role if loop.previtem is defined else '-' }} "
        "{{ loop.nextitem.role if not loop.last else '-' }};{% else %}empty{% endfor %}"
        "{% for m in messages if m.role == 'user' %}{{ m.content|length }},{% endfor %}"
        "{% for n in range(10) %}{% if n is odd %}{% continue %}{% endif %}{% if n > 6 %}{% break %}{% endif %}{{ n }}"
        "{% endfor %}{% for k, v in {'a': 1, 'b': [true, none, 2.5]}.items() %}{{ k }}={{ v }} {% endfor %}"),
    "namespace": (
        "{% set ns = namespace(system='', count=0) %}{% set outer = 1 %}"
        "{% for m in messages %}{% set outer = 2 %}{% if m.role == 'system' %}{% set ns.system = m.content %}{% else %}"
        "{% set ns.count = ns.count + 1 %}{% endif %}{% endfor %}{{ ns.system|trim }}|{{ ns.count }}|{{ outer }}"
        "{% set block %} a {{ ns.count }} b {% endset %}[{{ block }}]{% if ns.missing is defined %}no{% endif %}"),
    "strings": (
        "{{ 'a,b,,c'.split(',') }}{{ ' x  y '.split() }}{{ 'k=v=w'.split('=', 1)[-1] }}{{ 'abc'.startswith('ab') }}"
        "{{ 'abc'.endswith(('x', 'c')) }}{{ 'xxaxx'.strip('x') }}{{ '..a.'.lstrip('.') }}{{ 'a..'.rstrip('.') }}"
        "{{ 'hello world'.title() }}{{ 'hELLO'.capitalize() }}{{ 'aXbX'.replace('X', '--') }}{{ 'abc'.find('c') }}"
        "{{ 'abcdef'[1:4] }}{{ 'abcdef'[::-1] }}{{ 'abcdef'[-2:] }}{{ 'abc'[0] ~ 'abc'[-1] }}{{ 'ab' * 3 }}"
        "{{ 'b' in 'abc' }}{{ 'd' not in 'abc' }}{{ 'a' < 'b' }}{{ \"it's\" }}{{ 'tab\\there \\u00e9 \\x41 \\q' }}"
        "{{ 'a' 'b' }}{{ '%' }}{{ '{{' }}{{ 'é' == 'e\u0301' }}"),
    "filters": (
        "{{ [1, 2, 3]|join(', ') }}{{ ['b', 'a']|first }}{{ ['b', 'a']|last }}{{ missing|default('d') }}"
        "{{ ''|default('e', true) }}{{ ' t '|trim }}{{ 'up'|upper }}{{ 'LOW'|lower }}{{ 'aa'|replace('a', 'b') }}"
        "{{ messages|length }}{{ {'k': [1, 'é\n\"', none, true]}|tojson }}{{ [{'a': 1}, {}, []]|tojson(indent=2) }}"
        "{{ messages|map(attribute='role')|join('-') }}{{ messages|selectattr('role', 'equalto', 'user')|list|length }}"
        "{{ messages|rejectattr('role', 'in', ['user'])|list|length }}{{ [3, 3, 1]|unique|list }}{{ [1, 2]|sum }}"
        "{{ [0, 1, '', 'x']|select|list }}{{ '12'|int + 1 }}{{ '1.5'|float }}{{ -3|abs }}{{ 'abc'|reverse }}"
        "{{ 'a\nb'|indent(2) }}{{ {'x': 1}|items|list|length }}{{ 5|string ~ 'x' }}"),
    "tests": (
        "{{ x is defined }}{{ messages is defined }}{{ none is none }}{{ 'a' is string }}{{ {} is mapping }}"
        "{{ [] is iterable }}{{ 1 is number }}{{ 1 is integer }}{{ 1.0 is float }}{{ true is boolean }}"
        "{{ 4 is divisibleby 2 }}{{ 3 is odd }}{{ 3 is not even }}{{ 2 is eq 2 }}{{ 'a' is in ['a'] }}{{ tools is none }}"
        "{{ messages is not string }}{{ x is undefined and not x }}{{ (x or 'y') }}"),
    "arithmetic": (
        "{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 7 / 2 }}{{ 2 ** 10 }}{{ 1 + 2 * 3 }}{{ (1 + 2) * 3 }}{{ 1 - 2 - 3 }}"
        "{{ 1 < 2 <= 2 < 3 }}{{ 1 == 1.0 }}{{ true + 1 }}{{ [1] + [2] }}{{ 'n' ~ 1 ~ none ~ true }}{{ -2.5 }}"
        "{{ 1 if false else 2 }}{{ 'x' if false }}{{ not 1 == 2 }}{{ 1 in [1, 2] and 3 not in [1] }}{{ 10 - 2|abs }}"),
    "a date": "{{ bos_token }}{{ strftime_now('%d %b %Y, %A %B %H:%M:%S %y%m %%') }}",
    "refusals": "{% if not messages %}{{ missing.attribute }}{% else %}{{ messages[0].content + 1 }}{% endif %}",
    "marked words": (
        "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}"
        "{% else %}{{ m.content }}{% endif %}{% endfor %}"),
}
