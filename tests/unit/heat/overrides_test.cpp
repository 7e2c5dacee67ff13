#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/config/override_check.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Problem> check_heat(const std::string& text) {
  Spec spec = sample::spec();
  spec.config.heat = text;
  return check_overrides(spec);
}

TEST(Overrides, WhatOsloConfigReadsIsTaken) {
  for (const char* text : {"", "\n\n", "[DEFAULT]\na = b\n", "# c\n[a]\n; d\nlist = 1,\n  2,\n\t3\n", "[a]\r\nb: c\r\n",
                           "[a]\nb =\n", "[other]\nnum_engine_workers = 3\n"}) {
    EXPECT_THAT(check_heat(text), IsEmpty()) << text;
  }
}

TEST(Overrides, WhatWouldKeepEnginesFromStartingIsTold) {
  for (const auto& [text, message] :
       {std::pair("a = b\n", "line 1 stands before any section"), std::pair("[a\nb = c\n", "line 1 is no section"),
        std::pair("[]\n", "line 1 is no section"), std::pair("[a]\nnonsense\n", "line 2 is no option"),
        std::pair("[a]\n= b\n", "line 2 is no option"), std::pair("[a]\n b = c\n", "line 2 begins with a blank"),
        std::pair("[a]\nb = \x01\n", "line 2 holds control characters")}) {
    const auto problems = check_heat(text);
    ASSERT_EQ(problems.size(), 1U) << text;
    EXPECT_EQ(problems[0].path, "spec.config.heat");
    EXPECT_THAT(problems[0].message, HasSubstr(message));
  }
}

TEST(Overrides, OptionsThatFieldsStandForAreTheOperators) {
  const auto problems = check_heat("[DEFAULT]\ndebug = true\nnum_engine_workers = 9\n");
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_THAT(problems[0].message, HasSubstr("set spec.engine.workers instead"));
  EXPECT_EQ(check_heat("[database]\nconnection : canary\n").size(), 1U);
}

TEST(Overrides, RabbitmqsLinesAreSettingsOfABrokerOfOnesOwn) {
  Spec spec = parse(sample::production()).value();
  spec.config.rabbitmq = "# c\n\nchannel_max = 5\n";
  EXPECT_THAT(check_overrides(spec), IsEmpty());
  spec.config.rabbitmq = "channel_max\n";
  EXPECT_EQ(check_overrides(spec).at(0).path, "spec.config.rabbitmq");
  spec = sample::spec();
  spec.config.rabbitmq = "channel_max = 5\n";
  EXPECT_THAT(check_overrides(spec).at(0).message, HasSubstr("spec.broker.managed"));
}

}  // namespace
}  // namespace heat
