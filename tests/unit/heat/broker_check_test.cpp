// The script of the broker's check, run by sh with a rabbitmqctl that plays the new image and the nodes.
#include "heat/config/broker_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "control_script.h"
#include "sample.h"

namespace heat {
namespace {

using sample::Ended;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// $ROOT/new: the image's own version; $ROOT/<node>: what that node answers. Without such a file it does not.
constexpr const char* rabbitmqctl = R"(#!/bin/sh
[ "$1" != version ] || { cat "$ROOT/new" && exit; }
for last in "$@"; do :; done
while [ "$1" != --node ]; do shift; done
[ -e "$ROOT/$2" ] || { echo "Erlang cookie hash: canary-hash" >&2; exit 69; }
case $last in
  *enable_all*) echo asked >"$ROOT/flags"; [ ! -e "$ROOT/member-down" ] || { echo '{error, missing_nodes}' >&2; exit 70; } ;;
  *) cat "$ROOT/$2" ;;
esac
)";

class BrokerCheckScript : public sample::ControlScript {
 protected:
  BrokerCheckScript() : ControlScript(rabbitmqctl) {}

  bool flags_were_asked_for() const { return exists("flags"); }

  // `running`: as a node prints the list of versions.
  Ended check(const std::string& running, const std::string& wanted) const {
    remove("flags");
    // The first node is away.
    write("rabbit@heat-broker-1.heat-broker-nodes.openstack", running);
    write("new", wanted);
    return run(broker_check_command(parse(sample::production()).value()));
  }
};

int code_of(const std::string& series) {
  const auto found = std::find_if(broker_series.begin(), broker_series.end(),
                                  [&](const BrokerSeries& each) { return each.name == series; });
  return broker_check_refusals().at(static_cast<std::size_t>(found - broker_series.begin()));
}

TEST_F(BrokerCheckScript, WithinASeriesEverythingGoesAndNothingIsTouched) {
  for (const char* wanted : {"4.1.0", "4.1.9", "4.1.10-rc.1\n"}) {
    EXPECT_EQ(check("[\"4.1.3\"]\n", wanted).code, 0) << wanted;
    EXPECT_FALSE(flags_were_asked_for());
  }
  EXPECT_EQ(check("[\"9.9.1\"]\n", "9.9.2").code, 0) << "of a series that nobody knows";
}

TEST_F(BrokerCheckScript, GoesByTheTableAndTurnsOnFlagsFirst) {
  for (const BrokerSeries& from : broker_series) {
    for (const BrokerSeries& to : broker_series) {
      if (from.name == to.name) continue;
      const std::string running = std::string(from.name) + ".20";
      const bool leads =
          (" " + std::string(from.next) + " ").find(" " + std::string(to.name) + " ") != std::string::npos;
      const Ended ended = check("[\"" + running + "\"]\n", std::string(to.name) + ".1");
      EXPECT_EQ(ended.code, leads ? 0 : code_of(std::string(from.name))) << running << " to " << to.name << ended.said;
      EXPECT_EQ(flags_were_asked_for(), leads);
    }
  }
}

TEST_F(BrokerCheckScript, OneNodeThatMayNotIsEnough) {
  EXPECT_EQ(check("[\"4.1.3\",\"4.2.0\"]\n", "4.2.1").code, 0);
  EXPECT_EQ(check("[\"4.1.3\",\n \"4.2.0\"]\n", "4.1.3").code, code_of("4.2")) << "back, when one has gone on";
  EXPECT_EQ(check("[\"3.13.7\",\"4.2.0\"]\n", "4.3.0").code, code_of("3.13"));
}

TEST_F(BrokerCheckScript, SomeReleasesCannotBeLeft) {
  const Ended ended = check("[\"3.11.17\"]\n", "3.12.1");
  EXPECT_EQ(ended.code, code_of("3.11"));
  EXPECT_THAT(ended.said, HasSubstr("3.11.17 must become 3.11.18 or later"));
  EXPECT_EQ(check("[\"3.11.18\"]\n", "3.12.1").code, 0);
}

TEST_F(BrokerCheckScript, NothingIsKnownOfOtherSeries) {
  for (const auto& [running, wanted] : {std::pair("4.4.0", "4.5.0"), std::pair("3.9.1", "3.10.1")}) {
    EXPECT_EQ(check("[\"" + std::string(running) + "\"]\n", wanted).code, broker_check_refusals().back());
  }
  EXPECT_EQ(check("[\"4.3.0\"]\n", "4.4.0").code, code_of("4.3"));
}

TEST_F(BrokerCheckScript, WhatItCannotTellIsNoRefusal) {
  const auto is_tried_again = [](const Ended& ended) {
    return ended.code != 0 && broker_check_refusal(ended.code).empty();
  };
  EXPECT_TRUE(is_tried_again(check("", "4.2.0"))) << "no node says what it runs";
  EXPECT_TRUE(is_tried_again(check("[\"4.1.3\"]\n", ""))) << "an image without RabbitMQ";
  write("member-down", "");
  const Ended ended = check("[\"4.1.3\"]\n", "4.2.0");
  EXPECT_TRUE(is_tried_again(ended));
  EXPECT_THAT(ended.said, HasSubstr("missing_nodes"));
}

TEST(BrokerCheck, TellsWhatTheNodesRun) {
  const std::vector<int> codes = broker_check_refusals();
  ASSERT_THAT(codes, SizeIs(broker_series.size() + 1));
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end())) << "as the API server wants them";
  EXPECT_EQ(broker_check_refusal(codes.at(1)),
            "nodes run RabbitMQ 3.11, which from 3.11.18 on only 3.12 can replace node by node");
  EXPECT_EQ(broker_check_refusal(codes.at(3)),
            "nodes run RabbitMQ 3.13, which only 4.0, 4.1 or 4.2 can replace node by node");
  EXPECT_EQ(broker_check_refusal(codes.at(7)),
            "nodes run RabbitMQ 4.3, which no other series can replace node by node");
  EXPECT_EQ(broker_check_refusal(codes.back()), "nodes run a series of RabbitMQ of which this operator knows nothing");
  for (const int code : {0, 1, 2, 69, 127, 137, codes.front() - 1, codes.back() + 1}) {
    EXPECT_THAT(broker_check_refusal(code), IsEmpty()) << code;
  }
}

TEST(BrokerCheck, EverySeriesLeadsToOnesThatAreKnown) {
  for (const BrokerSeries& each : broker_series) {
    std::istringstream next{std::string(each.next)};
    for (std::string name; next >> name;) {
      EXPECT_TRUE(std::any_of(broker_series.begin(), broker_series.end(),
                              [&](const BrokerSeries& other) { return other.name == name && &other > &each; }))
          << each.name << " to " << name;
    }
  }
}

}  // namespace
}  // namespace heat
