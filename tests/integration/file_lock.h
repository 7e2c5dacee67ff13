// A lock between processes.
#pragma once

#include <string>

#include "wait_until.h"

namespace integration {

// flock(2) on a file, which is made where it is not there. Held until the object is gone.
class FileLock {
 public:
  enum class Kind { shared, exclusive };
  // Throws std::runtime_error where others hold it for longer than `within`.
  FileLock(const std::string& path, Kind kind, Duration within);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

}  // namespace integration
