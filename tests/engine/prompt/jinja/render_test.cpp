#include "engine/prompt/jinja/render.h"

#include "tests/catch.h"

namespace assay::engine::jinja {
namespace {

TEST_CASE("what is understood of Jinja is written as Jinja2 writes it", "[prompt]") {
  struct Row {
    const char *what, *jinja, *written;  // by Jinja2 3.1, with trim_blocks and lstrip_blocks
  };
  const auto row = GENERATE(values<Row>({
      {"a block's line leaves nothing", "a\n  {% if true %}\nb\n  {% endif %}\nc\n\n", "a\nb\nc\n"},
      {"a value's line end stays", "{{ 'a' }}\n  {{ 'b' }}\n", "a\n  b"},
      {"minus takes all white space", "a \n {%- if true -%} \n b \n {{- 'c' -}} \n d{% endif %}", "abcd"},
      {"plus keeps it", "a\n  {%+ if true +%}\nb{% endif %}", "a\n  \nb"},
      {"a comment", "a\n  {#- x -#}\n  b{# {{ y }} #}\nc", "abc"},
      {"a text that looks like an end", "{{ 'a }} %} b' }}{% if '%}' == '%}' %}c{% endif %}", "a }} %} bc"},
      {"loop",
       "{% for m in messages %}{{ loop.index0 }}{% if loop.last %}{{ m.role }}{{ m.content }}{% endif %}{% endfor %}",
       "0userQ"},
      {"what a loop sets is forgotten",
       "{% set a = 'x' %}{% for m in messages %}{% set a = 'y' %}{{ a }}{% endfor %}{{ a }}{{ m is defined and 'm' or "
       "'none' }}",
       "yxnone"},
      {"sets in a branch stay", "{% if true %}{% set a = 'x' %}{% else %}{% set a = 'y' %}{% endif %}{{ a }}", "x"},
      {"conditions",
       "{{ 'a' if tools else 'b' }}{{ 'c' if not tools and messages|length == 1 }}{{ 'd' if false }}{{ tools.x.y if "
       "tools else 'e' }}",
       "bce"},
      {"shortcuts", "{{ messages[0].role or tools.x.y }}{{ (false and tools.x.y) or 'z' }}", "userz"},
      {"members",
       "{{ messages[-1]['role'] }}{{ messages[7] }}{{ messages[0].name }}{{ messages[1:] | length }}{{ messages[:1] | "
       "length }}",
       "user01"},
      {"sums", "{{ 'a' + 'b' ~ 1 + 'c' }}{{ 3 - 1 - 1 }}{{ -1 + 2 }}", "ab1c11"},
      {"in",
       "{% if 'role' in messages[0] and 'x' not in messages[0] and 'us' in messages[0].role and messages[0].role in "
       "['user'] %}yes{% endif %}",
       "yes"},
      {"is",
       "{% if messages[0].content is string and x is not defined and tools is none and messages[0] is mapping %}yes{% "
       "endif %}",
       "yes"},
      {"elif", "{% if tools %}a{% elif messages[0].role == 'user' %}b{% else %}c{% endif %}", "b"},
  }));
  CAPTURE(row.what);
  const auto written = render_user_turn(row.jinja, "Q");
  if (!written) FAIL(written.error().message);
  CHECK(*written == row.written);
}

TEST_CASE("a template that would grow without end, or nests without end, is not understood", "[prompt]") {
  const auto times = [](std::size_t count, std::string_view text) {
    std::string all;
    while (count-- > 0) all += text;
    return all;
  };
  const std::string doubled = "{% set a = 'xxxxxxxx' %}" + times(64, "{% set a = a + a %}");
  const std::string lists = "{% set a = [0] %}" + times(40, "{% set a = [a, a] %}");
  const std::string list_in_list = "{% set a = [0] %}" + times(10'000, "{% set a = [a] %}");
  const std::string copies = "{% set a = [" + times(1000, "0,") + "] %}" + times(10'000, "{{ a|length }}");
  const std::string texts = "{% set a = '" + times(16'000, "x") + "' %}{% set a = [" + times(4000, "a,") + "] %}";
  // As much as is read at all, and more.
  const std::string nested = "{{ " + times(200'000, "[") + " }}", branches = times(20'000, "{% if true %}");
  const std::string opened = times(262'000, "{"), long_text = times(300'000, "a");
  for (const std::string& jinja : {doubled, lists, list_in_list, copies, texts, nested, branches, opened, long_text}) {
    const auto written = render_user_turn(jinja, "Q");
    REQUIRE(!written);
    CHECK(written.error().code == Errc::unsupported);
  }
}

}  // namespace
}  // namespace assay::engine::jinja
