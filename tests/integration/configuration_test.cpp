// An edit of the spec reaches the pods, and what it leaves behind is cleared away.
#include <set>

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using ConfigurationTest = OperatorTest;

TEST_F(ConfigurationTest, EditedWorkersReachEveryPodByANewConfigMap) {
  bring_up();
  const auto maps = uids(engine_config_maps());
  const auto pods = uids(engine_pods());
  patch_spec({{"engine", {{"workers", 5}}}});
  ASSERT_TRUE(becomes_ready());
  ASSERT_TRUE(engines_settle());

  bool found = false;
  for (const json::Value& map : engine_config_maps()) {
    if (maps.contains(name_of(map))) continue;
    found = map.at("data").dump().find("num_engine_workers = 5") != std::string::npos;
    EXPECT_TRUE(map.at("immutable").get<bool>());
  }
  EXPECT_TRUE(found) << "no ConfigMap has the new count";
  for (const auto& [name, uid] : uids(engine_pods())) EXPECT_NE(pods.at(name), uid) << name << " was not rolled";
}

TEST_F(ConfigurationTest, TheOldConfigMapIsPrunedWhenNoPodReadsIt) {
  bring_up();
  const auto maps = uids(engine_config_maps());
  ASSERT_EQ(maps.size(), 1U);
  patch_spec({{"engine", {{"workers", 5}}}});
  EXPECT_TRUE(wait_until([&]() -> AssertionResult {
    const auto now = uids(engine_config_maps());
    if (now.size() == 1 && now != maps) return AssertionSuccess();
    return AssertionFailure() << now.size() << " ConfigMaps are there";
  }));
}

TEST_F(ConfigurationTest, TheOldValueRestoresTheOldState) {
  bring_up();
  const auto names = [&] {
    std::set<std::string> found;
    for (const json::Value& child : children()) found.insert(json::string_at(child, "/kind") + "/" + name_of(child));
    return found;
  };
  const auto before = names();
  patch_spec({{"engine", {{"workers", 5}}}});
  ASSERT_TRUE(becomes_ready());
  patch_spec({{"engine", {{"workers", 2}}}});
  ASSERT_TRUE(becomes_ready());
  EXPECT_TRUE(wait_until([&] { return names() == before; }));
}

TEST_F(ConfigurationTest, AnotherImageRunsTheDatabaseJobAgain) {
  bring_up();
  const auto jobs = uids(kubectl().list("jobs"));
  // Without what stands before the engines: its pods are replaced one after another, each with time to be known.
  patch_spec({{"images", {{"heat", {{"image", "localhost/heat:2025.1-patched"}}}}},
              {"api", {{"replicas", 0}}},
              {"cfn", {{"replicas", 0}}},
              {"proxy", {{"replicas", 0}}}});
  ASSERT_TRUE(becomes_ready());
  ASSERT_TRUE(engines_settle());
  for (const json::Value& pod : engine_pods()) {
    EXPECT_EQ(text_at(pod, "/spec/containers/0/image"), "localhost/heat:2025.1-patched");
  }
  const auto now = uids(kubectl().list("jobs"));
  EXPECT_FALSE(now.empty());
  EXPECT_NE(now, jobs);
}

TEST_F(ConfigurationTest, TheDrainTimeIsThePodsGracePeriod) {
  bring_up();
  patch_spec({{"engine", {{"drainTimeout", "90s"}}}});
  ASSERT_TRUE(becomes_ready());
  EXPECT_GE(json::integer_at(kubectl().get("statefulset", engine), "/spec/template/spec/terminationGracePeriodSeconds"),
            90);
}

TEST_F(ConfigurationTest, ResourcesReachTheContainer) {
  bring_up();
  patch_spec({{"engine", {{"resources", {{"limits", {{"memory", "1024Mi"}}}, {"requests", {{"cpu", "0.5"}}}}}}}});
  ASSERT_TRUE(becomes_ready());
  const json::Value resources = *json::find(
      kubectl().get("statefulset", engine).at("spec").at("template").at("spec").at("containers").at(0), "/resources");
  EXPECT_EQ(resources, (json::Value{{"limits", {{"memory", "1Gi"}}}, {"requests", {{"cpu", "500m"}}}}));
}

}  // namespace
}  // namespace integration
