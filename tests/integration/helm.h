// Helm, as a person uses it, with caches and settings of its own.
#pragma once

#include <string>
#include <vector>

#include "process.h"

namespace integration {

// Immutable. Helm 3 is the program "helm" and Helm 4 "helm4", both beside kubectl.
class Helm {
 public:
  // `home` is an existing directory for what Helm keeps.
  Helm(std::string program, std::string home, std::string namespace_name);

  // Whatever comes of it.
  Finished run(const std::vector<std::string>& arguments) const;
  // What it prints. Throws std::runtime_error with Helm's own words where it fails.
  std::string succeed(const std::vector<std::string>& arguments) const;

 private:
  std::string program_;
  std::string home_;
  std::string namespace_;
};

}  // namespace integration
