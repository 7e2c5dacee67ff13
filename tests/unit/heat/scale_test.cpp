// What follows from the scale: inside reach nothing but the count, beyond it what depends on it, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "sample.h"

namespace heat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Bodies = std::map<std::string, json::Value>;

// Every object by kind and name; a ConfigMap by its component, since its name follows from its content.
Bodies bodies(const Spec& spec) {
  const Observed world = sample::settled(spec, sample::observed_production());
  Bodies found;
  for (const Stage& stage : desired(spec, world).stages) {
    for (const DesiredObject& object : stage.objects) {
      if (object.body().is_null()) continue;
      std::string name = std::string(object.type->kind) + " " + object.name;
      if (*object.type == kube::types::config_map) {
        name = "ConfigMap of " +
               object.body().at("metadata").at("labels").at("app.kubernetes.io/component").get<std::string>();
      }
      found[name] = object.body();
    }
  }
  return found;
}

std::vector<std::string> differing(const Bodies& before, const Bodies& after) {
  std::vector<std::string> names;
  for (const auto& [name, body] : before) {
    if (!after.contains(name) || after.at(name) != body) names.push_back(name);
  }
  EXPECT_EQ(before.size(), after.size());
  return names;
}

Spec with(const std::function<void(Spec&)>& change) {
  Spec spec = parse(sample::production()).value();
  spec.database.max_connections = 5000;
  change(spec);
  return spec;
}

void set_broker(Spec& spec, long replicas) { std::get<ManagedBroker>(spec.broker.kind).replicas = replicas; }

TEST(Scale, InsideReachOneWorkloadsCountChangesAndNothingElse) {
  struct Row {
    const char* workload;
    std::function<void(Spec&)> from;
    std::function<void(Spec&)> to;
  };
  const Row rows[] = {
      {"StatefulSet heat-engine", [](Spec& s) { s.engine.replicas = 1; }, [](Spec& s) { s.engine.replicas = 4; }},
      {"StatefulSet heat-engine", [](Spec& s) { s.engine.replicas = 5; }, [](Spec& s) { s.engine.replicas = 8; }},
      {"Deployment heat-api", [](Spec& s) { s.api.replicas = 1; }, [](Spec& s) { s.api.replicas = 4; }},
      {"Deployment heat-cfn", [](Spec& s) { s.cfn.replicas = 0; }, [](Spec& s) { s.cfn.replicas = 4; }},
      {"Deployment heat-proxy", [](Spec& s) { s.proxy.replicas = 1; }, [](Spec& s) { s.proxy.replicas = 4; }},
      {"Deployment heat-proxy", [](Spec& s) { s.proxy.replicas = 33; }, [](Spec& s) { s.proxy.replicas = 50; }},
      {"StatefulSet heat-broker", [](Spec& s) { set_broker(s, 5); }, [](Spec& s) { set_broker(s, 7); }},
  };
  for (const Row& row : rows) {
    const Bodies before = bodies(with(row.from));
    Bodies after = bodies(with(row.to));
    EXPECT_THAT(differing(before, after), ElementsAre(row.workload));
    after.at(row.workload)["spec"]["replicas"] = before.at(row.workload).at("spec").at("replicas");
    EXPECT_THAT(differing(before, after), IsEmpty()) << row.workload;
  }
}

// A broker of one node must not know of others (heat/config/sums.h); the two that come must know of it.
TEST(Scale, TheSecondBrokerNodeChangesTheListOfPeersAndNoOther) {
  const auto nodes = [](long replicas) { return bodies(with([&](Spec& s) { set_broker(s, replicas); })); };
  EXPECT_THAT(differing(nodes(1), nodes(3)), ElementsAre("ConfigMap of broker", "StatefulSet heat-broker"));
}

TEST(Scale, BeyondReachWhatDependsOnItIsDerivedOnce) {
  const auto engines = [](long replicas) { return bodies(with([&](Spec& s) { s.engine.replicas = replicas; })); };
  EXPECT_THAT(differing(engines(4), engines(5)), ElementsAre("ConfigMap of engine", "StatefulSet heat-engine"));
  EXPECT_THAT(differing(engines(5), engines(6)), ElementsAre("StatefulSet heat-engine"));
  // So many engines need a larger broker.
  EXPECT_THAT(differing(engines(64), engines(65)), ElementsAre("ConfigMap of broker", "ConfigMap of engine",
                                                               "StatefulSet heat-broker", "StatefulSet heat-engine"));

  const auto apis = [](long replicas) { return bodies(with([&](Spec& s) { s.api.replicas = replicas; })); };
  EXPECT_THAT(differing(apis(4), apis(5)),
              ElementsAre("ConfigMap of proxy", "Deployment heat-api", "Deployment heat-proxy"));
  EXPECT_THAT(differing(apis(5), apis(6)), ElementsAre("Deployment heat-api"));

  const auto proxies = [](long replicas) { return bodies(with([&](Spec& s) { s.proxy.replicas = replicas; })); };
  EXPECT_THAT(differing(proxies(4), proxies(5)), ElementsAre("ConfigMap of proxy", "Deployment heat-proxy"));

  const auto brokers = [](long replicas) { return bodies(with([&](Spec& s) { set_broker(s, replicas); })); };
  EXPECT_THAT(differing(brokers(1), brokers(3)), ElementsAre("ConfigMap of broker", "StatefulSet heat-broker"));
  EXPECT_THAT(differing(brokers(3), brokers(5)), ElementsAre("ConfigMap of broker", "StatefulSet heat-broker"));
}

TEST(Scale, OneComponentsSettingRollsItAlone) {
  const Bodies before = bodies(with([](Spec&) {}));
  EXPECT_THAT(differing(before, bodies(with([](Spec& s) { s.cfn.threads = 8; }))),
              ElementsAre("ConfigMap of cfn", "ConfigMap of proxy", "Deployment heat-cfn", "Deployment heat-proxy"));
  EXPECT_THAT(differing(before, bodies(with([](Spec& s) { s.proxy.balance = "roundrobin"; }))),
              ElementsAre("ConfigMap of proxy", "Deployment heat-proxy"));
  EXPECT_THAT(differing(before, bodies(with([](Spec& s) { s.database.max_connections = 400; }))),
              ElementsAre("ConfigMap of engine", "StatefulSet heat-engine"));
}

TEST(Scale, DatabasePasswordsRestartNoApi) {
  const Spec spec = parse(sample::production()).value();
  Observed world = sample::settled(spec, sample::observed_production());
  const Desired before = desired(spec, world);
  world.secrets.at("heat-db")->at("password") = "other";
  const Desired after = desired(spec, world);
  for (const char* stage : {"broker", "api", "cfn", "proxy"}) {
    EXPECT_EQ(sample::stage(before, stage).objects.back().body(), sample::stage(after, stage).objects.back().body())
        << stage;
  }
  EXPECT_NE(sample::stage(before, "engine").objects.back().body(),
            sample::stage(after, "engine").objects.back().body());
}

}  // namespace
}  // namespace heat
