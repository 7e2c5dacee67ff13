// The same processes on the same node, started by hand in the best order: what the operator's start is held against. It
// takes the operator's Heat down first, so that both have the machine for themselves; by its file's name it is the
// last.
#include <iostream>
#include <set>

#include "base/base64.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr const char* by_hand_namespace = "heat-hand";

std::string moved(std::string text) {
  const std::string& from = heat_namespace();
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), by_hand_namespace);
  }
  return text;
}

// What a person would write: without what the API server has added, in the other namespace.
json::Value written_by_hand(json::Value object) {
  const json::Value labels = object["metadata"].value("labels", json::Value::object());
  object["metadata"] = {{"name", object["metadata"]["name"]}, {"labels", labels}};
  object.erase("status");
  if (object.contains("data") && object["kind"] == "Secret") {
    for (json::Value& value : object["data"]) {
      value = base::base64_encode(moved(base::base64_decode(value.get<std::string>()).value()));
    }
  }
  if (object["kind"] == "Service" && object["spec"].value("clusterIP", "") != "None") object["spec"].erase("clusterIP");
  if (object["kind"] == "Service") object["spec"].erase("clusterIPs");
  if (object["kind"] == "Job") {
    object["spec"].erase("selector");
    json::Value& template_labels = object["spec"]["template"]["metadata"]["labels"];
    for (const char* added :
         {"batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name"}) {
      template_labels.erase(added);
    }
  }
  return json::parse(moved(object.dump())).value();
}

// Of its start: tests between have changed settings and images.
Objects copies(const RealHeat& heat, const std::set<std::string>& kinds) {
  Objects objects;
  for (const json::Value& object : heat.as_it_came_up()) {
    if (kinds.contains(integration::text_at(object, "/kind"))) objects.push_back(written_by_hand(object));
  }
  return objects;
}

Objects only(const Objects& objects, const std::string& component) {
  Objects found;
  for (const json::Value& object : objects) {
    if (integration::name_of(object) == "heat-" + component) found.push_back(object);
  }
  return found;
}

AssertionResult rolled_out(const integration::Kubectl& hand, const std::string& workload, int replicas) {
  return integration::wait_until(
      [&] {
        return hand.run({"wait", "--for=jsonpath={.status.readyReplicas}=" + std::to_string(replicas), workload,
                         "--timeout=25s"})
                   .exit_code == 0;
      },
      long_patience);
}

TEST(StartByHand, IsWhatTheOperatorsStartIsHeldAgainst) {
  RealHeat& heat = RealHeat::instance();
  const double by_the_operator = heat.seconds_to_first_stack();
  Objects base = copies(heat, {"ServiceAccount", "Secret", "ConfigMap", "Service"});
  const Objects workloads = copies(heat, {"StatefulSet", "Deployment"});
  Objects jobs = copies(heat, {"Job"});
  // The CronJobs have made some, if it was their hour.
  std::erase_if(jobs, [](const json::Value& job) { return !integration::name_of(job).starts_with("heat-db-sync-"); });
  ASSERT_EQ(jobs.size(), 1U);
  heat.tell_cost();
  heat.take_down();

  const integration::Kubectl hand = integration::ControlPlane::instance().admin().in(by_hand_namespace);
  hand.apply(restricted_namespace(by_hand_namespace));
  const auto began = std::chrono::steady_clock::now();
  for (const json::Value& object : database()) base.push_back(object);
  for (const json::Value& object : only(workloads, "broker")) base.push_back(object);
  hand.apply(base);
  EXPECT_TRUE(rolled_out(hand, "statefulset/mariadb", 1));
  EXPECT_TRUE(rolled_out(hand, "statefulset/heat-broker", 3));
  hand.apply(jobs);
  hand.succeed({"wait", "--for=condition=Complete", "job/" + integration::name_of(jobs.front()), "--timeout=25s"});
  Objects rest;
  for (const char* component : {"engine", "api", "cfn", "proxy"}) {
    for (const json::Value& object : only(workloads, component)) rest.push_back(object);
  }
  ASSERT_EQ(rest.size(), 4U);
  hand.apply(rest);
  // A call that comes before an engine has declared its queue is lost, and waited for in vain for a minute.
  EXPECT_TRUE(rolled_out(hand, "statefulset/heat-engine", 2));
  const AssertionResult first = completes_a_first_stack(hand);
  const double by_hand = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  EXPECT_TRUE(first);
  figure("kubectl apply to the first completed stack, by the operator", by_the_operator, "s");
  figure("the same processes started by hand in the best order", by_hand, "s");
  figure("  their ratio (asked twice a second)", by_the_operator / by_hand, "");
  hand.run({"delete", "namespace", by_hand_namespace, "--wait=false"});
  hand.run({"delete", "pods", "--all", "--grace-period=0", "--force", "--wait=false"});
}

}  // namespace
}  // namespace e2e
