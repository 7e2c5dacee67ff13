// The kinds that the fake API server serves, and how one object of them is named.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace fake_api {

struct Resource {
  std::string group;  // empty for the core group
  std::string version;
  std::string kind;
  std::string plural;           // unique among the kinds served: it is the key of everything here
  bool has_status = false;      // the status subresource is apart
  bool has_generation = false;  // metadata.generation counts changes of the spec

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

// Every kind, the HeatCluster included. Constant for the life of the program.
const std::vector<Resource>& resources();
// null where there is no such kind.
const Resource* find_resource(std::string_view group, std::string_view version, std::string_view plural);
const Resource* find_resource_by_kind(std::string_view api_version, std::string_view kind);
// For tests: throws std::out_of_range where the plural is unknown.
const Resource& resource(std::string_view plural);

// One object on the server. Namespaced kinds only, so there is always a namespace (Namespaces themselves have none).
struct Key {
  std::string plural;
  std::string namespace_name;
  std::string name;

  std::string text() const { return plural + "/" + namespace_name + "/" + name; }
  friend auto operator<=>(const Key&, const Key&) = default;
};

}  // namespace fake_api
