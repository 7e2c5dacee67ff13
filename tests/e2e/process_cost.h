// What a process has cost so far, as the kernel counts it.
#pragma once

#include <sys/types.h>

namespace e2e {

struct ProcessCost {
  double cpu_seconds = 0;  // user and system
  double highest_mib = 0;  // of RSS
};

// Zeros where there is no such process.
ProcessCost process_cost(pid_t pid);

}  // namespace e2e
