// A request as the API server understands it, and its answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fake_api/resource.h"
#include "json/json.h"

namespace fake_api {

enum class Verb { get, list, watch, create, update, patch, apply, remove, other };

std::string_view to_string(Verb verb);
bool is_write(Verb verb);

struct Request {
  Verb verb = Verb::other;
  const Resource* resource = nullptr;  // null: not a path of a kind
  std::string namespace_name;          // empty: all namespaces
  std::string name;
  std::string subresource;  // "status" or empty
  std::string path;         // without the query
  std::map<std::string, std::string> query;
  std::string content_type;
  std::string authorization;
  std::string user_agent;
  std::string body;

  Key key() const { return {resource == nullptr ? "" : resource->plural, namespace_name, name}; }
  // Empty where the parameter is missing.
  std::string parameter(const std::string& parameter_name) const;
  // Value of ?fieldManager=, else what the server takes from User-Agent.
  std::string field_manager() const;
};

// `target` is path and query as they stand in the request line. Sets verb, kind, names and query.
Request parse_request(std::string_view method, std::string_view target, std::string content_type, std::string body);

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool no_effect = false;  // of a write: the object was so already

  bool ok() const { return status >= 200 && status < 300; }
  json::Value parsed() const;
};

Response answer(int status, const json::Value& body);
// A metav1.Status. `causes` are details.causes as they stand.
Response refusal(int status, std::string_view reason, const std::string& message,
                 std::optional<int> retry_after_seconds = {}, json::Value causes = nullptr);
// The metav1.Status alone, as it also stands in the ERROR event of a watch.
json::Value status_object(int status, std::string_view reason, const std::string& message);

}  // namespace fake_api
