#pragma once
/// Samples from an OpenAI-compatible server: vLLM, SGLang, a hosted model.
#include <memory>

#include "harness/generation/http_client.h"
#include "harness/generation/provider.h"

namespace assay::harness {

enum class ServerForm { completions, chat };

struct ServerProviderOptions {
  std::string address;  ///< "http://host:8000/v1", or "http://user:password@host/v1"
  std::string model;    ///< empty: the first that the server lists
  ServerForm form = ServerForm::chat;
  std::int64_t max_tokens = 1024;
  double temperature = 0, top_p = 1;
  std::uint64_t seed = 0;
  std::size_t concurrency = 16;
  double requests_a_minute = 0;  ///< 0: as many as the concurrency gives
  HttpSettings http;
};

/// Asks the server for its models. @return Errc::server where it does not answer.
[[nodiscard]] Result<std::unique_ptr<Provider>> server_provider(const ServerProviderOptions& options,
                                                                const std::stop_token& stop = {});

/// The body of the request for a draw. `seed` is a function of the options' seed, problem and sample.
[[nodiscard]] std::string server_request(const ServerProviderOptions& options, const Draw& draw);

struct ServerAnswer {
  std::string text;
  std::uint64_t tokens = 0;
  std::string finish_reason;  ///< empty: it gave none
  std::string thoughts_in;    ///< "reasoning_content": the message has it, and no content; empty: none such
};
/// @return Errc::server where the body is no answer: no JSON, an error (in its words), half an answer, one that it
/// aborted. A content of null is an empty text, half a character is U+FFFD.
[[nodiscard]] Result<ServerAnswer> read_server_answer(const std::string& body, ServerForm form);

}  // namespace assay::harness
