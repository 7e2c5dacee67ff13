// Reads files of the repository for the contract tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "json/yaml.h"

namespace repository {

inline std::filesystem::path root() { return HEAT_OPERATOR_SOURCE_DIR; }

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(root() / path);
  EXPECT_TRUE(file) << "cannot read " << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline json::Value read_yaml(const std::filesystem::path& path) {
  auto value = json::parse_yaml(read(path));
  EXPECT_TRUE(value) << path << ": " << (value ? "" : value.error().message);
  return value.value_or(json::Value());
}

// Files below `folder` with one of the extensions, relative to the root, sorted.
inline std::vector<std::filesystem::path> files(const std::filesystem::path& folder,
                                                const std::vector<std::string>& extensions) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root() / folder)) {
    const bool wanted = std::find(extensions.begin(), extensions.end(), entry.path().extension()) != extensions.end();
    if (entry.is_regular_file() && wanted) found.push_back(std::filesystem::relative(entry.path(), root()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

inline json::Value crd() { return read_yaml("crds/heatclusters.yaml"); }
inline json::Value crd_version() { return crd().at("spec").at("versions").at(0); }
inline json::Value schema() { return crd_version().at("schema").at("openAPIV3Schema").at("properties"); }

}  // namespace repository
