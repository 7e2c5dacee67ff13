// The chart, by Helm 3 and Helm 4 on a real API server. The pods are simulated: that the Deployment becomes available
// is shown, the operator does not run in it.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "fixture.h"
#include "helm.h"
#include "json/yaml.h"
#include "sample.h"

namespace integration {
namespace {

constexpr const char* crd = "heatclusters.heat.openstack.org";
const std::string shipped_chart = std::string(HEAT_OPERATOR_SOURCE_DIR) + "/charts/heat-operator";

class ChartTest : public NamespaceTest, public testing::WithParamInterface<const char*> {
 protected:
  Helm helm() const {
    const std::string home = plane().scratch("helm");
    std::filesystem::create_directories(home);
    return Helm(GetParam(), home, kubectl().namespace_name());
  }

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
  EXPECT_EQ(the(objects, "CustomResourceDefinition", crd), crd_with_annotation);
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

// With a release of its own: nothing that is the cluster's is there when it begins.
class ReleaseTest : public ChartTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    kubectl().run({"label", "namespace", kubectl().namespace_name(), "pod-security.kubernetes.io/enforce=restricted"});
    kubectl().succeed({"delete", "crd", crd, "--timeout=60s"});
    kubectl().succeed({"delete", "clusterrole,clusterrolebinding", "heat-operator"});
  }
  void TearDown() override {
    helm().run({"uninstall", "heat-operator"});
    kubectl().run({"delete", "heatclusters", "--all", "--timeout=30s"});
    kubectl().run({"delete", "crd", crd, "--timeout=60s"});
    plane().install();
    NamespaceTest::TearDown();
  }

  AssertionResult is_available() const {
    const Finished waited = kubectl().run({"rollout", "status", "deployment/heat-operator", "--timeout=60s"});
    return waited.exit_code == 0 ? AssertionSuccess() : AssertionFailure() << waited.text();
  }

  // The chart of a later version, whose CRD says something else.
  std::string newer_chart() const {
    const std::string folder = plane().scratch("newer-chart");
    std::filesystem::remove_all(folder);
    std::filesystem::copy(shipped_chart, folder, std::filesystem::copy_options::recursive);
    const std::string file = folder + "/files/heatclusters.yaml";
    std::string text = text_of(file);
    const std::string before = "categories: [openstack]";
    const std::size_t at = text.find(before);
    if (at == std::string::npos) throw std::runtime_error("the CRD has no " + before);
    write_file(file, text.replace(at, before.size(), "categories: [openstack, newer]"));
    return folder;
  }
};

TEST_P(ReleaseTest, InstallUpgradeUninstallAndBack) {
  const Finished installed = helm().run({"install", "heat-operator", shipped_chart});
  ASSERT_EQ(installed.exit_code, 0) << installed.text();
  EXPECT_TRUE(contains(installed.out, {"kubectl rollout status", "manifests/samples/minimal.yaml"}));
  EXPECT_TRUE(is_available());
  kubectl().succeed({"wait", "--for=condition=Established", "crd/" + std::string(crd), "--timeout=30s"});
  kubectl().apply(sample());
  const std::string uid = uid_of(kubectl().get("heatcluster", "heat"));

  helm().succeed({"upgrade", "heat-operator", newer_chart(), "--set", "replicaCount=1"});
  EXPECT_TRUE(is_available());
  EXPECT_EQ(kubectl().get("deployment", "heat-operator").at("spec").at("replicas"), 1);
  EXPECT_NE(kubectl().get("crd", crd).at("spec").at("names").at("categories").dump().find("newer"), std::string::npos)
      << "the upgrade left the old CRD";

  helm().succeed({"uninstall", "heat-operator", "--wait"});
  EXPECT_FALSE(kubectl().find("deployment", "heat-operator"));
  EXPECT_FALSE(kubectl().find("clusterrole", "heat-operator"));
  EXPECT_EQ(uid_of(kubectl().get("heatcluster", "heat")), uid);

  helm().succeed({"install", "heat-operator", shipped_chart});
  EXPECT_EQ(uid_of(kubectl().get("heatcluster", "heat")), uid);
}

TEST_P(ReleaseTest, ACrdOfKubectlIsTakenOver) {
  kubectl().succeed(
      {"apply", "--server-side", "--filename", std::string(HEAT_OPERATOR_SOURCE_DIR) + "/crds/heatclusters.yaml"});
  const Finished refused = helm().run({"install", "heat-operator", shipped_chart});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(contains(refused.err, {"CustomResourceDefinition"}));
  std::vector<std::string> install = {"install", "heat-operator", shipped_chart, "--take-ownership"};
  if (std::string(GetParam()) == "helm4") install.push_back("--force-conflicts");
  helm().succeed(install);
  EXPECT_TRUE(is_available());
}

INSTANTIATE_TEST_SUITE_P(Helm, ChartTest, testing::Values("helm", "helm4"),
                         [](const auto& program) { return std::string(program.param); });
INSTANTIATE_TEST_SUITE_P(Helm, ReleaseTest, testing::Values("helm", "helm4"),
                         [](const auto& program) { return std::string(program.param); });

}  // namespace
}  // namespace integration
