// The manifests, as a person installs them, on a real API server.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "fixture.h"
#include "json/yaml.h"
#include "sample.h"

namespace integration {
namespace {

const std::filesystem::path manifests = std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests";

std::map<std::string, json::Value> by_name(const std::string& yaml) {
  const auto documents = json::parse_yaml_documents(yaml);
  if (!documents) throw std::runtime_error(documents.error().message);
  std::map<std::string, json::Value> found;
  for (const json::Value& object : *documents) found[text_at(object, "/kind") + "/" + name_of(object)] = object;
  return found;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

class InstallYamlTest : public NamespaceTest {
 protected:
  Kubectl system() const { return plane().admin().in(operator_namespace); }
  void TearDown() override {
    // A Deployment of simulated pods does no harm, but it is none of the other tests' world.
    system().run({"delete", "--ignore-not-found", "--wait=false", "deployment,poddisruptionbudget,networkpolicy",
                  "heat-operator"});
    system().run({"delete", "--ignore-not-found", "service", "heat-operator-metrics"});
    NamespaceTest::TearDown();
  }
};

// The contract test of the same knows only the part of kustomize that the manifests use today.
TEST_F(InstallYamlTest, ItIsWhatKustomizeMakesOfTheClusterOverlay) {
  const auto shipped = by_name(text_of(manifests / "install.yaml"));
  const auto made = by_name(kubectl().succeed({"kustomize", manifests / "overlays/cluster"}));
  for (const auto& [name, object] : made) {
    ASSERT_TRUE(shipped.contains(name)) << name << ": run hack/generate.sh";
    EXPECT_EQ(shipped.at(name), object) << name << ": run hack/generate.sh";
  }
  EXPECT_EQ(shipped.size(), made.size());
}

// Pod Security tells by a warning what it would not let through.
TEST_F(InstallYamlTest, ItAppliesWithoutAWarningAndTheDeploymentBecomesAvailable) {
  const Finished applied =
      system().run({"apply", "--server-side", "--force-conflicts", "--filename", manifests / "install.yaml"});
  EXPECT_EQ(applied.exit_code, 0) << applied.text();
  EXPECT_EQ(applied.err, "");
  const Finished waited = system().run({"rollout", "status", "deployment/heat-operator", "--timeout=60s"});
  EXPECT_EQ(waited.exit_code, 0) << waited.text();
}

// The operator runs as a process, but as the ServiceAccount and with the Roles of the overlay.
class NamespacedTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    kubectl().succeed({"apply", "--server-side", "--kustomize", overlay()});
  }

  // The overlay for this test's namespace, as docs/install.md tells to make it.
  std::string overlay() const {
    const std::filesystem::path folder = plane().scratch("namespaced");
    std::filesystem::create_directories(folder);
    const auto base = std::filesystem::relative(manifests / "overlays/namespaced", folder);
    write_file(folder / "kustomization.yaml",
               "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: " +
                   kubectl().namespace_name() + "\nresources: [" + base.string() + "]\n");
    return folder;
  }
};

TEST_F(NamespacedTest, RolesOfOneNamespaceAreEnough) {
  EXPECT_FALSE(plane()
                   .admin()
                   .run({"auth", "can-i", "list", "heatclusters", "--all-namespaces", "--as",
                         "system:serviceaccount:" + kubectl().namespace_name() + ":heat-operator"})
                   .exit_code == 0);
  start_operator(plane().kubeconfig_of(kubectl().namespace_name(), "heat-operator"));
  ASSERT_TRUE(heat_operator().becomes_ready());
  bring_up();
  patch_spec({{"engine", {{"replicas", 3}}}});
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(heat_operator().log().find("forbidden"), std::string::npos) << heat_operator().log();
}

}  // namespace
}  // namespace integration
