// The chart installed, upgraded and taken away, by Helm 3 and Helm 4 on a real API server. The pods are simulated: that
// the Deployment becomes available is shown, the operator does not run in it.
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "chart.h"
#include "sample.h"

namespace integration {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// With a release of its own: nothing that is the cluster's is there when it begins.
class ReleaseTest : public HelmTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    plane().unsettle();
    kubectl().run({"label", "namespace", kubectl().namespace_name(), "pod-security.kubernetes.io/enforce=restricted"});
    kubectl().succeed({"delete", "crd", crd_name, "--timeout=60s"});
    kubectl().succeed({"delete", "clusterrole,clusterrolebinding", "heat-operator"});
  }
  void TearDown() override {
    helm().run({"uninstall", "heat-operator"});
    kubectl().run({"delete", "heatclusters", "--all", "--timeout=30s"});
    kubectl().run({"delete", "crd", crd_name, "--timeout=60s"});
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
    std::string text = content_of(file);
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
  kubectl().succeed({"wait", "--for=condition=Established", "crd/" + std::string(crd_name), "--timeout=30s"});
  kubectl().apply(sample());
  const std::string uid = uid_of(kubectl().get("heatcluster", "heat"));

  helm().succeed({"upgrade", "heat-operator", newer_chart(), "--set", "replicaCount=1"});
  EXPECT_TRUE(is_available());
  EXPECT_EQ(kubectl().get("deployment", "heat-operator").at("spec").at("replicas"), 1);
  EXPECT_NE(kubectl().get("crd", crd_name).at("spec").at("names").at("categories").dump().find("newer"),
            std::string::npos)
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

INSTANTIATE_TEST_SUITE_P(Helm, ReleaseTest, both_helms(), name_of_helm);

}  // namespace
}  // namespace integration
