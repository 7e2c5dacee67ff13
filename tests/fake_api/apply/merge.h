// The two halves of an apply on values: laying the applied fields over the live object, and taking away what its
// manager set before, sets no longer, and nobody else sets.
#pragma once

#include <string_view>

#include "fake_api/apply/field_set.h"
#include "json/json.h"

namespace fake_api {

json::Value merged(std::string_view kind, const json::Value& live, const json::Value& applied);

// Removes from `object` each field of `former` that is not in `owned`. A map that is left empty goes with its last
// field.
json::Value pruned(std::string_view kind, json::Value object, const FieldSet& former, const FieldSet& owned);

// RFC 7386, for kubectl scale, edit and patch --type=merge.
json::Value merge_patched(json::Value target, const json::Value& patch);

}  // namespace fake_api
