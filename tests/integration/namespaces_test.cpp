// Limited to two namespaces, with Roles in these alone: what a team gets that has no rights in the whole cluster.
#include "fixture.h"
#include "role.h"
#include "sample.h"

namespace integration {
namespace {

class NamespacesTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    for (const char* name : {"first", "second", "foreign", "home"}) {
      plane().admin().succeed({"create", "namespace", namespace_name(name)});
    }
    home().succeed({"create", "serviceaccount", "heat-operator"});
    const json::Value rules = shipped_rules(plane().admin());
    for (const char* name : {"first", "second"}) in(name).apply(role(rules, namespace_name("home")));
    home().apply(role(shipped_leader_rules(plane().admin()), namespace_name("home")));
    start_operator(plane().kubeconfig_of(namespace_name("home"), "heat-operator"));
    ASSERT_TRUE(heat_operator().becomes_ready());
  }
  void TearDown() override {
    OperatorTest::TearDown();
    for (const char* name : {"first", "second", "foreign", "home"}) {
      in(name).run({"delete", "heatclusters", "--all", "--timeout=30s"});
      plane().admin().run({"delete", "namespace", namespace_name(name), "--wait=false"});
    }
  }

  std::vector<std::string> scope() const override {
    return {"--namespace",
            namespace_name("first"),
            "--namespace",
            namespace_name("second"),
            "--leader-elect-namespace",
            namespace_name("home")};
  }

  // Beside the test's own, so that each test has others.
  std::string namespace_name(const std::string& name) const { return kubectl().namespace_name() + "-" + name; }
  Kubectl in(const std::string& name) const { return plane().admin().in(namespace_name(name)); }
  Kubectl home() const { return in("home"); }

  static AssertionResult ready(const Kubectl& where) {
    const Finished waited = where.run({"wait", "--for=condition=Ready", "heatcluster/heat", "--timeout=30s"});
    if (waited.exit_code == 0) return AssertionSuccess();
    return AssertionFailure() << waited.text();
  }
};

TEST_F(NamespacesTest, WorksInItsNamespacesAndNowhereElse) {
  for (const char* name : {"first", "second", "foreign"}) in(name).apply(sample());
  for (const char* name : {"first", "second"}) {
    EXPECT_TRUE(ready(in(name))) << heat_operator().log();
    EXPECT_TRUE(wait_until([&] {
      return contains(in(name).succeed({"events", "--for", "hc/heat"}), {"DatabaseSynced"});
    }));
  }
  EXPECT_FALSE(in("foreign").find("statefulset", engine));
  EXPECT_EQ(json::integer_at(in("foreign").get("heatcluster", "heat"), "/status/observedGeneration"), -1);
  EXPECT_EQ(json::string_at(home().get("lease", "heat-operator"), "/spec/holderIdentity").empty(), false);
  // No right is missing, and none that it does not need is asked for.
  EXPECT_EQ(heat_operator().log().find("forbidden"), std::string::npos) << heat_operator().log();
  EXPECT_EQ(heat_operator().metric("rest_client_requests_total", "code=\"403\""), 0);
}

TEST_F(NamespacesTest, FollowsEditsAndDriftInBoth) {
  for (const char* name : {"first", "second"}) in(name).apply(sample());
  for (const char* name : {"first", "second"}) ASSERT_TRUE(ready(in(name)));
  in("first").succeed({"scale", "hc/heat", "--replicas=3"});
  in("second").succeed({"delete", "statefulset", engine});
  EXPECT_TRUE(wait_until([&] {
    const auto set = in("first").find("statefulset", engine);
    return set && json::integer_at(*set, "/spec/replicas") == 3;
  }));
  EXPECT_TRUE(wait_until([&] { return in("second").find("statefulset", engine).has_value(); }));
}

}  // namespace
}  // namespace integration
