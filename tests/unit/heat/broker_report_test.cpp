#include "heat/broker_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heat {
namespace {

using testing::HasSubstr;

constexpr const char* nodes = R"([{"name":"rabbit@a","running":true},{"name":"rabbit@b","running":false}])";

TEST(BrokerReport, CountsNodesThatRun) {
  EXPECT_EQ(broker_report(nodes, "[]"), (BrokerReport{1, 0, 0}));
  EXPECT_EQ(broker_report("[]", "[]"), (BrokerReport{0, 0, 0}));
}

TEST(BrokerReport, AQueueIsLedByANodeThatIsOnline) {
  const auto report = broker_report(nodes, R"([
    {"type":"quorum","leader":"rabbit@a","online":["rabbit@a","rabbit@b"]},
    {"type":"quorum","leader":"rabbit@b","online":["rabbit@a"]},
    {"type":"quorum","leader":"","online":["rabbit@a"]},
    {"type":"quorum","leader":"rabbit@b","online":[]},
    {"type":"quorum"},
    {"type":"classic"},
    {"type":"stream","leader":"rabbit@b","online":[]}])");
  EXPECT_EQ(report, (BrokerReport{1, 7, 4}));
}

TEST(BrokerReport, WhatIsNoAnswerOfRabbitMqIsRefused) {
  for (const char* body : {"", "{}", "<html>", R"({"error":"not_authorized"})", "[1]", "[[]]"}) {
    const auto report = broker_report(body, "[]");
    ASSERT_FALSE(report) << body;
    EXPECT_THAT(report.error().message, HasSubstr("list of nodes"));
    EXPECT_FALSE(broker_report("[]", body)) << body;
  }
}

}  // namespace
}  // namespace heat
