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

inline constexpr int oldest_heat = 19;  // of zed, the table's first

// Heat's own major version in `release`, one of the table's: 24 for 2025.1. Each release of OpenStack has the next one.
constexpr int heat_version(std::string_view release) {
  const std::string_view before = releases.substr(0, releases.find(release));
  return oldest_heat + static_cast<int>(std::count(before.begin(), before.end(), ' ')) - 1;
}
// Of the table's last: a blank stands on either side of each.
inline constexpr int newest_heat =
    oldest_heat + static_cast<int>(std::count(releases.begin(), releases.end(), ' ')) - 2;
static_assert(heat_version("zed") == oldest_heat && heat_version("2025.1") == 24 && newest_heat == 27);

}  // namespace heat
