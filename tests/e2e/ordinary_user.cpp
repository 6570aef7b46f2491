#include "tests/e2e/ordinary_user.h"

#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/installation.h"

namespace assay::tests {
namespace {

namespace fs = std::filesystem;

constexpr const char* python3 = "/usr/bin/python3";
constexpr unsigned id = 65000;

Ended run(Words argv, int seconds = patience) {
  return Command(std::move(argv), {{"PATH", "/usr/bin:/bin"}, {"LC_ALL", "C.UTF-8"}}).wait(seconds);
}

}  // namespace

OrdinaryUser::OrdinaryUser() {
  if (::geteuid() != 0) {
    missing_ = "only root can become an ordinary user";
    return;
  }
  if (!fs::exists(python3)) {
    missing_ = "there is no /usr/bin/python3";
    return;
  }
  std::error_code error;
  ::chmod((folder_ / "").c_str(), 0755);
  const fs::path binaries = fs::path(ASSAY_BINARY).parent_path();
  for (const char* name : {"assay", "assay-warden"}) {
    fs::copy_file(binaries / name, folder_ / name, error);
    ::chmod((folder_ / name).c_str(), 0755);
  }
  for (const fs::path& folder : {home(), temporary()}) {
    fs::create_directory(folder, error);
    if (::chown(folder.c_str(), id, id) != 0) missing_ = "a folder can't be given away";
  }
  const Ended made = run({python3, "-m", "venv", "--without-pip", (folder_ / "python").string()});
  if (made.code != 0) {
    missing_ = "a virtual environment can't be made";
    return;
  }
  // NumPy of the samples' own environment, if the interpreters are of a kind.
  const char* const where = "import numpy, os, sys; print(os.path.dirname(os.path.dirname(numpy.__file__)))";
  const Ended numpy = run({sandbox::default_python().string(), "-I", "-c", where});
  const Ended site = run(
      {(folder_ / "python/bin/python").string(), "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"});
  const auto line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  if (numpy.code == 0 && site.code == 0)
    for (const auto& entry : fs::directory_iterator(line(numpy.out), error))
      if (entry.path().filename().string().starts_with("numpy"))
        fs::copy(entry.path(), fs::path(line(site.out)) / entry.path().filename(), fs::copy_options::recursive, error);
}

Ended OrdinaryUser::assay(const Words& without, const Words& words) const {
  Words argv = {python3, ASSAY_SOURCE_DIR "/tests/unprivileged.py", "--user", std::to_string(id)};
  argv.insert(argv.end(), without.begin(), without.end());
  argv.push_back((folder_ / "assay").string());
  argv.insert(argv.end(), words.begin(), words.end());
  for (const std::string& word : {std::string("--python"), (folder_ / "python/bin/python").string()})
    argv.push_back(word);
  return Command(argv, {{"PATH", "/usr/bin:/bin"},
                        {"LC_ALL", "C.UTF-8"},
                        {"HOME", home().string()},
                        {"TMPDIR", temporary().string()},
                        {"ASSAY_CANARY", "sings"}})
      .wait(patience);
}

}  // namespace assay::tests
