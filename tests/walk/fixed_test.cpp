// What cannot change in place. CEL refuses most of it; where it does not, or is not there, the operator says so and
// touches nothing that runs, and the old value brings back the old state. Three changes hang on CEL alone, since they
// cost no data: spec.broker.queueType, a lower credentialsGeneration, and from a broker of somebody else's to another
// kind.
#include <gtest/gtest.h>

#include <functional>

#include "walk/chain.h"
#include "walk/document.h"

namespace {

struct Fixed {
  const char* name;
  const char* base;
  json::Value patch;  // of the spec
  const char* path;   // that the operator names; empty: the API server's word is passed on
};

const std::vector<Fixed>& table() {
  static const json::Value hosts = json::Value::array({{{"host", "rabbit.example.org"}}});
  static const json::Value external = {{"hosts", hosts}, {"credentialsSecret", {{"name", "heat-broker"}}}};
  static const std::vector<Fixed> all = {
      {"StorageClass", "full", {{"broker", {{"managed", {{"storage", {{"storageClassName", "slow"}}}}}}}}, ""},
      {"FewerBrokerNodes", "managed", {{"broker", {{"managed", {{"replicas", 1}}}}}}, "spec.broker.managed.replicas"},
      {"FromManagedToExternal", "managed", {{"broker", {{"managed", nullptr}, {"external", external}}}}, "spec.broker"},
  };
  return all;
}

void PrintTo(const Fixed& fixed, std::ostream* out) { *out << fixed.name; }

class WalkFixed : public testing::TestWithParam<Fixed> {};

property::EndState of_children(const property::EndState& state) {
  property::EndState kept;
  for (const auto& [path, value] : state) {
    if (!path.starts_with("heatclusters/")) kept[path] = value;
  }
  return kept;
}

TEST_P(WalkFixed, IsSaidAndHarmsNothing) {
  const Fixed& fixed = GetParam();
  const auto base = std::find_if(walk::bases().begin(), walk::bases().end(),
                                 [&](const walk::Base& each) { return each.name == fixed.base; });
  walk::Declared world(base->cluster);
  ASSERT_TRUE(world.declare(base->cluster)) << world.last_words();
  ASSERT_TRUE(world.is_quiet(std::chrono::milliseconds(300)));
  const property::EndState before = world.state();

  json::Value changed = base->cluster;
  changed["spec"].merge_patch(fixed.patch);
  const std::string said = world.declare_refused(changed);
  EXPECT_NE(said, "") << "the operator has acted on it";
  EXPECT_NE(said.find(fixed.path), std::string::npos) << said;
  for (const std::string& difference : property::differences(of_children(before), of_children(world.state()), {})) {
    ADD_FAILURE() << difference.substr(0, 300);
  }

  ASSERT_TRUE(world.declare(base->cluster)) << world.last_words();
  ASSERT_TRUE(world.is_quiet(std::chrono::milliseconds(300)));
  for (const std::string& difference : property::differences(before, world.state(), {})) {
    ADD_FAILURE() << "after it was put back: " << difference.substr(0, 300);
  }
}

INSTANTIATE_TEST_SUITE_P(Changes, WalkFixed, testing::ValuesIn(table()),
                         [](const auto& fixed) { return fixed.param.name; });

}  // namespace
