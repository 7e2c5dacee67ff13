// The layer picture of controller/README.md, read from the include lines. The build enforces it as well
// (cmake/Layer.cmake); this says it in words, and covers what a build cannot: which file may know which library.
// g++ 12 with sanitizers takes std::regex for uninitialized (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "repository.h"

namespace {

// What each layer may include besides itself. kube/model is a layer of its own.
const std::map<std::string, std::set<std::string>> allowed = {
    {"base", {}},
    {"json", {"base"}},
    {"http", {"base", "json"}},
    {"kube/model", {"base", "json"}},
    {"kube", {"base", "json", "http", "kube/model"}},
    {"runtime", {"base", "json", "http", "kube/model", "kube"}},
    {"heat", {"base", "json", "kube/model"}},
    {"reconcile", {"base", "json", "http", "kube/model", "kube", "runtime", "heat"}},
};

// Headers of libraries that a few files alone may know.
struct Library {
  std::string prefix;
  std::set<std::string> files;
};
const std::vector<Library> libraries = {
    {"cpprest/", {"controller/http/cpprest_streams.cpp"}},
    {"boost/", {"controller/http/unary.cpp"}},
    {"pplx/", {"controller/http/cpprest_streams.cpp"}},
    {"yaml-cpp/", {"controller/json/yaml.cpp"}},
};

std::string layer_of(const std::string& path) {
  if (path.starts_with("kube/model/")) return "kube/model";
  return path.substr(0, path.find('/'));
}

struct Include {
  std::string target;
  bool quoted;
};

std::vector<Include> includes(const std::filesystem::path& file) {
  static const std::regex line_form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::vector<Include> found;
  for (const std::string& line : repository::lines(repository::read(file))) {
    std::smatch match;
    if (std::regex_match(line, match, line_form)) found.push_back({match[2], match[1] == "\""});
  }
  return found;
}

TEST(Layers, EveryIncludeFollowsTheArrows) {
  for (const auto& file : repository::files("controller", {".h", ".cpp"})) {
    const std::string inside = std::filesystem::relative(file, "controller").string();
    if (inside.find('/') == std::string::npos) continue;  // main.cpp joins everything
    const std::string layer = layer_of(inside);
    ASSERT_TRUE(allowed.contains(layer)) << file << ": a layer that the picture does not have";
    for (const Include& include : includes(file)) {
      if (!include.quoted) continue;
      EXPECT_EQ(include.target.find("../"), std::string::npos) << file << " includes " << include.target;
      const std::string other = layer_of(include.target);
      EXPECT_TRUE(other == layer || allowed.at(layer).contains(other)) << file << " includes " << include.target;
    }
  }
}

TEST(Layers, LibrariesAreKnownToTheFilesThatWrapThem) {
  for (const auto& file : repository::files("controller", {".h", ".cpp"})) {
    for (const Include& include : includes(file)) {
      for (const Library& library : libraries) {
        if (!include.target.starts_with(library.prefix)) continue;
        EXPECT_TRUE(library.files.contains(file.string())) << file << " includes " << include.target;
      }
    }
  }
}

// heat/ is pure: nothing in it knows the time, chance, files, the environment or the log.
TEST(Layers, HeatIsPure) {
  const std::set<std::string> impure = {"base/clock.h", "base/logging.h", "base/metrics.h", "base/backoff.h", "random",
                                        "fstream",      "iostream",       "thread",         "mutex",          "ctime"};
  static const std::regex calls(R"(\b(getenv|random_hex|system_clock|steady_clock|std::rand)\b)");
  for (const auto& file : repository::files("controller/heat", {".h", ".cpp"})) {
    for (const Include& include : includes(file))
      EXPECT_FALSE(impure.contains(include.target)) << file << " " << include.target;
    EXPECT_FALSE(std::regex_search(repository::read(file), calls)) << file;
  }
}

TEST(Layers, NoFileIsLongerThan400Lines) {
  for (const auto& file : repository::files("controller", {".h", ".cpp"})) {
    EXPECT_LE(repository::lines(repository::read(file)).size(), 400U) << file;
  }
}

// As clang-format lays code out, a function begins with an unindented line that ends in '{' and ends with a '}' alone.
TEST(Layers, NoFunctionIsLongerThan60Lines) {
  static const std::regex begins(R"(^[A-Za-z_].*\{$)");
  static const std::regex no_function("^(namespace|struct|class|enum|union|extern|inline constexpr|constexpr)\\b.*");
  for (const auto& file : repository::files("controller", {".h", ".cpp"})) {
    std::size_t start = 0;
    std::size_t number = 0;
    for (const std::string& line : repository::lines(repository::read(file))) {
      ++number;
      if (start == 0 && std::regex_match(line, begins) && !std::regex_match(line, no_function)) start = number;
      if (line != "}" || start == 0) continue;
      EXPECT_LE(number - start + 1, 60U) << file << ":" << start;
      start = 0;
    }
  }
}

TEST(Layers, NoFolderOrFileIsACatchAll) {
  static const std::regex catch_all("(^|/|_)(utils?|helpers?|common|misc)(_|/|\\.|$)");
  for (const auto& file : repository::files("controller", {".h", ".cpp"})) {
    EXPECT_FALSE(std::regex_search(file.string(), catch_all)) << file;
  }
}

}  // namespace
