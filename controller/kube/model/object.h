// What the process remembers of a live object: identity, the hash of what we applied, and the few fields that the
// reconciler reads. Never the object as a whole: that is what keeps memory small (docs/decisions/0005).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "json/json.h"
#include "kube/model/resource_type.h"

namespace kube {

struct Object {
  ObjectKey key;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  bool deleting = false;  // has a deletionTimestamp
  std::string owner_uid;  // of the controlling ownerReference; empty: none
  std::string owner_kind;
  std::string owner_name;
  std::uint64_t applied_hash = 0;  // of the live values of the fields that our field manager owns; 0: it owns none
  std::string fields;              // JSON text: an object of the paths that the Projection keeps

  // The kept fields, parsed; an empty object where there are none.
  json::Value parsed() const;
};

// Shared and constant: readers hold it while the store moves on.
using ObjectPtr = std::shared_ptr<const Object>;

// Which parts of a live object are kept in Object::fields: dotted paths from the root ("spec.replicas", "status").
// A path names a whole subtree; metadata.managedFields is never kept. A path that goes on below a list is followed in
// each of its elements.
struct Projection {
  std::vector<std::string> paths;
};

}  // namespace kube
