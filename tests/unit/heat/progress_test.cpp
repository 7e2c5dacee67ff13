// What of a status is progress, and what somebody waits for.
#include <gtest/gtest.h>

#include "heat/status/status.h"

namespace heat {
namespace {

json::Value condition(const char* type, const char* status, const char* reason, const char* message) {
  return {{"type", type}, {"status", status}, {"reason", reason}, {"message", message}};
}

// Engines come up.
json::Value on_its_way() {
  return {{"observedGeneration", 1},
          {"selector", "app=heat"},
          {"engine", {{"replicas", 2}, {"readyReplicas", 0}, {"summary", "0/2"}}},
          {"conditions",
           {condition("Ready", "False", "EngineNotReady", "0 of 2 engines ready"),
            condition("ConfigValid", "True", "Valid", ""), condition("BrokerReady", "False", "BrokerNotReady", "…"),
            condition("Reconciling", "True", "EngineNotReady", "0 of 2 engines ready"),
            condition("Stalled", "False", "Progressing", "")}}};
}

json::Value with(const char* pointer, const json::Value& value) {
  json::Value status = on_its_way();
  status[json::Pointer(pointer)] = value;
  return status;
}

TEST(ProgressTest, CountsAndMessagesAreProgress) {
  EXPECT_TRUE(is_progress(on_its_way(), with("/engine/readyReplicas", 1)));
  EXPECT_TRUE(is_progress(on_its_way(), with("/conditions/0/message", "1 of 2 engines ready")));
  EXPECT_TRUE(is_progress(on_its_way(), with("/conditions/3/reason", "APINotReady")));
}

TEST(ProgressTest, ConditionsOfComponentsAreProgress) {
  EXPECT_TRUE(is_progress(on_its_way(), with("/conditions/2/status", "True")));
}

TEST(ProgressTest, WhatIsWaitedForIsNot) {
  for (const char* condition :
       {"/conditions/0/status", "/conditions/1/status", "/conditions/3/status", "/conditions/4/status"}) {
    EXPECT_FALSE(is_progress(on_its_way(), with(condition, "Unknown"))) << condition;
  }
  EXPECT_FALSE(is_progress(on_its_way(), with("/observedGeneration", 2)));
  EXPECT_FALSE(is_progress(on_its_way(), with("/selector", "app=other")));
}

TEST(ProgressTest, WhatAPersonIsAskedForIsNot) {
  EXPECT_FALSE(is_progress(on_its_way(), with("/conditions/1/message", "the Secret has no key")));
  EXPECT_FALSE(is_progress(on_its_way(), with("/conditions/4/message", "the quota is used up")));
  EXPECT_FALSE(is_progress(on_its_way(), with("/conditions/3/reason", "ApplyFailed")));
}

TEST(ProgressTest, AFirstStatusIsNot) {
  EXPECT_FALSE(is_progress(nullptr, on_its_way()));
  EXPECT_FALSE(is_progress(json::Value::object(), on_its_way()));
}

}  // namespace
}  // namespace heat
