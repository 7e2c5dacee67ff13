#include "heat/config/heat_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/config/credentials_conf.h"
#include "heat/release.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string conf_for(const std::string& release, const std::string& queue_type = "quorum") {
  Spec spec = sample::spec();
  spec.release = release;
  spec.broker.queue_type = queue_type;
  return heat_conf(spec);
}

TEST(Release, ZedIsTheOldest) {
  EXPECT_FALSE(at_least("zed", "2023.1"));
  EXPECT_TRUE(at_least("2024.1", "2024.1"));
  EXPECT_TRUE(at_least("2026.2", "2024.1"));
  EXPECT_FALSE(at_least("", "zed"));
}

TEST(HeatConf, QueueManagerOnlyWhereTheReleaseHasIt) {
  for (const char* release : {"zed", "2023.1", "2023.2"}) {
    EXPECT_THAT(conf_for(release), HasSubstr("rabbit_quorum_queue = true"));
    EXPECT_THAT(conf_for(release), Not(HasSubstr("use_queue_manager")));
    EXPECT_THAT(conf_for(release), Not(HasSubstr("rabbit_transient_quorum_queue")));
  }
  for (const char* release : {"2024.1", "2025.1", "2026.2"}) {
    EXPECT_THAT(conf_for(release), HasSubstr("rabbit_transient_quorum_queue = true"));
    EXPECT_THAT(conf_for(release), HasSubstr("use_queue_manager = true"));
  }
}

TEST(HeatConf, ClassicQueuesAreLeftAsHeatDeclaresThem) {
  EXPECT_THAT(conf_for("2025.1", "classic"), Not(HasSubstr("oslo_messaging_rabbit")));
}

TEST(HeatConf, FollowsTheSpec) {
  Spec spec = sample::spec();
  spec.engine.workers = 3;
  spec.engine.drain_timeout = std::chrono::minutes(90);
  const std::string conf = heat_conf(spec);
  EXPECT_THAT(conf, HasSubstr("num_engine_workers = 3\n"));
  EXPECT_THAT(conf, HasSubstr("graceful_shutdown_timeout = 5400\n"));
  EXPECT_THAT(conf, HasSubstr("lock_path = /tmp\n"));
}

TEST(HeatConf, ThreadsAndOverflowMoveTogether) {
  Spec spec = sample::spec();
  spec.database.max_connections = 161;  // 8 workers: 20 each
  const std::string conf = heat_conf(spec);
  EXPECT_THAT(conf, HasSubstr("max_pool_size = 4\n"));
  EXPECT_THAT(conf, HasSubstr("max_overflow = 16\n"));
  EXPECT_THAT(conf, HasSubstr("executor_thread_pool_size = 16\n"));
}

TEST(HeatConf, ReplicasInsideReachChangeNothingBeyondItOnce) {
  Spec spec = sample::spec();
  std::vector<std::string> seen;
  for (long replicas = 0; replicas <= 20; ++replicas) {
    spec.engine.replicas = replicas;
    spec.database.max_connections = 2000;
    const std::string conf = heat_conf(spec);
    if (seen.empty() || seen.back() != conf) seen.push_back(conf);
  }
  EXPECT_EQ(seen.size(), 4U);  // reach 4, 8, 16, 32
}

TEST(CredentialsConf, EveryPartOfTheUrlIsEncoded) {
  ExternalBroker broker;
  broker.hosts = {{"rabbit", 5672}, {"2001:db8::5", 5673}};
  broker.virtual_host = "/heat";
  EXPECT_EQ(transport_url(broker, {"he@t", "p:@?#%&$,;\" '"}),
            "rabbit://he%40t:p%3A%40%3F%23%25%26%24%2C%3B%22%20%27@rabbit:5672,"
            "he%40t:p%3A%40%3F%23%25%26%24%2C%3B%22%20%27@[2001:db8::5]:5673//heat");
  broker.virtual_host = "/";
  broker.hosts = {{"rabbit", 5672}};
  EXPECT_EQ(transport_url(broker, {"a", "b"}), "rabbit://a:b@rabbit:5672//");
}

TEST(CredentialsConf, HoldsTheThreeSecretsAndNothingElse) {
  const std::string conf = credentials_conf(sample::spec(), {"u", "p"}, {"mysql://a:b$c@d/e", "x"}, "k");
  EXPECT_EQ(conf,
            "# Made by heat-operator. Holds passwords.\n\n[DEFAULT]\n"
            "transport_url = rabbit://u:p@rabbit-0.example.org:5672,u:p@[2001:db8::5]:5673//heat\n"
            "auth_encryption_key = k\n\n[database]\nconnection = mysql://a:b\\$c@d/e\n");
}

}  // namespace
}  // namespace heat
