// The part of kustomize that manifests/ uses, so that the files can be compared where there is no kustomize.
#pragma once

#include <filesystem>
#include <vector>

#include "json/json.h"

namespace kustomize {

// The objects that `kubectl kustomize FOLDER` prints, in any order: resources, namespace, labels and images. Throws
// std::runtime_error for anything else in a kustomization (patches), rather than to ignore it. `folder` is relative to
// the repository's root.
std::vector<json::Value> build(const std::filesystem::path& folder);

}  // namespace kustomize
