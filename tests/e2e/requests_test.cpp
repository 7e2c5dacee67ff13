// What the guide asks of a Heat that works: each request passes proxy, API, broker, engine and database.
#include <gmock/gmock.h>

#include <iostream>
#include <set>

#include "real_heat.h"

namespace e2e {
namespace {

using testing::HasSubstr;

// How many resources of a stack an engine says it has made.
int made_by(const RealHeat& heat, const json::Value& engine, const std::string& stack) {
  std::istringstream lines(heat.kubectl().run({"logs", integration::name_of(engine)}).out);
  int made = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("creating TestResource") != std::string::npos && line.find('"' + stack + '"') != std::string::npos) {
      ++made;
    }
  }
  return made;
}

TEST(Requests, TheFirstStackCompletes) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  EXPECT_EQ(api.status_of("first"), "CREATE_COMPLETE");
  figure("kubectl apply to the first completed stack", heat.seconds_to_first_stack(), "s");
}

TEST(Requests, ServiceListShowsEveryEngine) {
  RealHeat& heat = RealHeat::instance();
  const Finished listed = heat.openstack({"orchestration", "service", "list", "--format", "json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.text();
  std::cout << heat.openstack({"orchestration", "service", "list"}).out;
  const json::Value services = json::Value::parse(listed.out, nullptr, false);
  ASSERT_TRUE(services.is_array()) << listed.text();
  std::set<std::string> up;
  for (const json::Value& service : services) {
    if (service.at("Status") == "up") up.insert(service.at("Hostname").get<std::string>());
  }
  EXPECT_EQ(up, (std::set<std::string>{"heat-engine-0", "heat-engine-1"}));
}

TEST(Requests, TheCommandLineWaitsForAStack) {
  RealHeat& heat = RealHeat::instance();
  const Finished written = heat.kubectl().run({"exec", "--stdin", "client", "--", "sh", "-c", "cat > /tmp/stack.yaml"},
                                              waiting_stack(3, 1).dump());
  ASSERT_EQ(written.exit_code, 0) << written.text();
  const Finished created = heat.openstack({"stack", "create", "--wait", "--template", "/tmp/stack.yaml", "by-hand"});
  std::cout << created.out;
  EXPECT_EQ(created.exit_code, 0) << created.text();
  EXPECT_THAT(created.out, HasSubstr("CREATE_COMPLETE"));
}

TEST(Requests, CloudFormationCreatesAStack) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const json::Value body = {{"AWSTemplateFormatVersion", "2010-09-09"},
                            {"Resources", {{"handle", {{"Type", "AWS::CloudFormation::WaitConditionHandle"}}}}}};
  const Answer created = api.create_stack_by_cloudformation("by-cfn", body);
  ASSERT_EQ(created.status, 200) << created.text();
  EXPECT_THAT(created.body, HasSubstr("<CreateStackResponse>"));
  EXPECT_TRUE(api.completes("by-cfn", long_patience));
  const Answer described = api.cloudformation("DescribeStacks", "StackName=by-cfn");
  EXPECT_THAT(described.body, HasSubstr("CREATE_COMPLETE")) << described.text();
}

TEST(Requests, WorkIsSpreadOverEngines) {
  RealHeat& heat = RealHeat::instance();
  HeatApi api = heat.api();
  const Answer created = api.create_stack("spread", waiting_stack(12, 3));
  ASSERT_EQ(created.status, 201) << created.text();
  ASSERT_TRUE(api.completes("spread", long_patience));
  int all = 0;
  for (const json::Value& engine : heat.pods("engine")) {
    const int made = made_by(heat, engine, "spread");
    std::cout << integration::name_of(engine) << " made " << made << " of 12 resources\n";
    EXPECT_GT(made, 0) << integration::name_of(engine);
    all += made;
  }
  EXPECT_EQ(all, 12);
}

// As the service list does, an engine's row counts as up from its start on.
TEST(Requests, TheStatusShowsHowManyEnginesHeatKnows) {
  RealHeat& heat = RealHeat::instance();
  const auto registered = [&](int engines) {
    return integration::wait_until(
        [&]() -> AssertionResult {
          const json::Value engine = heat.cluster().at("status").at("engine");
          if (json::integer_at(engine, "/registered") == engines) return AssertionSuccess();
          return AssertionFailure() << engine.dump();
        },
        Duration(60'000));
  };
  EXPECT_TRUE(registered(2));
  heat.patch_spec({{"engine", {{"replicas", 3}}}});
  EXPECT_TRUE(heat.settles("engine", 3));
  EXPECT_TRUE(registered(3));
  heat.patch_spec({{"engine", {{"replicas", 2}}}});
  EXPECT_TRUE(heat.settles("engine", 2));
  EXPECT_TRUE(registered(2));
}

// The operator reaches the broker over the pods' network.
TEST(Requests, TheStatusShowsWhatTheBrokerSays) {
  RealHeat& heat = RealHeat::instance();
  EXPECT_TRUE(integration::wait_until(
      [&]() -> AssertionResult {
        const json::Value broker = heat.cluster().at("status").at("broker");
        const bool told = json::integer_at(broker, "/running") == 3 && json::integer_at(broker, "/queues") > 0 &&
                          json::integer_at(broker, "/leaderless", -1) == 0;
        return told ? AssertionSuccess() : AssertionFailure() << broker.dump();
      },
      Duration(60'000)));
  EXPECT_TRUE(heat.becomes_ready());
}

}  // namespace
}  // namespace e2e
