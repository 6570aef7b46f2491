/// How fast the engine decodes: `name value` lines, ratios taken in one run. Needs nothing but LibTorch, so that it is
/// built on a GPU machine too; there it takes DiffuCoder-7B's shape.
#include "engine/engine.h"

#include <getopt.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bench/support/device_peak.h"

namespace {

using namespace assay::engine;
using Clock = std::chrono::steady_clock;

struct Settings {
  std::string device = "auto", python;
  bool large = false;  ///< DiffuCoder-7B's shape
  bool table = false;
  std::int64_t prompt = 64, new_tokens = 128;
  int rounds = 3;
};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "engine: %s\n", what.c_str());
  std::exit(1);
}

ModelConfig small_shape() {
  ModelConfig config;
  config.hidden_size = 512;
  config.intermediate_size = 1408;
  config.num_hidden_layers = 8;
  config.num_attention_heads = 8;
  config.num_key_value_heads = 2;
  config.vocab_size = 8192;
  config.max_position_embeddings = 4096;
  config.mask_token_id = 8191;
  config.pad_token_id = 8190;
  return config;
}

ModelConfig diffucoder_shape() {
  ModelConfig config;
  config.hidden_size = 3584;
  config.intermediate_size = 18944;
  config.num_hidden_layers = 28;
  config.num_attention_heads = 28;
  config.num_key_value_heads = 4;
  config.vocab_size = 152064;
  config.max_position_embeddings = 131072;
  config.mask_token_id = 151666;
  config.pad_token_id = 151643;
  config.torch_dtype = NumberType::bfloat16;
  return config;
}

struct Measured {
  double tokens_a_second = 0, tokens_a_pass = 0, passes_a_second = 0;
  double positions_a_second = 0, outputs_a_second = 0;  ///< that went through the layers, and through the head
};

/// Decodes `rows` rows of one length, `at_once` of them together.
Measured decode(Engine& engine, const Settings& settings, const DecodingOptions& options, std::size_t rows,
                std::size_t at_once) {
  const auto batch = engine.decode(options, at_once, {});
  if (!batch) fail(batch.error().message);
  for (std::uint64_t id = 0; id < rows; ++id) {
    std::vector<std::int64_t> prompt;
    for (std::int64_t i = 0; i < settings.prompt; ++i)
      prompt.push_back((i * 31 + static_cast<std::int64_t>(id) * 17) % 8000);
    if (const auto queued = (*batch)->submit({id, std::move(prompt), {1, id, 0}}); !queued)
      fail(queued.error().message);
  }
  const auto start = Clock::now();
  while ((*batch)->unfinished() > 0)
    if (const auto advanced = (*batch)->advance(); !advanced) fail(advanced.error().message);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const DecodingCounts counts = (*batch)->counts();
  return {static_cast<double>(counts.tokens) / seconds,
          static_cast<double>(counts.tokens) / static_cast<double>(counts.row_passes),
          static_cast<double>(counts.passes) / seconds, static_cast<double>(counts.positions) / seconds,
          static_cast<double>(counts.outputs) / seconds};
}

DecodingOptions options_of(const Settings& settings, Cache cache, std::int64_t block, bool threshold) {
  DecodingOptions options;
  options.alg = Algorithm::maskgit_plus;
  options.max_new_tokens = settings.new_tokens;
  options.cache = cache;
  options.block_length = block;
  if (threshold) options.threshold = 0.3;  // a random model is as sure as this of one token in some
  return options;
}

/// Tokens a second of the plain decoding in Python, as bench/engine_reference.py prints them.
double python_tokens_a_second(const Settings& settings, const Engine& engine, const char* head) {
  const ModelConfig& config = engine.config();
  const std::string script = std::filesystem::path(ASSAY_BENCH_DIR) / "engine_reference.py";
  std::string command = settings.python + " " + script;
  const std::map<std::string, std::int64_t> numbers{{"hidden", config.hidden_size},
                                                    {"intermediate", config.intermediate_size},
                                                    {"layers", config.num_hidden_layers},
                                                    {"heads", config.num_attention_heads},
                                                    {"kv-heads", config.num_key_value_heads},
                                                    {"vocabulary", config.vocab_size},
                                                    {"prompt", settings.prompt},
                                                    {"new-tokens", settings.new_tokens}};
  for (const auto& [name, number] : numbers) command += " --" + name + " " + std::to_string(number);
  command += std::string(" --head ") + head + " --device " +
             engine.device().substr(0, engine.device().find_first_of(",: ")) + " --dtype " +
             std::string(row_of(engine.number_type()).torch_name);
  std::FILE* out = ::popen(command.c_str(), "r");
  double number = 0;
  if (!out || std::fscanf(out, "%lf", &number) != 1) number = 0;
  if (out && ::pclose(out) != 0) number = 0;
  if (number <= 0) fail("the decoding in Python failed: " + command);
  return number;
}

