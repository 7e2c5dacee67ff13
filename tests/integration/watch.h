// Everything that happens to objects of some kinds, from a moment on, as kubectl sees it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kubectl.h"
#include "process.h"

namespace integration {

struct Change {
  std::string type;  // ADDED, MODIFIED or DELETED
  json::Value object;

  // Grows with each change of any object: all of them come from one etcd.
  std::int64_t version() const { return std::stoll(json::string_at(object, "/metadata/resourceVersion")); }
};

// `kubectl get --watch` in the background, until this object is gone.
class Watch {
 public:
  // Misses nothing that happens after it returned.
  Watch(const Kubectl& kubectl, const std::string& resource, const std::string& file);
  // So far; the last one may still be on its way.
  std::vector<Change> changes() const;

 private:
  const std::string file_;
  std::unique_ptr<Process> process_;
};

}  // namespace integration
