#include "kube/model/resource_version.h"

#include <algorithm>

namespace kube {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::strong_ordering> compare_resource_versions(std::string_view left, std::string_view right) {
  if (!is_number(left) || !is_number(right)) return std::nullopt;
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

bool newer_resource_version(std::string_view left, std::string_view right) {
  return compare_resource_versions(left, right) == std::strong_ordering::greater;
}

}  // namespace kube
