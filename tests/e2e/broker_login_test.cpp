// Another login of the broker, on a Heat that works: nodes, engines and APIs change to it one by one, and then the
// former user goes.
#include <chrono>
#include <iostream>
#include <map>
#include <set>
#include <sstream>

#include "load.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr int requests_per_second = 5;
constexpr std::size_t most_requests = 10'000;
// Every pod but the proxies' is replaced, and of each component one after the other.
constexpr Duration login_patience = 4 * long_patience;

// As a node lists them: a name and, behind a tab, tags.
std::set<std::string> broker_users(const RealHeat& heat) {
  const Finished listed = heat.kubectl().run({"exec", "heat-broker-0", "--", "sh", "-c",
                                              "PATH=/usr/lib/rabbitmq/bin:$PATH; exec rabbitmqctl --silent --longnames "
                                              "list_users"});
  EXPECT_EQ(listed.exit_code, 0) << listed.text();
  std::set<std::string> users;
  std::istringstream lines(listed.out);
  for (std::string line; std::getline(lines, line);) users.insert(line.substr(0, line.find('\t')));
  return users;
}

TEST(BrokerLogin, ChangesUnderLoadAndTheFormerUserGoes) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  ASSERT_TRUE(heat.is_settled_and_ready());
  const std::int64_t before = json::integer_at(heat.cluster(), "/spec/broker/managed/credentialsGeneration");
  const std::string former = before == 1 ? "heat" : "heat-" + std::to_string(before);
  const std::string next = "heat-" + std::to_string(before + 1);
  ASSERT_EQ(broker_users(heat), std::set{former});
  const std::set<std::string> proxies = heat.pod_uids("proxy");
  std::map<std::string, std::set<std::string>> pods;
  for (const char* component : {"broker", "engine", "api", "cfn"}) pods[component] = heat.pod_uids(component);

  ASSERT_EQ(api.create_stack("before-another-login", waiting_stack(1, 0)).status, 201);
  ASSERT_TRUE(api.completes("before-another-login", long_patience));
  Load load({api.one_stack_url(), api.cloudformation_url("before-another-login")}, requests_per_second, most_requests);
  ASSERT_EQ(api.create_stack("while-the-login-changes", waiting_stack(8, 10)).status, 201);
  const auto began = std::chrono::steady_clock::now();
  heat.patch_spec({{"broker", {{"managed", {{"credentialsGeneration", before + 1}}}}}});
  EXPECT_TRUE(heat.is_settled_and_ready(login_patience));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const LoadCount count = load.stop();
  std::cout << count.text() << "\n";
  figure("from another login of the broker to the end of the former user", took.count(), "s");
  figure("failed requests while the broker's login changed", count.failed, "requests");
  if (nothing_is_lost()) {
    EXPECT_EQ(count.failed, 0U);
  }

  EXPECT_EQ(broker_users(heat), std::set{next});
  EXPECT_EQ(heat.pod_uids("proxy"), proxies);
  for (const auto& [component, uids] : pods) {
    for (const std::string& uid : heat.pod_uids(component)) EXPECT_FALSE(uids.contains(uid)) << component;
  }
  if (nothing_is_lost()) {
    EXPECT_TRUE(api.completes("while-the-login-changes", long_patience));
  }
  ASSERT_EQ(api.create_stack("after-another-login", small_stack()).status, 201);
  EXPECT_TRUE(api.completes("after-another-login", long_patience));
  if (testing::Test::HasFailure()) {
    std::cout << heat.kubectl()
                     .run({"logs", "--selector=app.kubernetes.io/component=broker-users", "--tail=50", "--prefix"})
                     .text();
  }
}

}  // namespace
}  // namespace e2e
