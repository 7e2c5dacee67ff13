#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/hash.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/sums.h"
#include "heat/quantity.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::Not;

Spec managed(long replicas = 3) {
  Spec spec = parse(sample::production()).value();
  std::get<ManagedBroker>(spec.broker.kind).replicas = replicas;
  return spec;
}

TEST(RabbitmqConf, NamesEveryNodeInReachSoThatGrowingRestartsNone) {
  const std::string three = rabbitmq_conf(managed(3));
  EXPECT_THAT(three, HasSubstr("nodes.4 = rabbit@heat-broker-3.heat-broker-nodes.openstack\n"));
  EXPECT_THAT(three, Not(HasSubstr("nodes.5")));
  EXPECT_EQ(rabbitmq_conf(managed(1)), three);
  const std::string five = rabbitmq_conf(managed(5));
  EXPECT_THAT(five, HasSubstr("nodes.7 = "));
  EXPECT_THAT(five, Not(HasSubstr("nodes.8")));
  EXPECT_EQ(rabbitmq_conf(managed(7)), five);
}

TEST(RabbitmqConf, FollowsItsClientsSeldom) {
  Spec spec = managed();
  std::vector<std::string> seen;
  for (long replicas = 1; replicas <= 128; ++replicas) {
    spec.engine.replicas = replicas;
    const std::string config = rabbitmq_advanced_config(spec);
    if (seen.empty() || seen.back() != config) seen.push_back(config);
  }
  EXPECT_EQ(seen.size(), 3U);  // made for 4096 connections up to 32 engines of two workers, then twice twice as many
  const BrokerLimits limits = broker_limits(spec);
  EXPECT_GT(limits.connections, amqp_connections(engine_workers(spec.engine), api_processes(spec)).ceiling);
  EXPECT_GE(limits.file_handles, 2 * limits.connections);
  EXPECT_GE(limits.memory, broker_memory_needed(limits.connections));
}

TEST(RabbitmqConf, WatermarkStaysBelowTheContainersLimit) {
  Spec spec = managed();
  std::get<ManagedBroker>(spec.broker.kind).pods.resources = {{"limits", {{"memory", "2Gi"}}}};
  EXPECT_EQ(broker_limits(spec).memory, (2LL << 30) / 5 * 3);
}

TEST(RabbitmqConf, LastWordIsTheUsers) {
  Spec spec = managed();
  spec.config.rabbitmq = "channel_max = 7";
  EXPECT_TRUE(rabbitmq_conf(spec).ends_with("# spec.config.rabbitmq\nchannel_max = 7\n"));
}

TEST(RabbitmqDefinitions, HashIsWhatRabbitmqComputes) {
  const BrokerAccess access{{}, "/", "heat", "canary"};
  const std::string text = rabbitmq_definitions(access);
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_EQ(text, rabbitmq_definitions(access));
  const json::Value definitions = json::parse(text).value();
  const json::Value& user = definitions.at("users").at(0);
  EXPECT_EQ(user.at("hashing_algorithm"), "rabbit_password_hashing_sha256");
  // base64(salt of 4 bytes, SHA-256(salt, password))
  const std::string hash = base::base64_decode(user.at("password_hash").get<std::string>()).value();
  ASSERT_EQ(hash.size(), 36U);
  std::string hex;
  for (const unsigned char byte : hash.substr(4)) {
    constexpr std::string_view digits = "0123456789abcdef";
    hex += digits[byte >> 4U];
    hex += digits[byte & 0xfU];
  }
  EXPECT_EQ(hex, base::sha256_hex(hash.substr(0, 4) + "canary"));
}

TEST(Quantity, ValueOfCanonicalForms) {
  EXPECT_EQ(quantity_value("10Gi"), 10LL << 30);
  EXPECT_EQ(quantity_value("500m"), 1);
  EXPECT_EQ(quantity_value("1e3"), 1000);
  EXPECT_EQ(quantity_value("9000000E"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(quantity_value("nonsense"), 0);
}

}  // namespace
}  // namespace heat
