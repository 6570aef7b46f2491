#include "engine/checkpoint/checkpoint.h"

#include <sys/stat.h>

#include "tests/engine/made_model.h"

namespace assay::engine {
namespace {

using namespace tests;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string message_of(const std::filesystem::path& folder) {
  const auto checkpoint = Checkpoint::open(folder);
  REQUIRE(!checkpoint);
  CHECK(checkpoint.error().message.find('\n') == std::string::npos);
  return checkpoint.error().message;
}

TEST_CASE("what was saved is opened again, in one file or in shards, with and without a head of its own",
          "[checkpoint]") {
  const bool tied = GENERATE(false, true);
  const std::uint64_t shard_bytes = GENERATE(1ULL << 30, 4096ULL);
  const TemporaryFolder folder;
  ModelConfig config = made_config();
  config.tie_word_embeddings = tied;
  make_model(folder.path(), config, shard_bytes);
  const auto checkpoint = Checkpoint::open(folder.path());
  if (!checkpoint) FAIL(checkpoint.error().message);
  CHECK((checkpoint->files() > 1) == (shard_bytes == 4096));
  CHECK(checkpoint->paths().size() == checkpoint->files() + (shard_bytes == 4096 ? 1 : 0));  // the index
  for (const auto& path : checkpoint->paths()) CHECK(std::filesystem::is_regular_file(path));
  CHECK(checkpoint->tensors().size() == tensors_of(config).size());
  CHECK(checkpoint->bytes() == static_cast<std::uint64_t>(config.parameters()) * 4);
  CHECK(checkpoint->config().eos_token_id == config.eos_token_id);
  CHECK(checkpoint->config().rope_theta == config.rope_theta);
  CHECK(checkpoint->config().rms_norm_eps == config.rms_norm_eps);
  const TensorView& down = checkpoint->tensor("model.layers.1.mlp.down_proj.weight");
  float number = 0;
  std::memcpy(&number, down.bytes.data() + sizeof number * 100, sizeof number);
  CHECK(number == 3.0F / 1024);
}

TEST_CASE("a configuration that this engine does not compute, or that makes no sense, is refused by field",
          "[checkpoint]") {
  struct Row {
    const char *from, *to, *words;
  };
  const auto row = GENERATE(values<Row>({
      {"\"hidden_size\": 16", "\"hidden_size\": -16", "hidden_size"},
      {"\"hidden_size\": 16", "\"hidden_size\": 17", "hidden_size"},
      {"\"hidden_size\": 16", "\"hidden_size\": 99999999999999999999", "hidden_size"},
      {"\"hidden_size\": 16,", "", "hidden_size"},
      {"\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "num_key_value_heads"},
      {"\"vocab_size\": 40", "\"vocab_size\": \"40\"", "vocab_size"},
      {"\"mask_token_id\": 39", "\"mask_token_id\": 40", "mask_token_id"},
      {"\"mask_token_id\": 39,", "", "mask_token_id"},
      {"\"eos_token_id\": [37, 38]", "\"eos_token_id\": [37, -1]", "eos_token_id"},
      {"\"rope_scaling\": null", "\"rope_scaling\": {\"type\": \"yarn\"}", "rope_scaling"},
      {"\"rope_scaling\": null", "\"use_sliding_window\": true", "use_sliding_window"},
      {"\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "hidden_act"},
      {"\"model_type\": \"Dream\"", "\"model_type\": \"llama\"", "model_type"},
      {"\"torch_dtype\": \"float32\"", "\"torch_dtype\": \"int8\"", "torch_dtype"},
      {"\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": 0", "rms_norm_eps"},
      {"\"rope_theta\": 1e+06", "\"rope_theta\": 1e999", "rope_theta"},
      {"\"rope_theta\": 1e+06,", "", "\"rope_theta\" is missing"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": {\"rope_type\": \"default\"}", "\"rope_theta\" is missing"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 1e6}",
       "\"rope_parameters.rope_type yarn\" is given; only plain rotary embeddings are computed"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": {\"factor\": 4, \"rope_theta\": 1e6}",
       "\"rope_parameters.factor\" is given"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 1e6}}",
       "\"rope_parameters.full_attention\" is given"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": []", "\"rope_parameters\" is no object"},
      {"\"rope_theta\": 1e+06", "\"rope_parameters\": {\"rope_theta\": \"1e6\"}", "\"rope_theta\" is not a number"},
      {"\"rope_theta\": 1e+06", "\"rope_theta\": 1e6, \"rope_parameters\": {\"rope_theta\": 1e4}",
       "\"rope_theta\" and \"rope_parameters.rope_theta\" say different things"},
      {"\"torch_dtype\": \"float32\"", "\"dtype\": \"int8\"", "\"dtype\" is none of"},
      {"\"torch_dtype\": \"float32\"", "\"torch_dtype\": \"float32\", \"dtype\": \"bfloat16\"",
       "\"torch_dtype\" and \"dtype\" say different things"},
      {"\"rope_scaling\": null", "\"layer_types\": [\"full_attention\", \"sliding_attention\"]", "\"layer_types\" has"},
      {"\"rope_scaling\": null", "\"layer_types\": \"full_attention\"", "\"layer_types\" has"},
      {"}\n", "", "config.json"},
  }));
  CAPTURE(row.from, row.to);
  const TemporaryFolder folder;
  make_model(folder.path(), made_config());
  const std::string text = read_file(folder / "config.json");
  write_file(folder / "config.json", replaced(text, row.from, row.to));
  const std::string message = message_of(folder.path());
  CAPTURE(message);
  CHECK(message.find(row.words) != std::string::npos);
}

TEST_CASE("a configuration as transformers 4 or 5 writes it says the same", "[checkpoint]") {
  struct Row {
    const char *rope, *type;
  };
  const auto row = GENERATE(values<Row>({
      {"\"rope_theta\": 10000.0", "\"torch_dtype\": \"bfloat16\""},
      {"\"rope_parameters\": {\"rope_theta\": 10000.0, \"rope_type\": \"default\"}", "\"dtype\": \"bfloat16\""},
      {"\"rope_parameters\": {\"rope_theta\": 1e4, \"type\": \"default\", \"factor\": null}, \"rope_theta\": 10000",
       "\"dtype\": \"bfloat16\", \"torch_dtype\": \"bfloat16\", \"layer_types\": [\"full_attention\", "
       "\"full_attention\"]"},
  }));
  CAPTURE(row.rope, row.type);
  const TemporaryFolder folder;
  const std::string text = replaced(model_config_json(made_config()), "\"rope_theta\": 1e+06", row.rope);
  write_file(folder / "config.json", replaced(text, "\"torch_dtype\": \"float32\"", row.type));
  const auto config = read_model_config(folder.path());
  if (!config) FAIL(config.error().message);
  CHECK(config->rope_theta == 10000);
  CHECK(config->number_type() == NumberType::bfloat16);
}

TEST_CASE("where config.json names no number type it is the weights' own", "[checkpoint]") {
  const auto type = GENERATE(NumberType::bfloat16, NumberType::float32);
  const TemporaryFolder folder;
  ModelConfig made = made_config();
  made.torch_dtype = type;
  make_model(folder.path(), made);
  const std::string text = read_file(folder / "config.json");
  write_file(folder / "config.json",
             replaced(text, "\"torch_dtype\": \"" + std::string(row_of(type).torch_name) + "\"", "\"x\": 0"));
  CHECK(read_model_config(folder.path())->torch_dtype == std::nullopt);
  const auto checkpoint = Checkpoint::open(folder.path());
  if (!checkpoint) FAIL(checkpoint.error().message);
  CHECK(checkpoint->config().torch_dtype == type);
}

TEST_CASE("end tokens of generation_config.json are added", "[checkpoint]") {
  const TemporaryFolder folder;
  make_model(folder.path(), made_config());
  write_file(folder / "generation_config.json", R"({"eos_token_id": [5, 38], "mask_token_id": 39})");
  const auto config = read_model_config(folder.path());
  REQUIRE(config);
  CHECK(config->eos_token_id == std::vector<std::int64_t>{5, 37, 38});
}

TEST_CASE("a tensor that is missing, surplus or misshapen is named", "[checkpoint]") {
  const TemporaryFolder folder;
  make_model(folder.path(), made_config());
  const std::string config = read_file(folder / "config.json");
  SECTION("missing") {
    write_file(folder / "config.json", replaced(config, "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"));
    CHECK(message_of(folder.path()).find("\"model.layers.2.input_layernorm.weight\" is missing") != std::string::npos);
  }
  SECTION("surplus") {
    write_file(folder / "config.json", replaced(config, "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));
    const std::string message = message_of(folder.path());
    CHECK(message.find("model.layers.1.") != std::string::npos);
    CHECK(message.find("surplus") != std::string::npos);
  }
  SECTION("misshapen") {
    write_file(folder / "config.json", replaced(config, "\"vocab_size\": 40", "\"vocab_size\": 41"));
    CHECK(message_of(folder.path()).find("\"model.embed_tokens.weight\" is [40, 16], config.json makes it [41, 16]") !=
          std::string::npos);
  }
  SECTION("cut off") {
    std::filesystem::resize_file(folder / "model.safetensors", 5000);
    CHECK(message_of(folder.path()).find("cut off") != std::string::npos);
  }
  SECTION("empty") {
    write_file(folder / "model.safetensors", "");
    CHECK(message_of(folder.path()).find("too short") != std::string::npos);
  }
}

TEST_CASE("shards are held against their index, which names files of its own folder only", "[checkpoint]") {
  const TemporaryFolder folder;
  make_model(folder.path(), made_config(), 4096);
  const auto index = folder / "model.safetensors.index.json";
  const std::string text = read_file(index);
  const auto name = [](const std::string& shard) { return "\"model.norm.weight\": \"" + shard + "\""; };
  const auto at = text.find("\"model.norm.weight\": \"") + std::string("\"model.norm.weight\": \"").size();
  const std::string shard = text.substr(at, text.find('"', at) - at);
  SECTION("a shard is absent") {
    std::filesystem::remove(folder / shard);
    CHECK(message_of(folder.path()).find(shard) != std::string::npos);
  }
  SECTION("another shard has the tensor") {
    write_file(index, replaced(text, name(shard), name("model-00001-of-" + shard.substr(shard.rfind('-') - 5 + 6))));
    CHECK(message_of(folder.path()).find("model") != std::string::npos);
  }
  SECTION("a path that leaves the folder") {
    for (const char* outside : {"../x.safetensors", "/etc/passwd", ".", ""}) {
      write_file(index, replaced(text, name(shard), name(outside)));
      CHECK(message_of(folder.path()).find("not in a file of this folder") != std::string::npos);
    }
  }
  SECTION("no map") {
    write_file(index, "{}");
    CHECK(message_of(folder.path()).find("weight_map") != std::string::npos);
  }
}

TEST_CASE("a model that is saved over one of the other layout is the one that is read", "[checkpoint]") {
  const TemporaryFolder folder;
  const std::uint64_t first = GENERATE(4096ULL, 1ULL << 30);
  make_model(folder.path(), made_config(), first);
  ModelConfig other = made_config();
  other.num_hidden_layers = 1;
  make_model(folder.path(), other, first == 4096 ? 1ULL << 30 : 4096);
  const auto checkpoint = Checkpoint::open(folder.path());
  if (!checkpoint) FAIL(checkpoint.error().message);
  CHECK(checkpoint->config().num_hidden_layers == 1);
}

TEST_CASE("folders without a model are told as such", "[checkpoint]") {
  const TemporaryFolder folder;
  CHECK(message_of(folder / "nowhere").find("no such folder") != std::string::npos);
  CHECK(message_of(folder.path()).find("config.json: no such file") != std::string::npos);
  write_file(folder / "config.json", model_config_json(made_config()));
  CHECK(message_of(folder.path()).find("neither model.safetensors nor") != std::string::npos);
  std::filesystem::create_directory(folder / "model.safetensors");
  CHECK(message_of(folder.path()).find("no ordinary file") != std::string::npos);
  std::filesystem::remove(folder / "model.safetensors");
  REQUIRE(::mkfifo((folder / "model.safetensors").c_str(), 0600) == 0);
  CHECK(message_of(folder.path()).find("no ordinary file") != std::string::npos);
  std::filesystem::remove(folder / "config.json");
  REQUIRE(::mkfifo((folder / "config.json").c_str(), 0600) == 0);
  CHECK(message_of(folder.path()).find("no ordinary file") != std::string::npos);
}

}  // namespace
}  // namespace assay::engine
