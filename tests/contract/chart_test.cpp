// charts/heat-operator, as far as files tell without Helm: its copies are true, and its values and their schema agree.
// What Helm makes of it: tests/integration/chart_test.cpp.
#include <gtest/gtest.h>

#include "repository.h"

namespace {

const std::filesystem::path chart = "charts/heat-operator";

// The schema of the value at `schema`, with a reference into its definitions followed.
const json::Value& resolved(const json::Value& schema, const json::Value& root) {
  if (!schema.contains("$ref")) return schema;
  const std::string reference = schema.at("$ref");
  return root.at(json::Pointer(reference.substr(1)));
}

void expect_described(const json::Value& values, const json::Value& schema, const json::Value& root,
                      const std::string& path) {
  if (!schema.contains("properties")) return;
  EXPECT_EQ(schema.value("additionalProperties", true), false) << path << ": a misspelt value would be ignored";
  for (const auto& [key, value] : values.items()) {
    const std::string name = path + "." + key;
    ASSERT_TRUE(schema.at("properties").contains(key)) << name << " is not in values.schema.json";
    const json::Value& described = schema.at("properties").at(key);
    EXPECT_FALSE(described.value("description", "").empty()) << name << " has no description";
    if (value.is_object()) expect_described(value, resolved(described, root), root, name);
  }
}

void expect_present(const json::Value& schema, const json::Value& values, const std::string& path) {
  if (!schema.contains("properties")) return;
  for (const auto& [key, described] : schema.at("properties").items()) {
    const std::string name = path + "." + key;
    // Helm's own, and what Kubernetes defines.
    if (name == "values.global" || path == "values.resources") continue;
    EXPECT_TRUE(values.contains(key)) << name << " is not in values.yaml";
    if (values.contains(key) && values.at(key).is_object()) expect_present(described, values.at(key), name);
  }
}

TEST(Chart, ItsCopiesAreTrue) {
  const std::map<std::string, std::string> copies = {
      {"heatclusters.yaml", "crds/heatclusters.yaml"},
      {"clusterrole.yaml", "manifests/access/cluster/clusterrole.yaml"},
      {"leader-role.yaml", "manifests/access/leader-role.yaml"},
  };
  for (const auto& [copy, original] : copies) {
    EXPECT_TRUE(repository::read(chart / "files" / copy) == repository::read(original))
        << copy << " is not " << original << ": run hack/generate.sh";
  }
  EXPECT_EQ(repository::files(chart / "files", {".yaml"}).size(), copies.size());
}

// The template puts the annotation behind this line; where it is missing nothing would keep the CRD.
TEST(Chart, TheCrdHasTheLineThatTheAnnotationGoesBehind) {
  const std::string crd = repository::read("crds/heatclusters.yaml");
  const std::string line = "\n  name: heatclusters.heat.openstack.org\n";
  const std::size_t found = crd.find(line);
  ASSERT_NE(found, std::string::npos);
  EXPECT_EQ(crd.find(line, found + 1), std::string::npos);
  EXPECT_EQ(crd.find("\n  annotations:"), std::string::npos) << "templates/crd.yaml would write the key twice";
  EXPECT_NE(repository::read(chart / "templates/crd.yaml").find(line.substr(3, line.size() - 4)), std::string::npos);
}

TEST(Chart, EveryValueIsInTheSchemaAndEveryPropertyHasAValue) {
  const json::Value values = repository::read_yaml(chart / "values.yaml");
  const auto schema = json::parse(repository::read(chart / "values.schema.json"));
  ASSERT_TRUE(schema) << schema.error().message;
  expect_described(values, *schema, *schema, "values");
  expect_present(*schema, values, "values");
}

// The two ways to install make the same pod.
TEST(Chart, ItsDefaultsAreTheManifests) {
  const json::Value values = repository::read_yaml(chart / "values.yaml");
  const json::Value deployment = repository::read_yaml("manifests/base/deployment.yaml");
  const json::Value& pod = deployment.at("spec").at("template").at("spec");
  const json::Value& container = pod.at("containers").at(0);
  EXPECT_EQ(values.at("replicaCount"), deployment.at("spec").at("replicas"));
  EXPECT_EQ(values.at("podSecurityContext"), pod.at("securityContext"));
  EXPECT_EQ(values.at("terminationGracePeriodSeconds"), pod.at("terminationGracePeriodSeconds"));
  EXPECT_EQ(values.at("securityContext"), container.at("securityContext"));
  EXPECT_EQ(values.at("resources"), container.at("resources"));
  std::map<std::string, json::Value> images;
  for (const json::Value& variable : container.at("env")) images[variable.at("name")] = variable.at("value");
  EXPECT_EQ(images,
            (std::map<std::string, json::Value>{{"HEAT_OPERATOR_IMAGE_HEAT", values.at("images").at("heat")},
                                                {"HEAT_OPERATOR_IMAGE_HAPROXY", values.at("images").at("haproxy")},
                                                {"HEAT_OPERATOR_IMAGE_RABBITMQ", values.at("images").at("rabbitmq")}}));
  const json::Value base = repository::read_yaml("manifests/base/kustomization.yaml");
  EXPECT_EQ(values.at("image").at("repository"), base.at("images").at(0).at("newName"));
}

}  // namespace
