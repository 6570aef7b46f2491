#include "harness/generation/http_client.h"

#include "tests/catch.h"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;

HttpAnswer answer_of(long status) {
  HttpAnswer answer;
  answer.status = status;
  return answer;
}

TEST_CASE("what may pass is tried again, what is final is not", "[generation]") {
  struct Row {
    long status;
    bool again;
  };
  const auto row = GENERATE(values<Row>({{0, true},
                                         {400, false},
                                         {401, false},
                                         {404, false},
                                         {408, true},
                                         {409, true},
                                         {422, false},
                                         {429, true},
                                         {500, true},
                                         {502, true},
                                         {503, true}}));
  CAPTURE(row.status);
  CHECK(retry_pause(answer_of(row.status), 0, 0).has_value() == row.again);
}

TEST_CASE("pauses double up to eight seconds, less up to a quarter", "[generation]") {
  CHECK(retry_pause(answer_of(503), 0, 0) == milliseconds(500));
  CHECK(retry_pause(answer_of(503), 1, 0) == milliseconds(1000));
  CHECK(retry_pause(answer_of(503), 4, 0) == milliseconds(8000));
  CHECK(retry_pause(answer_of(503), 1000, 0) == milliseconds(8000));
  CHECK(retry_pause(answer_of(503), 0, 1) == milliseconds(375));
}

TEST_CASE("of an address all but user and password is shown", "[generation]") {
  struct Row {
    const char *address, *shown;
  };
  const auto row = GENERATE(values<Row>({{"http://host:8000/v1", "http://host:8000/v1"},
                                         {"http://me:secret@host/v1", "http://host/v1"},
                                         {"https://me@host", "https://host"},
                                         {"http://me:s@cret@host/v1", "http://host/v1"},
                                         {"http://host/v1/@model", "http://host/v1/@model"},
                                         {"http://host?a@b", "http://host?a@b"},
                                         {"model@folder", "model@folder"},
                                         {"", ""}}));
  CHECK(shown_address(row.address) == row.shown);
}

TEST_CASE("a key is a line at most, and no more than one", "[generation]") {
  CHECK(bearer_key("secret") == std::string("secret"));
  CHECK(bearer_key(" secret\r\n") == std::string("secret"));
  CHECK(bearer_key("\n") == std::string());
  for (const char* key : {"secret\r\nX-Admin: yes", "sec\tret", "sec\x7fret"}) CHECK(!bearer_key(key));
}

TEST_CASE("a Retry-After is seconds or a date", "[generation]") {
  const auto now = std::chrono::system_clock::from_time_t(784'111'777);  // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(retry_after("120", now) == milliseconds(120'000));
  CHECK(retry_after("0.5", now) == milliseconds(500));
  CHECK(retry_after("Sun, 06 Nov 1994 08:49:42 GMT", now) == milliseconds(5'000));
  CHECK(retry_after("Sunday, 06-Nov-94 08:49:42 GMT", now) == milliseconds(5'000));
  CHECK(retry_after("Sun Nov  6 08:49:42 1994", now) == milliseconds(5'000));
  CHECK(retry_after("Sun, 06 Nov 1994 08:49:30 GMT", now) == milliseconds(0));
  for (const char* none : {"", "soon", "-5", "5 s"}) {
    CAPTURE(none);
    CHECK(!retry_after(none, now));
  }
}

TEST_CASE("what a server asks for is done, within ten minutes", "[generation]") {
  HttpAnswer answer = answer_of(429);
  answer.retry_after = milliseconds(1500);
  CHECK(retry_pause(answer, 5, 1) == milliseconds(1500));
  answer.retry_after = milliseconds(600'000);
  CHECK(retry_pause(answer, 0, 0) == milliseconds(600'000));
  answer.retry_after = milliseconds(600'001);
  CHECK(!retry_pause(answer, 0, 0));
  CHECK(concerns(answer) == HttpFailure::Concerns::all);
  answer.retry_after.reset();
  answer.should_retry = false;
  CHECK(!retry_pause(answer, 0, 0));
  answer = answer_of(400);
  answer.should_retry = true;
  CHECK(retry_pause(answer, 0, 0));
  answer = answer_of(429);
  answer.body = R"({"error": {"code": "insufficient_quota"}})";
  CHECK(!retry_pause(answer, 0, 0));
}

TEST_CASE("a body that is no answer is tried again", "[generation]") {
  HttpAnswer answer = answer_of(200);
  answer.why = "the answer is no JSON";
  CHECK(retry_pause(answer, 0, 0) == milliseconds(500));
  answer.should_retry = false;
  CHECK(!retry_pause(answer, 0, 0));
}

TEST_CASE("keys, names and addresses that are refused concern all requests, other failures one", "[generation]") {
  struct Row {
    long status;
    bool all;
  };
  const auto row = GENERATE(values<Row>({{0, false},
                                         {200, false},
                                         {308, true},
                                         {400, false},
                                         {401, true},
                                         {402, true},
                                         {403, true},
                                         {404, true},
                                         {405, true},
                                         {407, true},
                                         {413, false},
                                         {422, false},
                                         {429, false},
                                         {500, false},
                                         {503, false}}));
  CAPTURE(row.status);
  CHECK((concerns(answer_of(row.status)) == HttpFailure::Concerns::all) == row.all);
  HttpAnswer unreachable = answer_of(0);
  unreachable.unreachable = true;
  CHECK(concerns(unreachable) == HttpFailure::Concerns::all);
  HttpAnswer empty = answer_of(429);
  empty.body = R"({"error": {"code": "insufficient_quota"}})";
  CHECK(concerns(empty) == HttpFailure::Concerns::all);
}

}  // namespace
}  // namespace assay::harness
