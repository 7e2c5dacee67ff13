// A Secret that a user gives, and the field of the spec that names it: its values, checked.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// A value that ends in a line break, as `echo` leaves it there, is taken without. Errors name the Secret's key and the
// mend, never its value.
struct GivenSecret {
  const SecretData& data;
  std::string path;  // of the field that names it
  std::string name;

  tl::unexpected<Problem> problem(const std::string& what) const;
  std::optional<std::string> find(const std::string& key) const;
  // Present, not empty, and of characters that a line can hold.
  base::Result<std::string, Problem> need(const std::string& key) const;
  // As need(), with `fallback` where the key is absent.
  base::Result<std::string, Problem> get(const std::string& key, const std::string& fallback) const;
};

}  // namespace heat
