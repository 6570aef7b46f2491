#include "harness/generation/server_provider.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <stdexcept>

#include "harness/service/http_server.h"
#include "tests/catch.h"

namespace assay::harness {
namespace {

Draw draw_of(std::uint32_t sample) {
  Draw draw;
  draw.task_id = "HumanEval/0";
  draw.sample = sample;
  draw.prompt.text = "def f():\n";
  draw.chat = {"Be kind.", "Please write f."};
  draw.stops = {"<|endoftext|>", "\ndef ", "\nclass ", "\nif ", "\nprint(", "\nassert "};
  return draw;
}

TEST_CASE("a request says all that a server would else decide, and at most four stops", "[generation]") {
  ServerProviderOptions options;
  options.model = "m \"1\"";
  options.form = ServerForm::completions;
  options.max_tokens = 64;
  const auto body = boost::json::parse(server_request(options, draw_of(0))).as_object();
  CHECK(body.at("model") == "m \"1\"");
  CHECK(body.at("prompt") == "def f():\n");
  CHECK(body.at("stop").as_array().size() == 4);
  CHECK(body.at("stop").at(0) == "\ndef ");
  CHECK(body.at("max_tokens") == 64);
  for (const char* key : {"temperature", "top_p", "seed"}) CHECK(body.contains(key));
  options.form = ServerForm::chat;
  const auto chat = boost::json::parse(server_request(options, draw_of(0))).as_object();
  CHECK(chat.at("messages") ==
        boost::json::parse(
            R"([{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Please write f."}])"));
  CHECK(!chat.contains("stop"));
  Draw own = draw_of(0);
  own.chat.system.clear();
  CHECK(boost::json::parse(server_request(options, own)).at("messages").as_array().size() == 1);
}

TEST_CASE("a sample's seed is its own, and the same each time", "[generation]") {
  ServerProviderOptions options;
  const auto seed = [&](std::uint32_t sample) {
    return boost::json::parse(server_request(options, draw_of(sample))).at("seed").as_int64();
  };
  CHECK(seed(0) == seed(0));
  CHECK(seed(0) != seed(1));
  const auto old = seed(0);
  options.seed = 1;
  CHECK(seed(0) != old);
  CHECK((old >= 0 && old <= 0x7fffffff));
}

TEST_CASE("answers of both forms are read, what is none is an error", "[generation]") {
  const auto completion =
      read_server_answer(R"({"choices": [{"index": 0, "text": "    return 1\n"}], "usage": {"completion_tokens": 12}})",
                         ServerForm::completions);
  REQUIRE(completion);
  CHECK(completion->text == "    return 1\n");
  CHECK(completion->tokens == 12);
  CHECK(completion->finish_reason.empty());
  const auto chat = read_server_answer(R"({"choices": [{"message": {"content": "hello"}, "finish_reason": "length"}]})",
                                       ServerForm::chat);
  REQUIRE(chat);
  CHECK(chat->text == "hello");
  CHECK(chat->finish_reason == "length");
  CHECK(chat->tokens == 0);
  const auto thought = read_server_answer(R"({"choices": [{"message": {"content": null}}]})", ServerForm::chat);
  REQUIRE(thought);
  CHECK(thought->text.empty());
  CHECK(thought->thoughts_in.empty());
  for (const std::string name : {"reasoning_content", "reasoning"}) {
    const auto alone = read_server_answer(R"({"choices": [{"message": {"content": null, ")" + name + R"(": "hm"}}]})",
                                          ServerForm::chat);
    REQUIRE(alone);
    CHECK(alone->thoughts_in == name);
    const auto both = read_server_answer(R"({"choices": [{"message": {"content": "x", ")" + name + R"(": "hm"}}]})",
                                         ServerForm::chat);
    REQUIRE(both);
    CHECK(both->thoughts_in.empty());
  }
  for (const char* body :
       {"", "]", "[]", "{}", R"({"choices": []})", R"({"choices": [{"text": 5}]})", R"({"error": {"message": "x"}})"})
    CHECK(!read_server_answer(body, ServerForm::completions));
  const auto half = read_server_answer(R"({"choices": [{"text": "A\ud83d"}]})", ServerForm::completions);
  REQUIRE(half);
  CHECK(half->text == "A\xEF\xBF\xBD");
}

TEST_CASE("what is no answer is told in the server's words", "[generation]") {
  struct Row {
    const char *body, *told;
  };
  const auto row = GENERATE(values<Row>({
      {R"({"error": {"message": "overloaded", "code": 503}})", "overloaded"},
      {R"({"error": "Unauthorized"})", "Unauthorized"},
      {R"({"object": "error", "message": "no memory"})", "no memory"},
      {"<html>gateway</html>", "no JSON: <html>gateway</html>"},
      {R"({"choices": []})", "no choice with a text"},
      {R"({"choices": [{"message": {"content": "def f("}, "finish_reason": "abort"}]})", "finish_reason abort"},
  }));
  CAPTURE(row.body);
  const auto answer = read_server_answer(row.body, ServerForm::chat);
  REQUIRE(!answer);
  CHECK_THAT(answer.error().message, Catch::Contains(row.told));
  CHECK(read_server_answer(R"({"error": null, "choices": [{"text": "x"}]})", ServerForm::completions));
}

TEST_CASE("what takes the samples and throws is a bug that the caller is told, whatever thread it was on",
          "[generation]") {
  HttpServer::Callbacks callbacks;
  callbacks.gate = [](const HttpRequest&) { return std::optional<HttpResponse>(); };
  callbacks.handler = [](const SharedExchange& exchange) {
    HttpResponse response;
    response.body = R"({"choices": [{"text": "    return 1"}]})";
    exchange->send(std::move(response));
  };
  callbacks.observer = [](const HttpRequest&, unsigned, double) {};
  callbacks.refusal = [](const HttpRequest&, unsigned, const std::string&) { return HttpResponse(); };
  auto server = HttpServer::listen("127.0.0.1", 0, {}, std::move(callbacks));
  REQUIRE(server);
  server->serve();
  ServerProviderOptions options;
  options.address = fmt::format("http://127.0.0.1:{}", server->port());
  options.model = "m";
  options.form = ServerForm::completions;
  const auto provider = server_provider(options, {});
  REQUIRE(provider);
  const std::vector<Draw> draws = {draw_of(0), draw_of(1), draw_of(2), draw_of(3)};
  const auto drawn = (*provider)->draw(draws, [](const Drawn&) { throw std::runtime_error("full"); }, {});
  REQUIRE_FALSE(drawn);
  CHECK(drawn.error().code == Errc::bug);
  CHECK(drawn.error().message.find("bug: full") != std::string::npos);
}

}  // namespace
}  // namespace assay::harness
