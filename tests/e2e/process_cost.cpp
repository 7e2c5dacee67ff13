#include "process_cost.h"

#include <unistd.h>

#include <fstream>
#include <sstream>

namespace e2e {
namespace {

// Of a /proc/PID/stat: user and system, fields 14 and 15; the second field, a name in brackets, may hold blanks.
double cpu_seconds(const std::string& stat) {
  std::ifstream file(stat);
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Of a /proc/PID/status.
double kilobytes(const std::string& status, const std::string& name) {
  std::ifstream file(status);
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == name && file >> value) return value;
  }
  return 0;
}

}  // namespace

ProcessCost process_cost(pid_t pid) {
  const std::string process = "/proc/" + std::to_string(pid);
  return {cpu_seconds(process + "/stat"), kilobytes(process + "/status", "VmHWM:") / 1024};
}

}  // namespace e2e