double median(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers[numbers.size() / 2];
}

void print(const std::string& name, double value) {
  std::printf("%s %.4g\n", name.c_str(), value);
  std::fflush(stdout);
}

/// The same figure over the rounds. Each is told on stderr when it is known: a round takes minutes.
class Series {
 public:
  void add(const std::string& name, double value) {
    all_[name].push_back(value);
    std::fprintf(stderr, "round %zu: %s %.4g\n", all_[name].size(), name.c_str(), value);
  }
  [[nodiscard]] double of(const std::string& name) const { return median(all_.at(name)); }
  void print_all() const {
    for (const auto& [name, values] : all_) print(name, median(values));
  }

 private:
  std::map<std::string, std::vector<double>> all_;
};

std::unique_ptr<Engine> engine_of(const Settings& settings, bool batch_invariant) {
  EngineOptions options;
  options.device = settings.device;
  options.batch_invariant = batch_invariant;
  auto made = random_engine(settings.large ? diffucoder_shape() : small_shape(), options, 1);
  if (!made) fail(made.error().message);
  return std::move(*made);
}

/// Ratios of the small model: over Python, of caches and thresholds, of eight rows at once over one, the same 16 in
/// both.
void run_ratios(const Settings& settings) {
  constexpr std::size_t rows = 16, eight = 8;
  const auto engine = engine_of(settings, false), invariant = engine_of(settings, true);
  std::printf("device %s\n", engine->device().c_str());
  struct Way {
    std::string name;
    DecodingOptions options;
    std::size_t rows;
  };
  std::vector<Way> ways{{"plain", options_of(settings, Cache::none, 0, false), 2}};
  for (const std::int64_t block : {8, 16, 32})
    for (const bool threshold : {false, true})
      ways.push_back({"dual" + std::to_string(block) + (threshold ? "_threshold" : ""),
                      options_of(settings, Cache::dual, block, threshold), rows});
  Series series;
  for (int round = 0; round < settings.rounds; ++round) {
    if (!settings.python.empty()) {
      series.add("python_all_logits_tokens_a_second", python_tokens_a_second(settings, *engine, "all"));
      series.add("python_masked_logits_tokens_a_second", python_tokens_a_second(settings, *engine, "masked"));
    }
    for (const Way& way : ways) {
      const Measured one = decode(*engine, settings, way.options, way.rows, 1);
      series.add(way.name + "_tokens_a_second", one.tokens_a_second);
      series.add(way.name + "_tokens_a_pass", one.tokens_a_pass);
      const std::size_t many = std::max(way.rows, eight);
      series.add(way.name + "_batch8_tokens_a_second",
                 decode(*engine, settings, way.options, many, eight).tokens_a_second);
      series.add(way.name + "_batch8_invariant_tokens_a_second",
                 decode(*invariant, settings, way.options, many, eight).tokens_a_second);
    }
  }
  series.print_all();
  const double base = series.of("plain_tokens_a_second");
  if (!settings.python.empty()) {
    print("plain_over_python_all_logits", base / series.of("python_all_logits_tokens_a_second"));
    print("plain_over_python_masked_logits", base / series.of("python_masked_logits_tokens_a_second"));
  }
  for (const Way& way : ways) {
    const double one = series.of(way.name + "_tokens_a_second"),
                 together = series.of(way.name + "_batch8_tokens_a_second");
    print(way.name + "_over_plain", one / base);
    print(way.name + "_batch8_over_batch1", together / one);
    print(way.name + "_batch8_over_invariant", together / series.of(way.name + "_batch8_invariant_tokens_a_second"));
  }
}

/// "cuda:0" of "cuda:0 (NVIDIA H100)", "cpu" of "cpu, 2 threads".
std::string device_name(const Engine& engine) { return engine.device().substr(0, engine.device().find_first_of(", ")); }

