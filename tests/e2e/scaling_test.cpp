// Scaling while Heat works: no stack is lost, no request fails.
#include <iostream>
#include <set>

#include "load.h"
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
  EXPECT_TRUE(all_complete(api, between));
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

}  // namespace
}  // namespace e2e
