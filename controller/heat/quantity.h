// Quantities (cpu, memory) in the form in which the API server hands them back. Server-side apply would otherwise see
// "1000m" of ours and "1" of the live object as a difference for ever.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "json/json.h"

namespace heat {

// Canonical form as apimachinery's resource.Quantity writes it, rounded up to thousandths as the API server's
// defaulting does for resource lists: "1000m" → "1", "0.5" → "500m", "1024Mi" → "1Gi", "1e3" → "1e3", "100u" → "1m".
// nullopt where the text is no quantity, is negative, has more than 13 digits before or 4 after the point, or is above
// 2^63 - 1.
std::optional<std::string> canonical_quantity(std::string_view text);
// What a canonical quantity comes to, rounded up; the largest integer where it does not fit. 0 for what is none.
std::int64_t quantity_value(std::string_view canonical);
// As the first for a value of JSON, where a number stands for itself.
std::optional<std::string> canonical_quantity(const json::Value& value);

}  // namespace heat
