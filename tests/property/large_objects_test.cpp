// One HeatCluster far beyond what a real API server stores, beside an ordinary one.
#include <gtest/gtest.h>

#include "property/world.h"

namespace property {
namespace {

constexpr std::size_t ten_megabytes = 10'000'000;
const fake_api::Key large_key{"heatclusters", world_namespace, "large"};

std::size_t lines_with(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

// As the ordinary one, with that much text in its spec.
void create_large(World& world) {
  json::Value large = world.cluster();
  large.erase("status");
  large["metadata"] = {{"name", "large"}, {"namespace", world_namespace}};
  large["spec"]["config"]["heat"] = "[DEFAULT]\nx = [" + std::string(ten_megabytes, 'x') + "\n";
  world.api().create(large);
}

TEST(LargeObjects, AHeatClusterOfTenMegabytesIsToldOnceAndKeepsNoOtherFromBeingServed) {
  World world(World::Kind::external, "1s");
  world.create_secrets();
  world.create_cluster();
  world.operator_process().start();
  ASSERT_TRUE(world.wait([&] { return world.ready(); })) << world.operator_process().log_tail(20);

  create_large(world);
  const auto acted = [&](std::int64_t generation) {
    return json::integer_at(world.api().read(large_key), "/status/observedGeneration", -1) == generation;
  };
  ASSERT_TRUE(world.wait([&] { return acted(1); })) << world.operator_process().log_tail(20);
  // What it says of it is for people to read.
  EXPECT_LT(world.api().read(large_key).at("status").dump().size(), 20'000U);

  world.patch_spec({{"engine", {{"replicas", 3}}}});
  EXPECT_TRUE(world.wait([&] { return world.ready(); })) << world.operator_process().log_tail(20);
  // It changes and is looked at again, comes to its senses, and is served.
  world.api().patch(large_key, {{"spec", {{"engine", {{"replicas", 1}}}}}});
  EXPECT_TRUE(world.wait([&] { return acted(2); })) << world.operator_process().log_tail(20);
  world.api().patch(large_key, {{"spec", {{"config", nullptr}}}});
  EXPECT_TRUE(world.wait([&] { return acted(3); })) << world.operator_process().log_tail(20);

  EXPECT_FALSE(world.operator_process().crashed());
  const std::string log = world.operator_process().log_tail(10'000);
  EXPECT_LT(log.size(), 200'000U) << "the log quotes it";
  EXPECT_LE(lines_with(log, "\"warn"), 1U) << log;
  EXPECT_EQ(world.operator_process().terminate(), 0);
}

// A watch that such an object passes through is no broken one, and a start finds it in its first list.
TEST(LargeObjects, AStartWithATenMegabyteObjectServesAllOthers) {
  World world(World::Kind::external, "1s");
  world.create_secrets();
  world.create_cluster();
  create_large(world);
  world.operator_process().start();
  EXPECT_TRUE(world.wait([&] { return world.ready(); })) << world.operator_process().log_tail(20);
  EXPECT_FALSE(world.operator_process().crashed());
}

}  // namespace
}  // namespace property
