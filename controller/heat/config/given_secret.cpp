#include "heat/config/given_secret.h"

#include "heat/config/ini.h"

namespace heat {
namespace {

// Far beyond any password or URL. What is made of these values must fit into one Secret, which holds 1 MiB.
constexpr std::size_t longest_value = 4096;

}  // namespace

tl::unexpected<Problem> GivenSecret::problem(const std::string& what) const {
  return tl::unexpected(Problem{path, "Secret " + name + ": " + what});
}

std::optional<std::string> GivenSecret::find(const std::string& key) const {
  const auto found = data.find(key);
  if (found == data.end()) return std::nullopt;
  std::string value = found->second;
  while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
  return value;
}

base::Result<std::string, Problem> GivenSecret::need(const std::string& key) const {
  const auto value = find(key);
  if (!value || value->empty()) return problem("the key " + key + " is missing or empty: set it");
  if (value->size() > longest_value) {
    return problem("the value of " + key + " has " + std::to_string(value->size()) + " bytes: write at most " +
                   std::to_string(longest_value));
  }
  if (!fits_one_line(*value)) {
    return problem("the value of " + key + " holds control characters or is no UTF-8: write it as one line of text");
  }
  return *value;
}

base::Result<std::string, Problem> GivenSecret::get(const std::string& key, const std::string& fallback) const {
  return data.contains(key) ? need(key) : fallback;
}

}  // namespace heat
