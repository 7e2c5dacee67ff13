// The script that removes former users of the broker, run by sh with a rabbitmqctl that plays the nodes.
#include "heat/config/broker_users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control_script.h"
#include "sample.h"

namespace heat {
namespace {

using sample::Ended;
using testing::HasSubstr;
using testing::Not;

// $ROOT/<node>: that node answers. $ROOT/users and $ROOT/connections: as they are listed. $ROOT/looks: one line for
// each time that connections were asked for; at the third look nobody is connected any more where $ROOT/ends is there.
constexpr const char* rabbitmqctl = R"sh(#!/bin/sh
while [ "$1" != --node ]; do shift; done
[ -e "$ROOT/$2" ] || { echo "Erlang cookie hash: canary-hash" >&2; exit 69; }
shift 4
case "$*" in
  list_users) cat "$ROOT/users" ;;
  "list_connections user peer_host")
    echo look >>"$ROOT/looks"
    [ ! -e "$ROOT/deaf" ] || exit 70
    if [ -e "$ROOT/ends" ] && [ "$(grep -c look "$ROOT/looks")" -ge 3 ]; then : >"$ROOT/connections"; fi
    cat "$ROOT/connections" ;;
  "delete_user "*)
    [ ! -e "$ROOT/readonly" ] || { echo "no quorum; cookie canary" >&2; exit 70; }
    grep -v "^$2	" "$ROOT/users" >"$ROOT/users.new"
    mv "$ROOT/users.new" "$ROOT/users" ;;
  *) exit 64 ;;
esac
)sh";

class BrokerUsersScript : public sample::ControlScript {
 protected:
  BrokerUsersScript() : ControlScript(rabbitmqctl) {
    // The first node is away.
    write("rabbit@heat-broker-1.heat-broker-nodes.openstack", "");
    write("connections", "");
  }

  Ended remove_former(std::int64_t generation) {
    Spec spec = parse(sample::production()).value();
    std::get<ManagedBroker>(spec.broker.kind).credentials_generation = generation;
    std::vector<std::string> command = broker_users_command(spec);
    EXPECT_GE(std::stoi(command.at(7)) * std::stoi(command.at(8)), 300) << "seconds for API pods to end";
    command.at(7) = "0";  // between two looks
    command.at(8) = "4";  // as many
    return run(std::move(command));
  }

  void have(const std::vector<std::string>& users) const {
    std::string lines;
    for (const std::string& user : users) lines += user + "\t[administrator]\n";
    write("users", lines);
  }
  std::string users() const {
    std::string names;
    const std::string lines = read("users");
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) {
      names += (names.empty() ? "" : " ") + lines.substr(at, lines.find('\t', at) - at);
    }
    return names;
  }
};

TEST_F(BrokerUsersScript, RemovesThoseOfTheOperatorAndNobodyElses) {
  have({"heat", "heat-2", "heat-3", "heat-12", "heat-1000000", "guest", "heat-0", "heat-1", "heat-02", "heat-x",
        "heat-2x", "my-heat", "heat-12345678", "heater", "Heat"});
  const Ended ended = remove_former(3);
  EXPECT_EQ(ended.code, 0) << ended.said;
  EXPECT_EQ(users(), "heat-3 guest heat-0 heat-1 heat-02 heat-x heat-2x my-heat heat-12345678 heater Heat");
}

TEST_F(BrokerUsersScript, WhereNoneIsLeftNothingIsDone) {
  have({"heat-2", "guest"});
  const Ended ended = remove_former(2);
  EXPECT_EQ(ended.code, 0);
  EXPECT_FALSE(exists("looks")) << "nobody asks who is connected";
}

TEST_F(BrokerUsersScript, LooksAgainUntilTheLastConnectionIsGone) {
  have({"heat", "heat-2", "heat-3"});
  write("connections", "heat\t10.0.0.5\nheat\t10.0.0.6\nheat-3\t10.0.0.7\n");
  write("ends", "");
  const Ended ended = remove_former(3);
  EXPECT_EQ(ended.code, 0) << ended.said;
  EXPECT_EQ(users(), "heat-3");
  EXPECT_EQ(read("looks"), "look\nlook\nlook\n");
  EXPECT_LT(ended.said.find("user heat-2 is removed"), ended.said.find("user heat is removed"));
}

TEST_F(BrokerUsersScript, AUserWhoIsInUseStaysAndItIsToldByWhom) {
  have({"heat", "heat-2", "heat-3"});
  write("connections", "heat-2\t10.0.0.5\nheat-2\t10.0.0.6\nheat-2\t10.0.0.5\nheat-22\t10.0.0.8\n\t10.0.0.9\n");
  const Ended ended = remove_former(3);
  EXPECT_EQ(ended.code, former_user_in_use);
  EXPECT_EQ(users(), "heat-2 heat-3") << "the other one goes";
  EXPECT_EQ(read("looks"), "look\nlook\nlook\nlook\n");
  EXPECT_THAT(ended.said, HasSubstr("user heat-2 is in use, by connections: 2 from 10.0.0.5, 1 from 10.0.0.6\n"));
  EXPECT_THAT(ended.said, HasSubstr("let them log in as heat-3: heat-2\n"));
}

TEST_F(BrokerUsersScript, TheUserOfTheSpecNeverGoesAndNobodyDoesWithoutHim) {
  have({"heat", "heat-2"});
  const Ended ended = remove_former(3);
  EXPECT_NE(ended.code, 0);
  EXPECT_NE(ended.code, former_user_in_use);
  EXPECT_EQ(users(), "heat heat-2");
  EXPECT_THAT(ended.said, HasSubstr("the broker has no user heat-3"));
}

TEST_F(BrokerUsersScript, WhatItCannotTellIsTriedAgain) {
  const auto is_tried_again = [&] {
    have({"heat", "heat-2"});
    const Ended ended = remove_former(2);
    EXPECT_EQ(users(), "heat heat-2") << ended.said;
    return ended.code != 0 && ended.code != former_user_in_use;
  };
  write("deaf", "");
  EXPECT_TRUE(is_tried_again()) << "nobody tells who is connected";
  remove("deaf");
  write("readonly", "");
  EXPECT_TRUE(is_tried_again()) << "the broker removes nobody";
  remove("rabbit@heat-broker-1.heat-broker-nodes.openstack");
  EXPECT_TRUE(is_tried_again()) << "no node answers";
}

TEST(BrokerUsers, ApisHaveTheirTimeToEnd) {
  Spec spec = parse(sample::production()).value();
  EXPECT_EQ(broker_users_patience_seconds(spec), 330);
  spec.proxy.server_timeout = std::chrono::seconds(3600);
  EXPECT_GT(broker_users_patience_seconds(spec), 7200);
}

}  // namespace
}  // namespace heat
