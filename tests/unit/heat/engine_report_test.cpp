#include "heat/engine_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heat {
namespace {

using testing::HasSubstr;

// As Heat 24 answers, with a row for each worker.
constexpr const char* services = R"({"services": [
  {"hostname": "heat-engine-0", "status": "up", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-0", "status": "up", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-1", "status": "down", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-1", "status": "up", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-10", "status": "down", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "controller-1", "status": "up", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-", "status": "up", "binary": "heat-engine", "topic": "engine"},
  {"hostname": "heat-engine-b-0", "status": "up", "binary": "heat-engine", "topic": "engine"}]})";

TEST(EngineReport, CountsPodsOfOursWithAWorkerThatIsUp) {
  EXPECT_EQ(engine_report(services, "heat-engine"), (EngineReport{2}));
  EXPECT_EQ(engine_report(services, "heat-engine-b"), (EngineReport{1}));
  EXPECT_EQ(engine_report(R"({"services": []})", "heat-engine"), (EngineReport{0}));
}

TEST(EngineReport, WhatIsNoAnswerOfHeatIsRefused) {
  for (const char* body : {"", "[]", "<html>", R"({"code": 403})", R"({"services": {}})"}) {
    const auto report = engine_report(body, "heat-engine");
    ASSERT_FALSE(report) << body;
    EXPECT_THAT(report.error().message, HasSubstr("list of services"));
  }
  EXPECT_EQ(engine_report(R"({"services": [1, [], "up"]})", "heat-engine"), (EngineReport{0}));
}

}  // namespace
}  // namespace heat
