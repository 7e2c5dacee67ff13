// What the chart renders, and what it refuses to.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "chart.h"
#include "json/yaml.h"

namespace integration {
namespace {

class ChartTest : public HelmTest {
 protected:
  Objects rendered(std::vector<std::string> options = {}) const {
    options.insert(options.begin(), {"template", "heat-operator", shipped_chart});
    auto documents = json::parse_yaml_documents(helm().succeed(options));
    if (!documents) throw std::runtime_error(documents.error().message);
    std::erase_if(*documents, [](const json::Value& object) { return object.is_null(); });
    return *documents;
  }
};

json::Value the(const Objects& objects, const std::string& kind, const std::string& name) {
  for (const json::Value& object : objects) {
    if (object.at("kind") == kind && name_of(object) == name) return object;
  }
  ADD_FAILURE() << "no " << kind << " " << name;
  return json::Value::object();
}

std::set<std::string> kinds(const Objects& objects) {
  std::set<std::string> found;
  for (const json::Value& object : objects) found.insert(object.at("kind").get<std::string>());
  return found;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

json::Value yaml_of(const std::string& file) {
  return json::parse_yaml(text_of(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/" + file)).value();
}

TEST_P(ChartTest, ItIsWithoutFault) { helm().succeed({"lint", "--strict", shipped_chart}); }

TEST_P(ChartTest, ItGrantsWhatTheManifestsGrant) {
  const Objects objects = rendered();
  EXPECT_EQ(the(objects, "ClusterRole", "heat-operator").at("rules"),
            yaml_of("manifests/access/cluster/clusterrole.yaml").at("rules"));
  EXPECT_EQ(the(objects, "Role", "heat-operator-leader").at("rules"),
            yaml_of("manifests/access/leader-role.yaml").at("rules"));
  json::Value crd_with_annotation = yaml_of("crds/heatclusters.yaml");
  crd_with_annotation["metadata"]["annotations"] = {{"helm.sh/resource-policy", "keep"}};
  EXPECT_EQ(the(objects, "CustomResourceDefinition", crd_name), crd_with_annotation);
}

TEST_P(ChartTest, ForNamespacesNothingIsClusterWide) {
  const Objects objects = rendered({"--set", "clusterWide=false,namespaces={one,two},crds.create=false"});
  const std::set<std::string> found = kinds(objects);
  for (const char* kind : {"ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition"}) {
    EXPECT_FALSE(found.contains(kind)) << kind;
  }
  const json::Value rules = yaml_of("manifests/access/cluster/clusterrole.yaml").at("rules");
  std::set<std::string> namespaces;
  for (const json::Value& object : objects) {
    if (object.at("kind") != "Role" || name_of(object) != "heat-operator") continue;
    namespaces.insert(json::string_at(object, "/metadata/namespace"));
    EXPECT_EQ(object.at("rules"), rules);
  }
  EXPECT_EQ(namespaces, (std::set<std::string>{"one", "two"}));
  const json::Value deployment = the(objects, "Deployment", "heat-operator");
  EXPECT_NE(deployment.dump().find(R"({"name":"HEAT_OPERATOR_NAMESPACE","value":"one,two"})"), std::string::npos);
}

TEST_P(ChartTest, AServiceMonitorOnlyOnRequest) {
  EXPECT_FALSE(kinds(rendered()).contains("ServiceMonitor"));
  EXPECT_TRUE(kinds(rendered({"--set", "metrics.serviceMonitor.create=true"})).contains("ServiceMonitor"));
}

TEST_P(ChartTest, ItRefusesNonsense) {
  const std::map<std::string, std::string> refused = {
      {"replicaCount=many", "replicaCount"},
      {"replicaCont=3", "replicaCont"},
      {"image.tag=a b", "tag"},
      {"logLevel=loud", "logLevel"},
      {"crds.creat=true", "creat"},
      {"namespaces[0]=A_B", "namespaces"},
      {"extraArgs[0]=workers=3", "extraArgs"},
      {"workers=0", "workers"},
      {"serviceAccount.create=false", "serviceAccount.name"},
  };
  for (const auto& [setting, word] : refused) {
    const Finished finished = helm().run({"template", "heat-operator", shipped_chart, "--set", setting});
    EXPECT_NE(finished.exit_code, 0) << setting << " was taken";
    EXPECT_TRUE(contains(finished.err, {word}));
  }
}

INSTANTIATE_TEST_SUITE_P(Helm, ChartTest, both_helms(), name_of_helm);

}  // namespace
}  // namespace integration
