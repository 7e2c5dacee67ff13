// What /readyz and /healthz answer: named checks, each of which says what is wrong.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/serve.h"

namespace runtime {

// Thread-safe; checks are guarded by mutex_ and called with it held, so they must not call back. A check is quick and
// does no I/O: it says what others have found out.
class Health {
 public:
  // Empty: well; else what is wrong, for people.
  using Check = std::function<std::string()>;

  // What must hold for the process to be of use. A failure keeps it waiting, never restarts it.
  void add_readiness(std::string name, Check check);
  // What must hold for the process to be alive. A failure gets it restarted: for loops that are stuck, nothing else.
  void add_liveness(std::string name, Check check);

  // One line a check ("[+]caches ok", "[-]caches failed: …"), as Kubernetes' own components answer; 200, or 503 where
  // one fails.
  http::Page readyz() const;
  http::Page healthz() const;

 private:
  using Checks = std::vector<std::pair<std::string, Check>>;
  http::Page page(const Checks& checks, const std::string& title) const;

  mutable std::mutex mutex_;
  Checks readiness_;
  Checks liveness_;
};

}  // namespace runtime
