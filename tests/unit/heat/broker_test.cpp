#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/hash.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/sums.h"
#include "heat/desired/desired.h"
#include "heat/quantity.h"
#include "sample.h"

namespace heat {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

Spec managed(long replicas = 3) {
  Spec spec = parse(sample::production()).value();
  std::get<ManagedBroker>(spec.broker.kind).replicas = replicas;
  return spec;
}

TEST(RabbitmqConf, NamesEveryNodeInReachSoThatGrowingRestartsNone) {
  const std::string three = rabbitmq_conf(managed(3));
  EXPECT_THAT(three, HasSubstr("nodes.3 = rabbit@heat-broker-2.heat-broker-nodes.openstack\n"));
  // A fourth there cannot be, and RabbitMQ would ask it for its state.
  EXPECT_THAT(three, Not(HasSubstr("nodes.4")));
  const std::string five = rabbitmq_conf(managed(5));
  EXPECT_THAT(five, HasSubstr("nodes.7 = "));
  EXPECT_THAT(five, Not(HasSubstr("nodes.8")));
  EXPECT_EQ(rabbitmq_conf(managed(7)), five);
}

// With more names RabbitMQ waits for a second node, which never comes.
TEST(RabbitmqConf, ABrokerOfOneNodeNamesItselfAlone) {
  const std::string one = rabbitmq_conf(managed(1));
  EXPECT_THAT(one, HasSubstr("nodes.1 = rabbit@heat-broker-0.heat-broker-nodes.openstack\n"));
  EXPECT_THAT(one, Not(HasSubstr("nodes.2")));
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

json::Value broker_container() {
  const Desired wanted = desired(managed(), sample::observed_production());
  const json::Value* body = sample::body_of(wanted, traits(Component::broker));
  return body->at(json::Pointer("/spec/template/spec/containers/0"));
}

TEST(BrokerPod, IsAskedWhetherItIsAMemberOnlyOnceItListens) {
  const std::string script = broker_container().at(json::Pointer("/startupProbe/exec/command/2"));
  const std::size_t begin = script.find('\'') + 1;
  // gmock's regular expressions are grep's: POSIX, extended.
  const auto listens = ContainsRegex(script.substr(begin, script.find('\'', begin) - begin));
  // As /proc/net/tcp and tcp6 have it.
  const std::string zeros(32, '0');
  EXPECT_THAT("   1: 00000000:1628 00000000:0000 0A 00000000:00000000 00:00000000", listens);
  EXPECT_THAT("   0: " + zeros + ":1628 " + zeros + ":0000 0A 00000000:00000000", listens);
  // The management API listens earlier, and a connection to another node is no listener.
  EXPECT_THAT("   1: 00000000:3D38 00000000:0000 0A 00000000:00000000 00:00000000", Not(listens));
  EXPECT_THAT("   3: 0300F40A:1628 0400F40A:9C40 01 00000000:00000000 00:00000000", Not(listens));
  EXPECT_THAT("   3: 0300F40A:9C40 0400F40A:1628 01 00000000:00000000 00:00000000", Not(listens));
  EXPECT_LT(script.find("exit 1"), script.find("rabbitmqctl"));
}

TEST(BrokerPod, TakesTheHandlesThatItsNodeAllows) {
  const std::string script = broker_container().at(json::Pointer("/command/2"));
  EXPECT_THAT(script, HasSubstr("ulimit -n 65536 2>/dev/null || ulimit -n \"$(ulimit -H -n)\"\n"));
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
