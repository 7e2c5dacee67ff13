// From a live object to the few fields that are remembered of it. For kube/decode.cpp only.
#pragma once

#include <string>

#include "kube/decode_json.h"
#include "kube/model/object.h"

namespace kube::decoding {

// Compact JSON text of the paths that are there, in the order of the live object; empty where none is. Of paths within
// each other the wider one counts. metadata.managedFields is left out whatever the paths say.
std::string project(const Value& object, const Projection& projection);

}  // namespace kube::decoding
