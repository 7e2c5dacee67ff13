// kubectl, as a person uses it, and a quicker way to read. Everything that these tests do to a cluster and learn from
// it goes through here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "process.h"

namespace integration {

class ApiReader;
using Objects = std::vector<json::Value>;

// Immutable, cheap to copy, for any number of threads.
class Kubectl {
 public:
  Kubectl(std::string program, std::string kubeconfig, std::string namespace_name = "default");

  // The same for another namespace.
  Kubectl in(const std::string& namespace_name) const;
  const std::string& namespace_name() const { return namespace_; }

  // What is run for these arguments.
  std::vector<std::string> command(const std::vector<std::string>& arguments) const;
  // Whatever comes of it.
  Finished run(const std::vector<std::string>& arguments, const std::string& input = "") const;
  // What it prints. Throws std::runtime_error with kubectl's own words where it fails.
  std::string succeed(const std::vector<std::string>& arguments, const std::string& input = "") const;

  // Applies like `kubectl apply -f -`: client-side, by the manager that people have.
  void apply(const json::Value& object) const;
  void apply(const Objects& objects) const;
  // `patch` is a JSON merge patch.
  void patch(const std::string& type, const std::string& name, const json::Value& patch,
             const std::vector<std::string>& options = {}) const;

  // Reads by the same kubeconfig, but without a process for each (api_reader.h).
  // nullopt where there is none of that name.
  std::optional<json::Value> find(const std::string& type, const std::string& name) const;
  // Throws where there is none.
  json::Value get(const std::string& type, const std::string& name) const;
  Objects list(const std::string& types, const std::string& selector = "") const;

 private:
  std::string program_;
  std::string kubeconfig_;
  std::string namespace_;
  std::shared_ptr<ApiReader> reader_;  // one connection for all copies
};

// One List of all of them, for `kubectl apply -f -`.
std::string as_list(const Objects& objects);

// What is at a JSON pointer that may lead through lists: a string as it is, anything else as JSON; empty where nothing
// is.
std::string text_at(const json::Value& object, const std::string& pointer);
std::string name_of(const json::Value& object);
std::string uid_of(const json::Value& object);

}  // namespace integration
