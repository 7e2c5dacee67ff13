// A HeatCluster with one value put in, or taken away.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include "walk/schema.h"

namespace walk {

// Where a place is in this HeatCluster, as a JSON pointer below spec: the first item of a list; of a map the first
// entry, or the one that would be made. Needs nothing of it to be there.
std::string pointer(const Place& place, const json::Value& cluster);
// As users read it, and as messages of the operator name it: "spec.api.scheduling.tolerations[0].key".
std::string dotted(const std::string& pointer);

// Null where there is nothing.
json::Value value_at(const json::Value& cluster, const Place& place);

// What a CEL rule lets stand only beside what is not there.
struct DoesNotFit : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The value is put in; blocks around it that are missing are made with what they must have. Neighbours that CEL rules
// do not let stand beside it are taken away, or put right. Throws DoesNotFit.
json::Value with(json::Value cluster, const Place& place, const json::Value& value);
// nullopt where it is not there, or must be.
std::optional<json::Value> without(json::Value cluster, const Place& place);

// The merge patch (RFC 7386) that leads from one document to the other.
json::Value merge_patch(const json::Value& from, const json::Value& to);

}  // namespace walk
