// Heat behind a real Keystone, which the operator's own Job has made ready for it: a person's calls, the signals of
// servers by every way that Heat knows, and another password of Heat's user.
#include <gmock/gmock.h>

#include <iostream>

#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

using integration::text_at;
using testing::HasSubstr;

constexpr const char* own_namespace = "heat-e2e-keystone";

json::Value heats_login(const std::string& password) {
  return secret("heat-keystone", {{"username", "heat"},
                                  {"password", password},
                                  {"stackDomainAdmin", "heat_domain_admin"},
                                  {"stackDomainAdminPassword", "not-a-real-password-of-the-domain"}});
}

std::string auth_url() { return std::string("http://keystone.") + own_namespace + ".svc:5000/v3"; }

// One pod of everything: what is tried is how they know each other.
json::Value heat_behind_keystone() {
  json::Value cluster = heat_cluster();
  json::Value& spec = cluster["spec"];
  for (const char* component : {"proxy", "api", "cfn", "engine"}) spec[component]["replicas"] = 1;
  spec["broker"]["managed"]["replicas"] = 1;
  spec["identity"] = {{"keystone",
                       {{"authURL", auth_url()},
                        {"secretName", "heat-keystone"},
                        {"bootstrap", {{"adminSecretName", "keystone-admin"}}}}}};
  return cluster;
}

class KeystoneTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    OperatorPod::instance();
    kubectl().apply(restricted_namespace(own_namespace));
    Objects objects = keystone();
    for (json::Value& object : database()) objects.push_back(std::move(object));
    objects.push_back(heats_login("not-a-real-password-of-heat"));
    objects.push_back(heat_behind_keystone());
    objects.push_back(heat_pod("client"));
    kubectl().apply(objects);
  }
  static void TearDownTestSuite() {
    kubectl().run({"delete", "heatclusters", "--all", "--timeout=60s"});
    kubectl().run({"delete", "namespace", own_namespace, "--wait=false"});
  }

  static integration::Kubectl kubectl() { return integration::ControlPlane::instance().admin().in(own_namespace); }

  static AssertionResult is_ready() {
    return integration::wait_until(
        [&]() -> AssertionResult {
          const Finished waited =
              kubectl().run({"wait", "--for=condition=Ready", "heatcluster/heat", "pod/client", "--timeout=60s"});
          if (waited.exit_code == 0) return AssertionSuccess();
          return AssertionFailure() << waited.text() << kubectl().get("heatcluster", "heat").dump()
                                    << kubectl().run({"logs", "--selector", bootstrap_pods}).text();
        },
        long_patience);
  }

  // In a pod, as the admin.
  static Finished as_admin(const std::vector<std::string>& command) {
    std::vector<std::string> words{"exec", "client", "--", "env", "--unset=OS_ENDPOINT", "OS_AUTH_TYPE=password"};
    words.push_back("OS_AUTH_URL=" + auth_url());
    for (const char* setting :
         {"OS_USERNAME=admin", "OS_PASSWORD=not-a-real-password-of-the-admin", "OS_PROJECT_NAME=admin",
          "OS_USER_DOMAIN_NAME=Default", "OS_PROJECT_DOMAIN_NAME=Default"}) {
      words.emplace_back(setting);
    }
    words.insert(words.end(), command.begin(), command.end());
    return kubectl().run(words);
  }

  static constexpr const char* bootstrap_pods = "app.kubernetes.io/component=keystone-bootstrap";
};

TEST_F(KeystoneTest, TheOperatorMakesItReadyForHeat) {
  ASSERT_TRUE(is_ready());
  std::cout << kubectl().run({"logs", "--selector", bootstrap_pods}).out;
  const Finished services = as_admin({"openstack", "orchestration", "service", "list", "--format", "value"});
  EXPECT_THAT(services.out, HasSubstr("heat-engine-0")) << services.text();
  EXPECT_THAT(services.out, HasSubstr(" up")) << services.text();
  // As Heat's own user, the operator sees the same.
  const Finished told =
      kubectl().run({"wait", "--for=jsonpath={.status.engine.registered}=1", "heatcluster/heat", "--timeout=60s"});
  EXPECT_EQ(told.exit_code, 0) << told.text();
}

TEST_F(KeystoneTest, SignalsComeThroughByEveryWay) {
  ASSERT_TRUE(is_ready());
  const Finished signals = as_admin({"python3", "-c", source("tests/e2e/signals.py")});
  std::cout << signals.out;
  EXPECT_EQ(signals.exit_code, 0) << signals.text();
  EXPECT_THAT(signals.out, HasSubstr("CREATE_COMPLETE"));
}

TEST_F(KeystoneTest, AnotherPasswordIsSetThereBeforePodsUseIt) {
  ASSERT_TRUE(is_ready());
  const std::string before = text_at(kubectl().get("statefulset", "heat-engine"), "/spec/template/metadata");
  kubectl().apply(heats_login("another-password-of-heat"));
  const auto rolls = integration::wait_until(
      [&] { return text_at(kubectl().get("statefulset", "heat-engine"), "/spec/template/metadata") != before; },
      long_patience);
  ASSERT_TRUE(rolls);
  EXPECT_THAT(kubectl().run({"logs", "--selector", bootstrap_pods}).out,
              HasSubstr("set the password of user heat in domain Default"));
  const Finished settled =
      kubectl().run({"wait", "--for=condition=Reconciling=False", "heatcluster/heat", "--timeout=180s"});
  ASSERT_EQ(settled.exit_code, 0) << settled.text();
  kubectl().succeed({"exec", "--stdin", "client", "--", "sh", "-c", "cat > /tmp/stack.yaml"}, small_stack().dump());
  const Finished created =
      as_admin({"openstack", "stack", "create", "--wait", "--template", "/tmp/stack.yaml", "after"});
  EXPECT_EQ(created.exit_code, 0) << created.text();
  EXPECT_THAT(created.out, HasSubstr("CREATE_COMPLETE"));
}

}  // namespace
}  // namespace e2e
