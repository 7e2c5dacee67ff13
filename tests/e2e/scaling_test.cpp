// Scaling while Heat works: no stack is lost, no request fails.
#include <iostream>
#include <set>

#include "load.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr int requests_per_second = 20;
// More than the changes below can take on a busy machine: the load is bounded whatever happens.
constexpr std::size_t most_requests = 40'000;

// Creates stacks of resources that wait, so that engines are at work while they come and go.
std::vector<std::string> start_stacks(HeatApi& api, const std::string& prefix, int count, int resources, int seconds) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.push_back(prefix + "-" + std::to_string(i));
    const Answer created = api.create_stack(names.back(), waiting_stack(resources, seconds));
    EXPECT_EQ(created.status, 201) << created.text();
  }
  return names;
}

AssertionResult all_complete(HeatApi& api, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (const AssertionResult completed = api.completes(name, long_patience); !completed) return completed;
  }
  return AssertionSuccess();
}

std::set<std::string> engines_up(HeatApi& api) {
  std::set<std::string> up;
  for (const Service& service : api.services()) {
    if (service.status == "up") up.insert(service.hostname);
  }
  return up;
}

TEST(Scaling, NoRequestFailsWhileApisAndProxiesComeAndGo) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const std::vector<std::string> names = start_stacks(api, "described", 1, 1, 0);
  ASSERT_TRUE(all_complete(api, names));
  Load load({api.one_stack_url(), api.one_stack_url(), api.cloudformation_url(names.front())}, requests_per_second,
            most_requests);
  int changes = 0;
  for (const auto& [component, replicas] : std::vector<std::pair<std::string, int>>{{"api", 3},
                                                                                    {"cfn", 2},
                                                                                    {"proxy", 3},
                                                                                    {"api", 1},
                                                                                    {"cfn", 1},
                                                                                    {"proxy", 1},
                                                                                    {"api", 2},
                                                                                    {"cfn", 2},
                                                                                    {"proxy", 2},
                                                                                    {"cfn", 1}}) {
    const LoadCount before = load.count();
    heat.patch_spec({{component, {{"replicas", replicas}}}});
    ASSERT_TRUE(heat.settles(component, replicas));
    const LoadCount after = load.count();
    std::cout << "  " << component << " to " << replicas << ": " << after.failed - before.failed << " of "
              << after.sent - before.sent << " requests failed\n";
    ++changes;
  }
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("failed requests over " + std::to_string(changes) + " changes of api, cfn and proxy", count.failed,
         "requests");
  EXPECT_EQ(count.failed, 0U);
  EXPECT_GT(count.sent, 0U);
}

TEST(Scaling, EnginesComeAndGoUnderStacksThatRun) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const std::vector<std::string> before = start_stacks(api, "scale-out", 4, 6, 5);

  heat.kubectl().succeed({"scale", "heatcluster/heat", "--replicas=4"});
  ASSERT_TRUE(heat.settles("engine", 4));
  EXPECT_TRUE(integration::wait_until([&] { return engines_up(api).size() == 4; })) << "the service list lacks engines";
  const std::vector<std::string> between = start_stacks(api, "scale-in", 6, 4, 10);

  heat.kubectl().succeed({"scale", "heatcluster/heat", "--replicas=2"});
  ASSERT_TRUE(heat.settles("engine", 2));
  EXPECT_EQ(engines_up(api), (std::set<std::string>{"heat-engine-0", "heat-engine-1"}))
      << "an engine that has gone is still listed";
  EXPECT_TRUE(all_complete(api, before));
  if (nothing_is_lost()) {
    EXPECT_TRUE(all_complete(api, between));
  }
}

TEST(Scaling, LosingABrokerNodeLosesNoStack) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  Load load({api.one_stack_url()}, requests_per_second, most_requests);
  const std::vector<std::string> before = start_stacks(api, "broker-before", 3, 6, 4);
  heat.kubectl().succeed({"delete", "pod", "heat-broker-1", "--grace-period=0", "--force"});
  const std::vector<std::string> during = start_stacks(api, "broker-during", 3, 6, 4);
  EXPECT_TRUE(all_complete(api, before));
  EXPECT_TRUE(all_complete(api, during));
  EXPECT_TRUE(heat.settles("broker", 3));
  EXPECT_TRUE(heat.becomes_ready());
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("failed requests while a broker node of three was lost", count.failed, "requests");
}

// Workers are processes of a pod, each with a row of its own in Heat's list.
TEST(Scaling, MoreWorkersServeInEachPod) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const auto workers_up = [&](std::size_t count) {
    return integration::wait_until([&] {
      std::multiset<std::string> up;
      for (const Service& service : api.services()) {
        if (service.status == "up") up.insert(service.hostname);
      }
      return up.count("heat-engine-0") == count && up.count("heat-engine-1") == count;
    });
  };
  for (const int workers : {2, 1}) {
    heat.patch_spec({{"engine", {{"workers", workers}}}});
    ASSERT_TRUE(heat.is_settled_and_ready());
    EXPECT_TRUE(workers_up(static_cast<std::size_t>(workers))) << workers;
    const std::string name = "by-workers-" + std::to_string(workers);
    ASSERT_EQ(api.create_stack(name, waiting_stack(6, 1)).status, 201);
    EXPECT_TRUE(api.completes(name, long_patience));
  }
}

// The nodes that come join the first, and each queue gets a member on each of them.
TEST(Scaling, ABrokerGrowsFromOneNodeToThree) {
  const RealHeat& heat = RealHeat::instance();
  const integration::Kubectl& kubectl = heat.kubectl();
  json::Value broker = {{"managed", {{"replicas", 1}, {"storage", {{"size", "1Gi"}}}}}};
  kubectl.apply(cluster_beside(heat.cluster(), "grows", broker, 1));
  ASSERT_TRUE(heat.is_settled_and_ready(long_patience, "grows"));
  kubectl.patch("heatcluster", "grows", {{"spec", {{"broker", {{"managed", {{"replicas", 3}}}}}}}});
  EXPECT_TRUE(heat.is_settled_and_ready(long_patience, "grows"));
  EXPECT_TRUE(integration::wait_until(
      [&]() -> AssertionResult {
        const Finished listed = kubectl.run({"exec", "grows-broker-0", "--", "rabbitmqctl", "--quiet", "--longnames",
                                             "list_queues", "--formatter", "json", "name", "type", "members"});
        const json::Value queues = json::Value::parse(listed.out, nullptr, false);
        bool all = queues.is_array() && !queues.empty();
        for (const json::Value& queue : all ? queues : json::Value::array()) {
          all = all && (queue.at("type") != "quorum" || queue.at("members").size() == 3);
        }
        return all ? AssertionSuccess() : AssertionFailure() << listed.text();
      },
      long_patience));
  EXPECT_TRUE(integration::wait_until(
      [&]() -> AssertionResult {
        const json::Value told = heat.cluster("grows").at("status").at("broker");
        return json::integer_at(told, "/running") == 3 ? AssertionSuccess() : AssertionFailure() << told.dump();
      },
      Duration(60'000)));
  kubectl.run({"delete", "heatcluster", "grows", "--timeout=25s"});
}

}  // namespace
}  // namespace e2e
