// What tests learn of a cluster again and again, from the API server itself: a process for each question costs more
// than its answer.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "kubeconfig.h"

namespace integration {

// One connection that is kept. For any number of threads, of which one at a time is served.
class ApiReader {
 public:
  explicit ApiReader(const Access& access);

  // What `kubectl get TYPE NAME --output json --show-managed-fields` prints; nullopt where there is none of that name.
  // Throws std::runtime_error with the server's own words where it answers anything else.
  std::optional<json::Value> find(const std::string& type, const std::string& name_space, const std::string& name);
  // The items of what `kubectl get TYPES --selector SELECTOR …` prints: of one type, or of several with commas between.
  std::vector<json::Value> list(const std::string& types, const std::string& name_space, const std::string& selector);

  // The names that each type may have here: the plural first, then the singular, then a short one.
  static std::vector<std::vector<std::string>> known_types();

 private:
  Answer get(const std::string& path);
  std::string query(const std::string& selector);
  std::vector<json::Value> list_one(const std::string& type, const std::string& name_space, const std::string& query);

  const std::string server_;
  std::mutex mutex_;
  HttpClient client_;  // guarded by mutex_
};

}  // namespace integration
