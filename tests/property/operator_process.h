// A real operator process that works on a fake API server.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace property {

// Thread-safe; state is guarded by mutex_. A process that still runs at the end is killed. It ends with this program,
// too.
class OperatorProcess {
 public:
  // Writes the kubeconfig and the log into a folder of its own, which is removed at the end.
  OperatorProcess(std::string kubeconfig, std::vector<std::string> flags);
  ~OperatorProcess();
  OperatorProcess(const OperatorProcess&) = delete;
  OperatorProcess& operator=(const OperatorProcess&) = delete;

  // Nothing happens where it runs already.
  void start();
  // SIGKILL, and waits until it is gone.
  void kill();
  // SIGTERM, and waits; returns its exit code, or 128 + the signal that ended it.
  int terminate();
  // Waits until it ends by itself; its exit code, or 128 + signal.
  int wait();
  // Whether it has ended on its own account.
  bool crashed();

  // In how many of its lives it has come to work: it has read everything by then.
  int lives_begun() const;

  // The last lines of its log, all its lives together.
  std::string log_tail(std::size_t lines) const;

 private:
  int wait_for_end();

  const std::filesystem::path folder_;
  const std::vector<std::string> flags_;
  mutable std::mutex mutex_;
  pid_t pid_ = 0;  // 0: not running
  bool crashed_ = false;
};

// $HEAT_OPERATOR_BINARY, else the one of this build.
std::string operator_binary();

}  // namespace property
