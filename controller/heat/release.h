// What differs between the OpenStack releases of Heat.
#pragma once

#include <algorithm>
#include <string_view>

#include "heat/field_table.h"

namespace heat {

// Whether `release` is `than` or newer. Names do not sort as text (zed came before 2023.1), so the table's order
// decides.
constexpr bool at_least(std::string_view release, std::string_view than) {
  return releases.find(release) != std::string_view::npos && releases.find(release) >= releases.find(than);
}

// Heat's own major version in `release`, one of the table's: 24 for 2025.1. Each release of OpenStack has the next one.
constexpr int heat_version(std::string_view release) {
  constexpr int first = 19;  // of zed
  const std::string_view before = releases.substr(0, releases.find(release));
  return first + static_cast<int>(std::count(before.begin(), before.end(), ' ')) - 1;
}
static_assert(heat_version("zed") == 19 && heat_version("2025.1") == 24 && heat_version("2026.2") == 27);

}  // namespace heat
