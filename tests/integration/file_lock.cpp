#include "file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <stdexcept>

namespace integration {

FileLock::FileLock(const std::string& path, Kind kind, Duration within)
    : file_(open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600)) {
  const int operation = (kind == Kind::shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
  if (file_ >= 0 && wait_until([&] { return flock(file_, operation) == 0; }, within)) return;
  close(file_);
  throw std::runtime_error("cannot lock " + path);
}

FileLock::~FileLock() { close(file_); }

}  // namespace integration
