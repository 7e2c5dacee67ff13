#include "joining.h"

#include <sstream>

#include "heat_cluster_state.h"

namespace e2e {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

namespace {

std::string pods_of(const std::string& name) { return "app.kubernetes.io/instance=" + name; }

// Holds where `log` holds `text`.
AssertionResult says(const integration::Finished& log, const std::string& text) {
  if (log.out.find(text) != std::string::npos) return AssertionSuccess();
  return AssertionFailure() << "nothing says \"" << text << "\" in\n" << log.text();
}

}  // namespace

AssertionResult is_refused(const integration::Kubectl& kubectl, const std::string& name, const std::string& reason) {
  if (const AssertionResult told = tells(kubectl, name, "tries that failed", long_patience); !told) return told;
  const AssertionResult said = says(kubectl.run({"logs", "--selector", pods_of(name), "--tail", "20"}), reason);
  if (said && kubectl.find("statefulset", name + "-engine")) return AssertionFailure() << "engines were made";
  return said;
}

AssertionResult takes_part(const integration::Kubectl& kubectl, const std::string& name, const std::string& stack) {
  return integration::wait_until(
      [&]() -> AssertionResult {
        const integration::Finished log = kubectl.run({"logs", name + "-engine-0"});
        std::istringstream lines(log.out);
        for (std::string line; std::getline(lines, line);) {
          if (line.find("creating TestResource") == std::string::npos) continue;
          if (line.find("Stack \"" + stack + "\"") != std::string::npos) return AssertionSuccess();
        }
        return AssertionFailure() << name << " has created nothing of " << stack << ":\n" << log.text();
      },
      integration::patience);
}

AssertionResult leaves(const integration::Kubectl& kubectl, const std::string& name) {
  kubectl.run({"delete", "heatcluster", name, "--ignore-not-found", "--timeout=120s"});
  return integration::wait_until([&] { return kubectl.list("pods", pods_of(name)).empty(); }, long_patience);
}

}  // namespace e2e
