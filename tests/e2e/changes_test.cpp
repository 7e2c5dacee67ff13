// What a user changes on a Heat that works, beside counts (scaling_test.cpp): settings, and pods that go.
#include <future>
#include <iostream>

#include "load.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr int requests_per_second = 10;
constexpr std::size_t most_requests = 20'000;

std::string first_pod(const RealHeat& heat, const std::string& component) {
  return integration::name_of(heat.pods(component).front());
}

void lose(const RealHeat& heat, const std::string& pod) {
  heat.kubectl().succeed({"delete", "pod", pod, "--grace-period=0", "--force"});
}

// Settings of each component, so that every pod but the broker's is replaced. The next test relies on the longer wait
// for an engine's answer.
TEST(Changes, NoRequestFailsWhileEveryPodIsReplaced) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  ASSERT_EQ(api.create_stack("replaced", waiting_stack(1, 0)).status, 201);
  ASSERT_TRUE(api.completes("replaced", long_patience));
  Load load({api.one_stack_url(), api.one_stack_url(), api.cloudformation_url("replaced")}, requests_per_second,
            most_requests);
  ASSERT_EQ(api.create_stack("replaced-meanwhile", waiting_stack(12, 10)).status, 201);
  heat.patch_spec({{"config", {{"heat", "[DEFAULT]\nrpc_response_timeout = 110\n"}}},
                   {"api", {{"threads", 18}}},
                   {"cfn", {{"threads", 18}}}});
  EXPECT_TRUE(heat.is_settled_and_ready());
  if (nothing_is_lost()) {
    EXPECT_TRUE(api.completes("replaced-meanwhile", long_patience));
  }
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("failed requests while every engine, API and proxy was replaced", count.failed, "requests");
  EXPECT_EQ(count.failed, 0U);
}

// Calls wait for an engine, and so do health checks behind them; none of it is taken for a dead API. At first more
// calls than all APIs have threads; then, when a check that gave up after 10 s would have taken every API out, some
// more.
TEST(Changes, CallsOutlastATimeWithoutEngines) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  heat.patch_spec({{"engine", {{"replicas", 0}}}});
  ASSERT_TRUE(heat.settles("engine", 0));
  std::vector<std::future<Answer>> calls;
  const auto call = [&](int count) {
    for (int i = 0; i < count; ++i) {
      calls.push_back(std::async(std::launch::async, [url = api.one_stack_url()] { return HttpClient().get(url); }));
    }
  };
  call(60);
  // How long there are none, not a wait for something.
  std::this_thread::sleep_for(std::chrono::seconds(25));
  call(20);
  heat.patch_spec({{"engine", {{"replicas", 2}}}});
  for (std::future<Answer>& each : calls) {
    const Answer answer = each.get();
    EXPECT_TRUE(answer.ok()) << answer.text();
  }
  EXPECT_TRUE(heat.settles("engine", 2));
  ASSERT_EQ(api.create_stack("after-no-engines", small_stack()).status, 201);
  EXPECT_TRUE(api.completes("after-no-engines", long_patience));
}

TEST(Changes, APodOfEachComponentIsLost) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  for (const std::string component : {"engine", "api", "cfn", "proxy"}) {
    const int replicas = static_cast<int>(heat.pods(component).size());
    lose(heat, first_pod(heat, component));
    EXPECT_TRUE(heat.settles(component, replicas)) << component;
    EXPECT_TRUE(heat.becomes_ready());
    ASSERT_EQ(api.create_stack("lost-" + component, waiting_stack(4, 0)).status, 201);
    EXPECT_TRUE(api.completes("lost-" + component, long_patience)) << component;
  }
}

TEST(Changes, ABrokerNodeKeepsItsVolume) {
  RealHeat& heat = RealHeat::instance();
  const integration::Kubectl& kubectl = heat.kubectl();
  const std::string claim = "data-heat-broker-2";
  const std::string before = integration::uid_of(kubectl.get("persistentvolumeclaim", claim));
  kubectl.succeed({"exec", "heat-broker-2", "--", "touch", "/var/lib/heat-broker/was-here"});
  kubectl.succeed({"delete", "pod", "heat-broker-2", "--wait=false"});
  EXPECT_TRUE(integration::wait_until(
      [&] {
        const auto pod = kubectl.find("pod", "heat-broker-2");
        return pod && integration::text_at(*pod, "/metadata/deletionTimestamp").empty();
      },
      long_patience));
  EXPECT_TRUE(heat.settles("broker", 3));
  EXPECT_EQ(integration::uid_of(kubectl.get("persistentvolumeclaim", claim)), before);
  EXPECT_EQ(kubectl.run({"exec", "heat-broker-2", "--", "ls", "/var/lib/heat-broker/was-here"}).exit_code, 0);
  EXPECT_TRUE(heat.becomes_ready());
}

}  // namespace
}  // namespace e2e
