#include "fake_api/simulation.h"

#include <gtest/gtest.h>

#include <functional>

namespace {

using fake_api::Key;
using fake_api::Simulation;
using json::Value;

class SimulationTest : public testing::Test {
 protected:
  SimulationTest() : api_(store_) {}

  bool wait(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      const std::uint64_t tick = store_.tick();
      if (condition()) return true;
      store_.wait(tick, deadline, {});
    }
    return condition();
  }
  Value stateful_set(std::int64_t replicas) {
    return {{"apiVersion", "apps/v1"},
            {"kind", "StatefulSet"},
            {"metadata", {{"name", "engine"}, {"namespace", "default"}}},
            {"spec", {{"replicas", replicas}, {"template", {{"metadata", {{"labels", {{"a", "1"}}}}}}}}}};
  }
  Value job() {
    return {{"apiVersion", "batch/v1"},
            {"kind", "Job"},
            {"metadata", {{"name", "sync"}, {"namespace", "default"}}},
            {"spec", {{"template", {{"spec", {{"restartPolicy", "Never"}}}}}}}};
  }

  fake_api::Store store_;
  fake_api::Api api_;
};

const Key engine{"statefulsets", "default", "engine"};
const Key sync_job{"jobs", "default", "sync"};

TEST_F(SimulationTest, AStatefulSetGetsItsPodsOneAtATime) {
  const Simulation simulation(api_);
  api_.create(stateful_set(3));
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(engine), "/status/readyReplicas") == 3; }));
  std::vector<std::int64_t> steps;
  for (const fake_api::Change& change : store_.changes(0)) {
    const std::int64_t replicas = json::integer_at(*change.object, "/status/replicas", -1);
    if (steps.empty() || steps.back() != replicas) steps.push_back(replicas);
  }
  EXPECT_EQ(steps, (std::vector<std::int64_t>{-1, 0, 1, 2, 3}));
}

TEST_F(SimulationTest, AChangedTemplateRollsAndAnUnchangedOneRests) {
  const Simulation simulation(api_);
  api_.create(stateful_set(2));
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(engine), "/status/updatedReplicas") == 2; }));
  const std::string before = api_.read(engine)["status"]["updateRevision"];
  api_.patch(engine, {{"spec", {{"template", {{"metadata", {{"labels", {{"a", "2"}}}}}}}}}});
  ASSERT_TRUE(wait([&] {
    const Value status = api_.read(engine)["status"];
    return status["currentRevision"] != before && status["currentRevision"] == status["updateRevision"];
  }));
  EXPECT_EQ(json::integer_at(api_.read(engine), "/status/observedGeneration"), 2);
  EXPECT_EQ(fake_api::next_stateful_set_status(api_.read(engine), true, true), api_.read(engine)["status"]);
}

TEST_F(SimulationTest, PodsThatNeverBecomeReadyAreCountedButNotReady) {
  Simulation simulation(api_);
  simulation.set_pods_ready(false);
  api_.create(stateful_set(2));
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(engine), "/status/replicas") == 2; }));
  EXPECT_EQ(json::integer_at(api_.read(engine), "/status/readyReplicas"), 0);
}

TEST_F(SimulationTest, AJobSucceedsFailsOrHangs) {
  Simulation simulation(api_);
  simulation.set_jobs(Simulation::Jobs::hang);
  api_.create(job());
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(sync_job), "/status/active") == 1; }));
  simulation.set_jobs(Simulation::Jobs::fail);
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(sync_job), "/status/failed") == 7; }));
  api_.remove(sync_job);
  simulation.set_jobs(Simulation::Jobs::succeed);
  api_.create(job());
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(sync_job), "/status/succeeded") == 1; }));
}

TEST_F(SimulationTest, WhatLosesItsLastOwnerIsCollected) {
  Simulation simulation(api_);
  const Value owner = api_.create(job());
  Value set = stateful_set(1);
  set["metadata"]["ownerReferences"] = Value::array(
      {{{"apiVersion", "batch/v1"}, {"kind", "Job"}, {"name", "sync"}, {"uid", owner["metadata"]["uid"]}}});
  api_.create(set);
  ASSERT_TRUE(wait([&] { return json::integer_at(api_.read(engine), "/status/replicas") == 1; }));
  api_.remove(sync_job);
  EXPECT_TRUE(wait([&] { return api_.read(engine).is_null(); }));
}

}  // namespace
