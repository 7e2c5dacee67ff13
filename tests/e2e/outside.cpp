#include "outside.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "control_plane.h"

namespace e2e {
namespace {

// The state directory of hack/cluster whose node it is.
const char* state() {
  const char* value = std::getenv("HEAT_OPERATOR_TEST_NODE");
  return value == nullptr || *value == '\0' ? nullptr : value;
}

std::vector<std::string> outside(const std::string& verb, const std::string& name) {
  if (state() == nullptr) throw std::runtime_error("HEAT_OPERATOR_TEST_NODE is not set");
  return {std::string(HEAT_OPERATOR_SOURCE_DIR) + "/hack/cluster/outside.sh", "--state", state(), verb, name};
}

// Each program has a directory of its own, for its files and its log.
std::string scratch(const std::string& name, const std::string& file) {
  const std::filesystem::path directory = integration::ControlPlane::instance().scratch("outside-" + name);
  std::filesystem::create_directories(directory);
  return directory / file;
}

// A file by itself, so that whoever the program runs as needs no right to the directories above.
std::string mounted(const std::string& name, const std::string& path, const std::string& content) {
  std::string flat = path;
  for (char& letter : flat) letter = letter == '/' ? '-' : letter;
  const std::string file = scratch(name, "file" + flat);
  std::ofstream(file) << content;
  std::filesystem::permissions(file, std::filesystem::perms(0644));
  return "--mount=type=bind,src=" + file + ",dst=" + path + ",options=rbind:ro";
}

std::vector<std::string> run_words(const std::string& name, const OutsideProgram& program) {
  std::vector<std::string> words = outside("run", name);
  for (const auto& [variable, value] : program.environment) words.push_back("--env=" + variable + "=" + value);
  for (const auto& [path, content] : program.files) words.push_back(mounted(name, path, content));
  for (const std::string& path : program.directories) {
    words.push_back("--mount=type=tmpfs,src=tmpfs,dst=" + path + ",options=mode=1777");
  }
  words.push_back(program.image);
  words.insert(words.end(), program.command.begin(), program.command.end());
  return words;
}

}  // namespace

bool outside_is_at_hand() { return state() != nullptr; }

OutsideProcess::OutsideProcess(const std::string& name, const OutsideProgram& program)
    : name_(name), log_(scratch(name, "log")) {
  const std::vector<std::string> words = run_words(name, program);
  const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) throw std::runtime_error("cannot write " + log_);
  try {
    process_ = std::make_unique<integration::Process>(words, integration::Process::Streams{-1, log, log});
  } catch (...) {
    close(log);
    throw;
  }
  close(log);
}

OutsideProcess::~OutsideProcess() {
  integration::run(outside("end", name_));
  process_->wait(integration::Duration(10'000));
}

std::string OutsideProcess::log() const {
  std::ostringstream text;
  text << std::ifstream(log_).rdbuf();
  return text.str();
}

std::string succeed_outside(const std::string& name, const OutsideProgram& program, integration::Duration within) {
  const integration::Finished finished = integration::run(run_words(name, program), "", within);
  // It goes on where it took too long.
  if (finished.exit_code < 0) integration::run(outside("end", name));
  if (finished.exit_code != 0) throw std::runtime_error(name + ": " + finished.text());
  return finished.out;
}

}  // namespace e2e
