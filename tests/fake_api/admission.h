// What the real API server fills in and what it refuses, as far as an operator of our kinds meets it.
#pragma once

#include <optional>

#include "fake_api/request.h"
#include "json/json.h"

namespace fake_api {

// Defaults that the server writes into an object: a Service's address, a Job's selector, a StatefulSet's policies, a
// Secret's data from stringData. `sequence` makes what must be unique.
void fill_defaults(const Resource& resource, json::Value& object, std::int64_t sequence);

// 422 where the change is not allowed: two controllers, immutable fields. `before` is null for a create.
std::optional<Response> check(const Resource& resource, const json::Value& before, const json::Value& after);

}  // namespace fake_api
