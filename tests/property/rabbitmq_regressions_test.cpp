// The four bugs that Sieve found in the RabbitMQ cluster operator (OSDI '22), as scenarios of ours: each is named by
// its issue in rabbitmq/cluster-operator. The campaign meets all of them too; here they stand by name.
#include <gtest/gtest.h>

#include <memory>

#include "property/promises.h"
#include "property/world.h"

namespace property {
namespace {

const fake_api::Key broker{"statefulsets", world_namespace, "heat-broker"};
constexpr std::chrono::milliseconds quiet{500};

std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + step_deadline; }

class RabbitmqClusterOperator : public testing::Test {
 protected:
  void SetUp() override {
    world.create_secrets();
    world.create_encryption_key();
    world.create_cluster();
    world.operator_process().start();
    ASSERT_TRUE(world.wait([&] { return world.ready(); })) << world.operator_process().log_tail(20);
  }

  void TearDown() override {
    const History history(world.server().store());
    EXPECT_EQ(broken_promises(history, world.server().log().writes()), std::vector<std::string>());
  }

  bool comes_to_be_ready() {
    return world.wait([&] { return world.ready(); });
  }
  bool falls_silent() { return world.server().log().wait_quiet(quiet, soon()); }
  std::string uid_of_broker() { return json::string_at(world.api().read(broker), "/metadata/uid"); }
  std::int64_t nodes() { return json::integer_at(world.api().read(broker), "/spec/replicas"); }

  // The next life begins on a view as old as `past`, which comes up to date when it has done what it makes of it.
  void restart_onto(fake_api::Version past) {
    world.operator_process().kill();
    world.server().store().freeze_at(past);
    const int lives = world.operator_process().lives_begun();
    world.operator_process().start();
    ASSERT_TRUE(world.wait([&] { return world.operator_process().lives_begun() > lives; }));
    ASSERT_TRUE(falls_silent());
    world.server().store().thaw(false);
  }

  World world{World::Kind::whole, "10m"};
};

// #648: an operator that restarts onto a view in which the first cluster is being deleted deletes the StatefulSet of
// the second one, which has the same name: the UID was not looked at.
TEST_F(RabbitmqClusterOperator, Issue648AStaleDeletionTouchesNoSuccessor) {
  world.delete_cluster_in_the_foreground();
  const fake_api::Version deleting = world.server().store().version();
  ASSERT_TRUE(falls_silent());
  world.end_deletion();
  ASSERT_TRUE(world.wait([&] { return world.gone(); }));
  world.create_cluster();
  ASSERT_TRUE(comes_to_be_ready());
  const std::string uid = uid_of_broker();
  restart_onto(deleting);
  EXPECT_TRUE(comes_to_be_ready());
  EXPECT_TRUE(falls_silent());
  EXPECT_EQ(uid_of_broker(), uid);
}

// #653: an operator that restarts onto a view with an older spec takes the difference to what is there for a change,
// and deletes and makes anew what it cannot change.
TEST_F(RabbitmqClusterOperator, Issue653AStaleSpecChangesNothing) {
  const fake_api::Version before = world.server().store().version();
  world.patch_spec({{"broker", {{"managed", {{"replicas", 3}}}}}});
  ASSERT_TRUE(comes_to_be_ready());
  const std::string uid = uid_of_broker();
  world.server().log().clear();
  restart_onto(before);
  EXPECT_TRUE(comes_to_be_ready());
  EXPECT_TRUE(falls_silent());
  EXPECT_EQ(uid_of_broker(), uid);
  for (const fake_api::LoggedWrite& write : world.server().log().writes()) {
    const bool changed = write.status < 300 && !write.no_effect;
    EXPECT_TRUE(!changed || write.key.plural == "heatclusters") << write.text();
  }
}

// #758: 1, 3, 2 in quick succession arrive as 1, 2: the guard against taking nodes away compared with what it had seen.
// Ours is a rule of the CRD, which the API server asks at each edit (tests/integration/admission_test.cpp); what
// arrives is acted on as it is, whatever came between.
TEST_F(RabbitmqClusterOperator, Issue758StatesThatNobodySawLeaveNoTrace) {
  world.server().store().freeze();
  world.patch_spec({{"broker", {{"managed", {{"replicas", 3}}}}}});
  world.patch_spec({{"broker", {{"managed", {{"replicas", 5}}}}}});
  world.server().store().thaw(true);
  ASSERT_TRUE(comes_to_be_ready());
  EXPECT_TRUE(falls_silent());
  EXPECT_EQ(nodes(), 5);
}

// #782: to enlarge volumes the StatefulSet was deleted and made anew; after a crash between the two, progress was
// judged by the wrong object and the volumes stayed small. Ours deletes nothing: each claim is asked for more, and a
// life that ends in between leaves the rest to the next one, which looks at the claims themselves.
TEST_F(RabbitmqClusterOperator, Issue782VolumesAreEnlargedWithoutDeletingAnything) {
  const std::string uid = uid_of_broker();
  const fake_api::Key claim{"persistentvolumeclaims", world_namespace, "data-heat-broker-0"};
  world.api().create(
      {{"apiVersion", "v1"},
       {"kind", "PersistentVolumeClaim"},
       {"metadata",
        {{"name", claim.name},
         {"namespace", claim.namespace_name},
         {"labels", {{"app.kubernetes.io/instance", "heat"}, {"app.kubernetes.io/component", "broker"}}}}},
       {"spec", {{"resources", {{"requests", {{"storage", "1Gi"}}}}}}}});
  world.api().patch(claim, {{"status", {{"phase", "Bound"}}}}, "kube-controller-manager", "status");
  const auto size = [&] { return json::string_at(world.api().read(claim), "/spec/resources/requests/storage"); };
  world.operator_process().kill();
  world.patch_spec({{"broker", {{"managed", {{"storage", {{"size", "2Gi"}}}}}}}});
  world.operator_process().start();
  EXPECT_TRUE(world.wait([&] { return size() == "2Gi"; })) << size();
  EXPECT_TRUE(comes_to_be_ready());
  EXPECT_TRUE(falls_silent());
  EXPECT_EQ(uid_of_broker(), uid);
}

}  // namespace
}  // namespace property
