// What differs between the OpenStack releases of Heat.
#pragma once

#include <string_view>

#include "heat/field_table.h"

namespace heat {

// Whether `release` is `than` or newer. Names do not sort as text (zed came before 2023.1), so the table's order
// decides.
constexpr bool at_least(std::string_view release, std::string_view than) {
  return releases.find(release) != std::string_view::npos && releases.find(release) >= releases.find(than);
}

}  // namespace heat
