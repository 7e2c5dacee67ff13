// manifests/: install.yaml is what its parts say, and the operator's pod asks for nothing that it does not need.
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "kustomize.h"
#include "repository.h"

namespace {

using Objects = std::vector<json::Value>;

std::map<std::string, json::Value> by_name(const Objects& objects) {
  std::map<std::string, json::Value> found;
  for (const json::Value& object : objects) {
    const std::string name = object.at("kind").get<std::string>() + "/" + json::string_at(object, "/metadata/name");
    EXPECT_TRUE(found.emplace(name, object).second) << name << " stands there twice";
  }
  return found;
}

const json::Value& operator_objects(const std::string& name) {
  static const auto objects = by_name(kustomize::build("manifests/base"));
  return objects.at(name);
}

const json::Value& pod_template() { return operator_objects("Deployment/heat-operator").at("spec").at("template"); }
const json::Value& container() { return pod_template().at("spec").at("containers").at(0); }

TEST(Manifests, InstallYamlIsTheClusterOverlay) {
  const auto documents = json::parse_yaml_documents(repository::read("manifests/install.yaml"));
  ASSERT_TRUE(documents) << documents.error().message;
  const auto installed = by_name(*documents);
  const auto built = by_name(kustomize::build("manifests/overlays/cluster"));
  for (const auto& [name, object] : built) {
    ASSERT_TRUE(installed.contains(name)) << name << " is missing: run hack/generate.sh";
    EXPECT_EQ(installed.at(name), object) << name << " is not up to date: run hack/generate.sh";
  }
  EXPECT_EQ(installed.size(), built.size()) << "run hack/generate.sh";
}

// Pod Security "restricted", and more: a read-only root.
TEST(Manifests, ThePodIsRestricted) {
  const json::Value& pod = pod_template().at("spec");
  EXPECT_EQ(pod.at("securityContext").at("runAsNonRoot"), true);
  EXPECT_GT(pod.at("securityContext").at("runAsUser").get<int>(), 0);
  EXPECT_EQ(json::string_at(pod, "/securityContext/seccompProfile/type"), "RuntimeDefault");
  for (const char* host : {"hostNetwork", "hostPID", "hostIPC", "volumes", "initContainers"}) {
    EXPECT_FALSE(pod.contains(host)) << host;
  }
  ASSERT_EQ(pod.at("containers").size(), 1u);
  EXPECT_EQ(container().at("securityContext"), (json::Value{{"allowPrivilegeEscalation", false},
                                                            {"readOnlyRootFilesystem", true},
                                                            {"capabilities", {{"drop", {"ALL"}}}}}));
}

TEST(Manifests, TheNamespaceEnforcesIt) {
  for (const json::Value& object : kustomize::build("manifests/overlays/cluster")) {
    if (object.at("kind") != "Namespace") continue;
    EXPECT_EQ(object.at("metadata").at("labels").at("pod-security.kubernetes.io/enforce"), "restricted");
    return;
  }
  FAIL() << "there is no Namespace";
}

TEST(Manifests, EverySelectorFindsThePod) {
  const json::Value& labels = pod_template().at("metadata").at("labels");
  const std::map<std::string, std::string> selectors = {
      {"Deployment/heat-operator", "/spec/selector/matchLabels"},
      {"Service/heat-operator-metrics", "/spec/selector"},
      {"PodDisruptionBudget/heat-operator", "/spec/selector/matchLabels"},
      {"NetworkPolicy/heat-operator", "/spec/podSelector/matchLabels"},
  };
  for (const auto& [name, pointer] : selectors) {
    const json::Value* selector = json::find(operator_objects(name), pointer.c_str());
    ASSERT_TRUE(selector != nullptr && !selector->empty()) << name;
    for (const auto& [key, value] : selector->items()) {
      ASSERT_TRUE(labels.contains(key)) << name << ": " << key;
      EXPECT_EQ(labels.at(key), value) << name << ": " << key;
    }
  }
}

// A misspelt variable would do nothing, and nobody would see it.
TEST(Manifests, EveryVariableIsOneThatTheOperatorReads) {
  const std::string documented = repository::read("docs/configuration.md");
  ASSERT_TRUE(container().contains("env"));
  for (const json::Value& variable : container().at("env")) {
    const std::string name = json::string_at(variable, "/name");
    EXPECT_NE(documented.find("`" + name + "`"), std::string::npos) << name << " is not in docs/configuration.md";
  }
}

TEST(Manifests, AllNameOneVersion) {
  std::smatch found;
  const std::string cmake = repository::read("CMakeLists.txt");
  ASSERT_TRUE(std::regex_search(cmake, found, std::regex("project\\(heat-operator VERSION ([0-9.]+)")));
  const std::string version = found[1];

  const json::Value chart = repository::read_yaml("charts/heat-operator/Chart.yaml");
  EXPECT_EQ(chart.at("appVersion"), version);
  const json::Value base = repository::read_yaml("manifests/base/kustomization.yaml");
  EXPECT_EQ(base.at("images").at(0).at("newTag"), version);
  EXPECT_NE(repository::read("Dockerfile").find("ARG VERSION=" + version + "\n"), std::string::npos);
}

}  // namespace
