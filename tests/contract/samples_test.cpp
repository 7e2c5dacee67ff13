// manifests/samples: each applies by itself, in any namespace, and nothing secret is in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "repository.h"

namespace {

using Objects = std::vector<json::Value>;

// Interfaces that others rely on.
const std::set<std::string> promised = {"minimal", "production", "devstack", "external-broker", "noauth"};

std::vector<std::filesystem::path> samples() { return repository::files("manifests/samples", {".yaml"}); }

Objects objects_of(const std::filesystem::path& file) {
  auto documents = json::parse_yaml_documents(repository::read(file));
  EXPECT_TRUE(documents) << file << ": " << (documents ? "" : documents.error().message);
  return documents.value_or(Objects());
}

Objects of_kind(const Objects& objects, const std::string& kind) {
  Objects found;
  std::copy_if(objects.begin(), objects.end(), std::back_inserter(found),
               [&](const json::Value& object) { return object.at("kind") == kind; });
  return found;
}

// Values of `secretName`, and of `name` below `credentialsSecret` and `secretKeyRef`, wherever they stand.
void collect_secret_names(const json::Value& value, std::set<std::string>& names) {
  if (!value.is_structured()) return;
  for (const auto& [key, child] : value.items()) {
    if (key == "secretName") names.insert(child.get<std::string>());
    if (key == "credentialsSecret" || key == "secretKeyRef") names.insert(child.at("name").get<std::string>());
    collect_secret_names(child, names);
  }
}

// Fields that the schema does not have: the API server would drop them with a warning at most.
void expect_known(const json::Value& value, const json::Value& schema, const std::string& path) {
  if (value.is_array()) {
    for (const json::Value& item : value) expect_known(item, schema.at("items"), path + "[]");
    return;
  }
  if (!value.is_object() || schema.contains("additionalProperties")) return;
  for (const auto& [key, child] : value.items()) {
    const bool known = schema.contains("properties") && schema.at("properties").contains(key);
    EXPECT_TRUE(known) << path << "." << key << " is not in crds/heatclusters.yaml";
    if (known) expect_known(child, schema.at("properties").at(key), path + "." + key);
  }
}

TEST(Samples, ThePromisedOnesAreThere) {
  std::set<std::string> names;
  for (const auto& file : samples()) names.insert(file.stem().string());
  for (const std::string& name : promised) EXPECT_TRUE(names.contains(name)) << name;
}

TEST(Samples, EachHasOneHeatClusterOfTheSameName) {
  for (const auto& file : samples()) {
    if (!promised.contains(file.stem().string())) continue;
    const Objects clusters = of_kind(objects_of(file), "HeatCluster");
    ASSERT_EQ(clusters.size(), 1u) << file;
    EXPECT_EQ(json::string_at(clusters[0], "/metadata/name"), "heat") << file;
  }
}

TEST(Samples, NoneNamesANamespace) {
  for (const auto& file : samples()) {
    for (const json::Value& object : objects_of(file))
      EXPECT_FALSE(object.at("metadata").contains("namespace")) << file;
  }
}

TEST(Samples, EachBringsTheSecretsThatItNames) {
  for (const auto& file : samples()) {
    const Objects objects = objects_of(file);
    std::set<std::string> wanted;
    for (const json::Value& object : objects) collect_secret_names(object, wanted);
    EXPECT_FALSE(wanted.empty()) << file;
    for (const json::Value& secret : of_kind(objects, "Secret")) {
      wanted.erase(json::string_at(secret, "/metadata/name"));
    }
    EXPECT_TRUE(wanted.empty()) << file << " has no Secret " << (wanted.empty() ? "" : *wanted.begin());
  }
}

// Whoever reads a sample sees at once that this is nothing to use.
TEST(Samples, NoPasswordLooksReal) {
  for (const auto& file : samples()) {
    for (const json::Value& secret : of_kind(objects_of(file), "Secret")) {
      SCOPED_TRACE(file.string() + " " + json::string_at(secret, "/metadata/name"));
      EXPECT_FALSE(secret.contains("data"));
      for (const auto& [key, value] : secret.at("stringData").items()) {
        std::string lower = key;
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
        const bool hidden = lower.ends_with("password") || key == "connection" || key == "key";
        if (!hidden) continue;
        EXPECT_NE(value.get<std::string>().find("not-a-real-"), std::string::npos) << key;
        if (key == "key") {
          EXPECT_EQ(value.get<std::string>().size(), 32u);
        }
      }
    }
  }
}

// minimal.yaml and mariadb.yaml are applied together: one must not take the other's password away.
TEST(Samples, WhatTwoOfThemBringIsTheSame) {
  const Objects minimal = of_kind(objects_of("manifests/samples/minimal.yaml"), "Secret");
  const Objects mariadb = of_kind(objects_of("manifests/samples/mariadb.yaml"), "Secret");
  EXPECT_EQ(minimal, mariadb);
}

TEST(Samples, EveryFieldIsInTheSchema) {
  const json::Value schema = repository::schema().at("spec");
  for (const auto& file : samples()) {
    for (const json::Value& cluster : of_kind(objects_of(file), "HeatCluster")) {
      SCOPED_TRACE(file);
      expect_known(cluster.at("spec"), schema, "spec");
    }
  }
}

}  // namespace
