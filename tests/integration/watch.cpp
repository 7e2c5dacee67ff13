#include "watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace integration {

// The first list is empty or not, but it is there before a change can be missed: kubectl watches from its version on.
// That it has listed shows in nothing it prints of an empty one, so its own first request is made visible by -v.
Watch::Watch(const Kubectl& kubectl, const std::string& resource, const std::string& file) : file_(file) {
  const std::string log_file = file + ".log";
  const int out = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  process_ = std::make_unique<Process>(
      kubectl.command({"get", resource, "--watch", "--output-watch-events", "--output", "json", "--v", "6"}),
      Process::Streams{-1, out, log});
  close(out);
  close(log);
  const auto watches = [&] {
    std::ifstream lines(log_file);
    for (std::string line; std::getline(lines, line);) {
      if (line.find("watch=true") != std::string::npos) return true;
    }
    return false;
  };
  if (!wait_until(watches)) throw std::runtime_error("kubectl does not watch " + resource);
}

// One event a line.
std::vector<Change> Watch::changes() const {
  std::vector<Change> found;
  std::ifstream lines(file_);
  for (std::string line; std::getline(lines, line);) {
    if (lines.eof()) break;  // not written to its end
    const auto event = json::parse(line);
    if (!event) throw std::runtime_error("not a watch event: " + line);
    found.push_back({json::string_at(*event, "/type"), event->at("object")});
  }
  return found;
}

}  // namespace integration
