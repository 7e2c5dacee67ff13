// The live side of drift detection: kube/model/applied_hash.h has the other. For kube/decode.cpp only.
#pragma once

#include <cstdint>

#include "kube/decode_json.h"

namespace kube::decoding {

// Hash of the live values of exactly those fields that the managedFields entry of our own applies names (manager
// "heat-operator", operation Apply, no subresource). 0 where there is no such entry: we own nothing of the object.
//
// fieldsV1 (structured-merge-diff, "fieldpath/serialize"): `f:<name>` a member, `k:<keys as JSON>` an item of a list
// that is a map, `v:<JSON>` an item of a set, `i:<n>` an item by position, `.` the thing itself, `{}` the whole value
// below.
std::uint64_t live_applied_hash(const Value& object);

}  // namespace kube::decoding
