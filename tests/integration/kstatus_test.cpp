// What tools that wait for a rollout (kstatus: Flux, Argo CD's likes, kpt) read from a HeatCluster: never "Current"
// while something of it is still on its way. Judged at every change of its life from the first second on, against the
// workloads as they were at that version.
#include <map>

#include "fixture.h"
#include "sample.h"
#include "watch.h"

namespace integration {
namespace {

std::string condition_status(const json::Value& object, const std::string& type) {
  const json::Value* conditions = json::find(object, "/status/conditions");
  if (conditions == nullptr) return "";
  for (const json::Value& condition : *conditions) {
    if (condition.at("type") == type) return json::string_at(condition, "/status");
  }
  return "";
}

// kstatus' rules for a custom resource, in their order (cli-utils, pkg/kstatus/status/generic.go).
std::string kstatus(const json::Value& object) {
  if (json::find(object, "/metadata/deletionTimestamp") != nullptr) return "Terminating";
  const json::Value* observed = json::find(object, "/status/observedGeneration");
  if (observed != nullptr && *observed != object.at("metadata").at("generation")) return "InProgress";
  if (condition_status(object, "Reconciling") == "True") return "InProgress";
  if (condition_status(object, "Stalled") == "True") return "Failed";
  const std::string ready = condition_status(object, "Ready");
  return ready.empty() || ready == "True" ? "Current" : "InProgress";
}

// What is still on its way of a workload that shall have that many pods.
AssertionResult is_whole(const std::map<std::string, json::Value>& workloads, const std::string& name,
                         std::int64_t pods) {
  const auto found = workloads.find(name);
  if (found == workloads.end()) return AssertionFailure() << name << " does not exist";
  const json::Value& workload = found->second;
  const auto is = [&](const char* pointer, std::int64_t wanted) {
    return json::integer_at(workload, pointer) == wanted;
  };
  if (is("/spec/replicas", pods) &&
      is("/status/observedGeneration", json::integer_at(workload, "/metadata/generation")) &&
      is("/status/readyReplicas", pods) && is("/status/updatedReplicas", pods)) {
    return AssertionSuccess();
  }
  return AssertionFailure() << name << " shall have " << pods << " pods and has "
                            << workload.value("status", json::Value()).dump() << " of "
                            << workload.at("spec").at("replicas").dump();
}

class KstatusTest : public OperatorTest {
 protected:
  void SetUp() override {
    OperatorTest::SetUp();
    for (const char* resource : {"heatclusters", "statefulsets", "deployments"}) {
      watches_[resource] =
          std::make_unique<Watch>(kubectl(), resource, plane().scratch(std::string(resource) + ".watch"));
    }
  }
  void TearDown() override {
    watches_.clear();
    OperatorTest::TearDown();
  }

  std::string now() const { return kstatus(heat_cluster()); }
  // By version.
  std::map<std::int64_t, Change> all_changes() const {
    std::map<std::int64_t, Change> all;
    for (const auto& [resource, watch] : watches_) {
      for (Change& change : watch->changes()) all.emplace(change.version(), std::move(change));
    }
    return all;
  }
  std::vector<Change> changes_of_the_cluster() const { return watches_.at("heatclusters")->changes(); }

 private:
  std::map<std::string, std::unique_ptr<Watch>> watches_;
};

TEST_F(KstatusTest, NeverCurrentWhileSomethingIsOnItsWay) {
  bring_up();
  kubectl().succeed({"scale", "hc/heat", "--replicas=4"});
  ASSERT_TRUE(becomes_ready());
  patch_spec({{"engine", {{"workers", 3}}}, {"cfn", {{"replicas", 2}}}});
  ASSERT_TRUE(becomes_ready("heat", 3 * patience));
  patch_spec({{"database", {{"secretName", "elsewhere"}}}});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False"));
  EXPECT_NE(now(), "Current");
  patch_spec({{"database", {{"secretName", "heat-db"}}}, {"engine", {{"replicas", 1}}}});
  ASSERT_TRUE(becomes_ready());
  EXPECT_TRUE(wait_until([&] { return now() == "Current"; }));
  kubectl().succeed({"delete", "hc", "heat"});
  ASSERT_TRUE(wait_until([&] {
    const auto changes = changes_of_the_cluster();
    return !changes.empty() && changes.back().type == "DELETED";
  }));

  std::map<std::string, json::Value> workloads;
  std::map<std::string, int> seen;
  for (const auto& [version, change] : all_changes()) {
    const json::Value& object = change.object;
    if (object.at("kind") != "HeatCluster") {
      workloads[name_of(object)] = object;
      continue;
    }
    const std::string status = kstatus(object);
    ++seen[status];
    if (status != "Current") continue;
    SCOPED_TRACE("at version " + std::to_string(version) + ", generation " +
                 object.at("metadata").at("generation").dump());
    for (const char* component : {"engine", "api", "cfn", "proxy"}) {
      const std::int64_t pods = object.at("spec").at(component).at("replicas").get<std::int64_t>();
      EXPECT_TRUE(is_whole(workloads, std::string("heat-") + component, pods));
    }
    EXPECT_EQ(json::string_at(object, "/spec/database/secretName"), "heat-db");
  }
  // It saw all of that life.
  EXPECT_EQ(kstatus(changes_of_the_cluster().front().object), "InProgress") << "the first second";
  EXPECT_GE(seen["InProgress"], 4);
  EXPECT_GE(seen["Current"], 4);
}

}  // namespace
}  // namespace integration
