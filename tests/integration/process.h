// Child processes, started from an argument vector: no shell, nothing to quote.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "wait_until.h"

namespace integration {

// One child. It is killed with the object if it still runs then.
class Process {
 public:
  // File descriptors that the child gets; -1 is /dev/null.
  struct Streams {
    int in = -1;
    int out = -1;
    int err = -1;
  };

  // Throws std::runtime_error where the program cannot be started.
  Process(const std::vector<std::string>& argv, const Streams& streams);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The exit code, or 128 + signal; nullopt where it still runs when `within` has passed.
  std::optional<int> wait(Duration within);
  void signal(int number) const;
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int ended_ = -1;  // a pidfd: readable when the child has ended
  std::optional<int> exit_code_;
};

struct Finished {
  int exit_code = -1;  // -1: it took too long and was killed
  std::string out;
  std::string err;

  // Both streams and the code, for the message of a failed expectation.
  std::string text() const;
};

// Runs a program to its end and captures what it wrote.
Finished run(const std::vector<std::string>& argv, const std::string& input = "", Duration within = Duration(30'000));

}  // namespace integration
