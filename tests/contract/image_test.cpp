// Dockerfile: what it installs, what it starts, and that nothing secret can get into it.
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "repository.h"

namespace {

std::set<std::string> words(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> found;
  for (std::string word; stream >> word;) found.insert(word);
  return found;
}

// The text between two marks.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from);
  if (begin == std::string::npos) return "";
  const std::size_t end = text.find(to, begin + from.size());
  return text.substr(begin + from.size(), end - begin - from.size());
}

// Two lists of the same packages come apart: the image would build something else than the tests test.
TEST(Image, IsBuiltFromThePackagesThatDevelopersHave) {
  const std::string install = between(repository::read("Dockerfile"), "--no-install-recommends", "&&");
  const std::string list = repository::read("hack/dependencies.sh");
  std::set<std::string> wanted = words(between(list, "# the build\n", "#"));
  wanted.merge(words(between(list, "# the operator\n", "#")));
  wanted.insert("ca-certificates");
  std::set<std::string> installed = words(install);
  installed.erase("\\");
  EXPECT_EQ(installed, wanted);
}

TEST(Image, RunsAsANumberedUserWithoutRights) {
  const std::string file = repository::read("Dockerfile");
  std::smatch user;
  ASSERT_TRUE(std::regex_search(file, user, std::regex("\nUSER ([0-9]+):([0-9]+)\n")));
  const json::Value deployment = repository::read_yaml("manifests/base/deployment.yaml");
  const json::Value& context = deployment.at("spec").at("template").at("spec").at("securityContext");
  EXPECT_EQ(std::stoi(user[1]), context.at("runAsUser").get<int>());
  EXPECT_EQ(std::stoi(user[2]), context.at("runAsGroup").get<int>());
}

TEST(Image, HoldsOnlyWhatTheBuildStageCollected) {
  const std::string file = repository::read("Dockerfile");
  const std::string last = file.substr(file.rfind("\nFROM ") + 1);
  EXPECT_EQ(last.rfind("FROM scratch\n", 0), 0u);
  EXPECT_EQ(last.find("\nRUN "), std::string::npos);
  EXPECT_EQ(last.find("\nADD "), std::string::npos);
}

// What is not named does not go to the build: a kubeconfig or a key beside the code cannot end in a layer.
TEST(Image, OnlyNamedFilesGoToTheBuild) {
  std::vector<std::string> rules;
  for (const std::string& line : repository::lines(repository::read(".dockerignore"))) {
    if (!line.empty() && line.front() != '#') rules.push_back(line);
  }
  ASSERT_FALSE(rules.empty());
  EXPECT_EQ(rules.front(), "*");
  for (std::size_t index = 1; index < rules.size(); ++index) {
    EXPECT_EQ(rules[index].front(), '!') << rules[index];
    EXPECT_TRUE(std::filesystem::exists(repository::root() / rules[index].substr(1))) << rules[index];
  }
}

// hack/images: whom an image's recipe makes it run as.
int number_in_recipe(const std::string& image) {
  const std::string recipes = repository::read("hack/images/lib/recipes.sh");
  const std::string recipe = between(recipes, "\n    " + image + ")", ";;");
  std::smatch number;
  return std::regex_search(recipe, number, std::regex("NUMBER=([0-9]+)")) ? std::stoi(number[1]) : -1;
}

// The images that we build are for HeatClusters that name no user.
TEST(ImagesOfHeatClusters, RunAsTheUsersThatTheOperatorExpects) {
  const json::Value versions = repository::read_yaml("crds/heatclusters.yaml").at("spec").at("versions");
  const json::Value images = versions.at(0).at(
      json::Value::json_pointer("/schema/openAPIV3Schema/properties/spec/properties/images/properties"));
  for (const char* image : {"heat", "haproxy", "rabbitmq"}) {
    EXPECT_EQ(number_in_recipe(image), images.at(image).at("properties").at("user").at("default")) << image;
  }
}

TEST(ImagesOfHeatClusters, MariadbRunsAsTheSampleSays) {
  const std::string sample = repository::read("manifests/samples/mariadb.yaml");
  EXPECT_NE(sample.find("runAsUser: " + std::to_string(number_in_recipe("mariadb")) + "\n"), std::string::npos);
}

}  // namespace
