// What the Job asks that runs before the broker's nodes get another image: can they be replaced one by one?
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "heat/spec.h"

namespace heat {

// A release series of RabbitMQ, and by which others its nodes can be replaced while those that are left go on.
struct BrokerSeries {
  std::string_view name;
  int least_patch;        // of its releases that can be left
  std::string_view next;  // with blanks between
};

// "Release Series Upgradeability" of https://www.rabbitmq.com/docs/upgrade, and for 4.3 its release notes. Within a
// series every release can follow every other.
inline constexpr std::array broker_series{
    BrokerSeries{"3.10", 0, "3.11"},        BrokerSeries{"3.11", 18, "3.12"},  BrokerSeries{"3.12", 0, "3.13"},
    BrokerSeries{"3.13", 0, "4.0 4.1 4.2"}, BrokerSeries{"4.0", 0, "4.1 4.2"}, BrokerSeries{"4.1", 0, "4.2"},
    BrokerSeries{"4.2", 0, "4.3"},          BrokerSeries{"4.3", 0, ""},
};

// The Job's command, for the new image: a shell script that needs nothing but rabbitmqctl, grep and head, with what it
// is told. $HOME must be writable. It asks the first node that answers which versions run, and
//  - ends with 0 where the image's own may follow, after it has turned on all stable feature flags where it is of
//    another series: a node of that one would not boot without them;
//  - ends with one of broker_check_refusals() where it may not;
//  - ends with another code where it cannot tell: no node answers, or one that is down keeps flags from being turned
//  on.
// It prints no secret.
std::vector<std::string> broker_check_command(const Spec& spec);

// Of the command what it judges by: all but the names of the nodes.
std::vector<std::string> broker_check_rule();

// Exit codes, ascending, of which asking again changes nothing.
std::vector<int> broker_check_refusals();

// What such a code says about the nodes, as people read it; empty for others.
std::string broker_check_refusal(int code);

}  // namespace heat
