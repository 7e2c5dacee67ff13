// resourceVersion: opaque text that recent API servers let clients compare as decimal numbers of any length.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace kube {

// nullopt where either text is not a number without leading zero: then the two cannot be ordered.
// Source: apimachinery pkg/util/resourceversion CompareResourceVersion.
std::optional<std::strong_ordering> compare_resource_versions(std::string_view left, std::string_view right);

// Whether `left` is certainly newer than `right`. Where the two cannot be ordered, it is not.
bool newer_resource_version(std::string_view left, std::string_view right);

}  // namespace kube