/// Rows and cache modes, with what share of the device's bandwidth and arithmetic they use: weights that are read once
/// a pass, and the operations of the linear layers, over the peaks that a copy and a product of matrices reach here.
void run_table(const Settings& settings) {
  const auto engine = engine_of(settings, false);
  const ModelConfig& config = engine->config();
  std::printf("device %s\n", engine->device().c_str());
  const double teraflops = assay::bench::matmul_teraflops(device_name(*engine), engine->number_type());
  const double gigabytes = assay::bench::copy_gigabytes(device_name(*engine));
  print("peak_matmul_teraflops", teraflops);
  print("peak_copy_gb_a_second", gigabytes);
  if (!settings.python.empty()) print("python_tokens_a_second", python_tokens_a_second(settings, *engine, "all"));
  const double number = static_cast<double>(row_of(engine->number_type()).bytes);
  const double head = static_cast<double>(config.vocab_size * config.hidden_size);
  const double layers = static_cast<double>(config.parameters()) - 2 * head;
  const double last =
      static_cast<double>(3 * config.hidden_size * config.intermediate_size);  // layer's MLP: of outputs
  const bool on_cpu = device_name(*engine) == "cpu";
  for (const Cache cache : {Cache::none, Cache::prefix, Cache::dual}) {
    for (const std::size_t rows : {1, 4, 16}) {
      const bool blocks = cache != Cache::none;
      const auto options = options_of(settings, cache, blocks ? 32 : 0, blocks);
      if (!on_cpu) (void)decode(*engine, settings, options, rows, rows);  // kernels are loaded when they first run
      const Measured found = decode(*engine, settings, options, rows, rows);
      const std::string name = std::string(name_of(cache)) + "_rows" + std::to_string(rows);
      print(name + "_tokens_a_second", found.tokens_a_second);
      print(name + "_tokens_a_forward", found.tokens_a_pass);
      print(name + "_ms_a_pass", 1e3 / found.passes_a_second);
      print(name + "_bandwidth_share", found.passes_a_second * (layers + head) * number / 1e9 / gigabytes);
      print(
          name + "_flop_share",
          2 * ((layers - last) * found.positions_a_second + (head + last) * found.outputs_a_second) / 1e12 / teraflops);
    }
  }
}

constexpr const char* help =
    "Usage: engine [--device D] [--large | --table] [--python EXE] [--rounds N] [--prompt N] [--new-tokens N]\n\n"
    "Without --large: a random model (hidden 512, 8 layers, vocabulary 8192), prompt 64, 128 new tokens, and the "
    "ratios\n"
    "that docs/performance.md tells. --table: the same model over batch sizes and cache modes, with ms a pass and the\n"
    "shares of the device's arithmetic and bandwidth; --large: that with DiffuCoder-7B's shape.\n"
    "--python EXE: a Python that has torch; the plain decoding is measured there too.\n";

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  const option options[] = {{"table", no_argument, nullptr, 't'},
                            {"device", required_argument, nullptr, 'd'},
                            {"large", no_argument, nullptr, 'l'},
                            {"python", required_argument, nullptr, 'p'},
                            {"rounds", required_argument, nullptr, 'r'},
                            {"prompt", required_argument, nullptr, 'm'},
                            {"new-tokens", required_argument, nullptr, 'n'},
                            {"help", no_argument, nullptr, 'h'},
                            {nullptr, 0, nullptr, 0}};
  for (int one = 0; (one = ::getopt_long(argc, argv, "h", options, nullptr)) != -1;) {
    switch (one) {
      case 'd':
        settings.device = optarg;
        break;
      case 'l':
        settings.large = true;
        break;
      case 't':
        settings.table = true;
        break;
      case 'p':
        settings.python = optarg;
        break;
      case 'r':
        settings.rounds = std::max(std::atoi(optarg), 1);
        break;
      case 'm':
        settings.prompt = std::max(std::atoi(optarg), 1);
        break;
      case 'n':
        settings.new_tokens = std::max(std::atoi(optarg) / 32 * 32, 32);
        break;
      case 'h':
        std::fputs(help, stdout);
        return 0;
      default:
        std::fputs(help, stderr);
        return 2;
    }
  }
  if (settings.large || settings.table) {
    run_table(settings);
  } else {
    run_ratios(settings);
  }
  return 0;
}
