#include "heat/config/heat_conf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/hash.h"
#include "heat/config/credentials_conf.h"
#include "heat/config/paste.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/uwsgi_ini.h"
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
  return engine_heat_conf(spec);
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
  EXPECT_THAT(conf_for("2025.1", "classic"), Not(HasSubstr("quorum")));
  EXPECT_THAT(conf_for("2023.2", "classic"), Not(HasSubstr("oslo_messaging_rabbit")));
}

// Without it an engine that ends forgets messages.
TEST(HeatConf, QueueManagerWhateverTheTypeOfQueues) {
  EXPECT_THAT(conf_for("2025.1", "classic"), HasSubstr("use_queue_manager = true"));
}

TEST(HeatConf, FollowsTheSpec) {
  Spec spec = sample::spec();
  spec.engine.workers = 3;
  spec.engine.drain_timeout = std::chrono::minutes(90);
  const std::string conf = engine_heat_conf(spec);
  EXPECT_THAT(conf, HasSubstr("num_engine_workers = 3\n"));
  EXPECT_THAT(conf, HasSubstr("graceful_shutdown_timeout = 5400\n"));
  EXPECT_THAT(conf, HasSubstr("lock_path = /tmp\n"));
}

TEST(HeatConf, ThreadsAndOverflowMoveTogether) {
  Spec spec = sample::spec();
  spec.database.max_connections = 161;  // 8 workers: 20 each
  const std::string conf = engine_heat_conf(spec);
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
    const std::string conf = engine_heat_conf(spec);
    if (seen.empty() || seen.back() != conf) seen.push_back(conf);
  }
  EXPECT_EQ(seen.size(), 4U);  // reach 4, 8, 16, 32
}

TEST(HeatConf, ApisKnowNeitherTheDatabaseNorTheEnginesNumbers) {
  Spec spec = sample::spec();
  const std::string before = api_heat_conf(spec, Component::api);
  spec.engine = {100, 7, std::chrono::seconds(60), {}};
  spec.database.max_connections = 5000;
  spec.api.replicas = 200;
  EXPECT_EQ(api_heat_conf(spec, Component::api), before);
  EXPECT_THAT(before, Not(HasSubstr("[database]")));
  // Their pods' names change: what the queue manager names after them would stay behind.
  EXPECT_THAT(before, Not(HasSubstr("use_queue_manager")));
  EXPECT_THAT(before, HasSubstr("rabbit_transient_quorum_queue = true"));
}

TEST(HeatConf, SignalsGoToThePublicUrl) {
  Spec spec = sample::spec();
  EXPECT_THAT(engine_heat_conf(spec),
              HasSubstr("heat_waitcondition_server_url = http://heat-proxy.openstack.svc:8000/v1/waitcondition\n"));
  spec.proxy.public_cloudformation_url = "https://heat.example.org:8000/v1";
  EXPECT_THAT(engine_heat_conf(spec),
              HasSubstr("heat_waitcondition_server_url = https://heat.example.org:8000/v1/waitcondition\n"));
  // With a Keystone and no URL, its catalogue tells.
  spec.proxy.public_cloudformation_url.clear();
  spec.identity = Keystone{"http://keystone/v3", "RegionOne", "heat-keystone", "heat"};
  EXPECT_THAT(engine_heat_conf(spec), Not(HasSubstr("waitcondition")));
}

TEST(HeatConf, NoauthIsNoPartOfKeystone) {
  const Spec spec = parse(sample::production()).value();
  for (const std::string& conf : {engine_heat_conf(spec), api_heat_conf(spec, Component::cfn)}) {
    EXPECT_THAT(conf, HasSubstr("auth_url = https://keystone.example.org:5000/v3\n"));
    EXPECT_THAT(conf, Not(HasSubstr("Fake")));
    EXPECT_THAT(conf, Not(HasSubstr("enforce_scope")));
    EXPECT_THAT(conf, Not(HasSubstr("password =")));
  }
  EXPECT_THAT(engine_heat_conf(spec), HasSubstr("stack_user_domain_name = heat\n"));
}

TEST(Uwsgi, EachReleaseHasItsModule) {
  Spec spec = sample::spec();
  EXPECT_THAT(uwsgi_ini(spec, Component::cfn), HasSubstr("module = heat.wsgi.cfn:application\n"));
  spec.release = "2024.2";
  EXPECT_THAT(uwsgi_ini(spec, Component::api), HasSubstr("module = heat.httpd.heat_api:init_application()\n"));
}

TEST(Uwsgi, FollowsTheSpec) {
  Spec spec = sample::spec();
  spec.api.workers = 5;
  spec.api.threads = 7;
  EXPECT_THAT(uwsgi_ini(spec, Component::api), HasSubstr("processes = 5\nthreads = 7\n"));
  EXPECT_THAT(uwsgi_ini(spec, Component::api), Not(HasSubstr("overrides")));
  spec.config.heat = "[DEFAULT]\na = b\n";
  EXPECT_THAT(uwsgi_ini(spec, Component::api), HasSubstr(" --config-file /etc/heat-operator/overrides.conf\n"));
}

TEST(Paste, HealthCheckCanBeTakenDownInEveryRelease) {
  Spec spec = sample::spec();
  for (const char* release : {"zed", "2023.2", "2024.1", "2026.2"}) {
    spec.release = release;
    for (const Component component : {Component::api, Component::cfn}) {
      const std::string paste = api_paste(spec, component);
      EXPECT_THAT(paste, HasSubstr("disable_by_file_path = /tmp/heat-operator-drain\n")) << release;
      EXPECT_THAT(paste, HasSubstr("noauth context")) << release;
      EXPECT_THAT(paste, Not(HasSubstr("authtoken"))) << release;
    }
  }
}

TEST(Paste, PolicyOfCfnIsWrittenWhereItsOwnRefusesAll) {
  Spec spec = parse(sample::production()).value();
  EXPECT_THAT(api_policy(spec, Component::cfn), HasSubstr("\"cloudformation:ListStacks\": \"role:reader\"\n"));
  EXPECT_THAT(api_heat_conf(spec, Component::cfn), HasSubstr("policy_file = /etc/heat-operator/policy.yaml\n"));
  spec.release = "zed";
  EXPECT_EQ(api_policy(spec, Component::cfn), "");
}

// The operator asks, as Heat's own user.
TEST(Paste, PolicyOfApiLetsServicesSeeTheListOfServices) {
  for (const char* release : {"zed", "2025.1"}) {
    Spec spec = parse(sample::production()).value();
    spec.release = release;
    EXPECT_THAT(api_policy(spec, Component::api), HasSubstr("\n\"service:index\": \"rule:context_is_admin or "));
    EXPECT_THAT(api_policy(spec, Component::api), HasSubstr("role:service) and project_id:%(project_id)s"));
    EXPECT_THAT(api_heat_conf(spec, Component::api), HasSubstr("policy_file = /etc/heat-operator/policy.yaml\n"));
    spec.identity = Noauth{};
    EXPECT_EQ(api_policy(spec, Component::api), "");
    EXPECT_THAT(api_heat_conf(spec, Component::api), Not(HasSubstr("policy_file = /etc/heat-operator")));
  }
}

TEST(CredentialsConf, EveryPartOfTheUrlIsEncoded) {
  BrokerAccess broker{{{"rabbit", 5672}, {"2001:db8::5", 5673}}, "/heat", "he@t", "p:@?#%&$,;\" '"};
  EXPECT_EQ(transport_url(broker),
            "rabbit://he%40t:p%3A%40%3F%23%25%26%24%2C%3B%22%20%27@rabbit:5672,"
            "he%40t:p%3A%40%3F%23%25%26%24%2C%3B%22%20%27@[2001:db8::5]:5673//heat");
  broker = {{{"rabbit", 5672}}, "/", "a", "b"};
  EXPECT_EQ(transport_url(broker), "rabbit://a:b@rabbit:5672//");
}

TEST(CredentialsConf, HoldsTheThreeSecretsAndNothingElse) {
  const Credentials credentials{{{{"rabbit", 5672}}, "/", "u", "p"}, {"mysql://a:b$c@d/e", "x"}, std::nullopt, "k"};
  EXPECT_EQ(credentials_conf(credentials),
            "# Made by heat-operator. Holds passwords.\n\n[DEFAULT]\n"
            "transport_url = rabbit://u:p@rabbit:5672//\n"
            "auth_encryption_key = k\n\n[database]\nconnection = mysql://a:b\\$c@d/e\n");
  EXPECT_EQ(api_credentials_conf(credentials),
            "# Made by heat-operator. Holds passwords.\n\n[DEFAULT]\n"
            "transport_url = rabbit://u:p@rabbit:5672//\n");
}

TEST(CredentialsConf, ManagedBrokersLoginFollowsFromTheKey) {
  const Spec spec = parse(sample::production()).value();
  const auto access = broker_access(spec, nullptr, "key").value();
  EXPECT_EQ(access.username, "heat");
  EXPECT_EQ(access.password.size(), 64U);
  EXPECT_EQ(access.password, broker_access(spec, nullptr, "key")->password);
  EXPECT_NE(access.password, broker_access(spec, nullptr, "other")->password);
  EXPECT_NE(access.password, erlang_cookie(spec, "key"));
  Spec neighbour = spec;
  neighbour.namespace_name = "elsewhere";
  EXPECT_NE(access.password, broker_access(neighbour, nullptr, "key")->password);
}

// What an operator made that knew of no generations stays as it is: the first one's.
TEST(CredentialsConf, TheFirstLoginOfAManagedBrokerNeverChanges) {
  const auto access = broker_access(parse(sample::production()).value(), nullptr, "key").value();
  EXPECT_EQ(access.password, base::hmac_sha256_hex("key", "heat-operator/broker/password/openstack/heat"));
}

TEST(CredentialsConf, AnotherGenerationOfAManagedBrokerIsAnotherUserAndPassword) {
  json::Value cluster = sample::production();
  std::set<std::string> passwords;
  for (const std::int64_t generation : {1, 2, 3, 12, 1000000}) {
    cluster["spec"]["broker"]["managed"]["credentialsGeneration"] = generation;
    const Spec spec = parse(cluster).value();
    const auto access = broker_access(spec, nullptr, "key").value();
    EXPECT_EQ(access.username, generation == 1 ? "heat" : "heat-" + std::to_string(generation));
    EXPECT_TRUE(passwords.insert(access.password).second);
    EXPECT_EQ(managed_broker_login(spec, generation, "key"), (BrokerLogin{access.username, access.password}));
    EXPECT_EQ(erlang_cookie(spec, "key"), erlang_cookie(parse(sample::production()).value(), "key"));
    const json::Value definitions = json::parse(rabbitmq_definitions(access)).value();
    EXPECT_EQ(definitions.at("users").at(0).at("name"), access.username);
    EXPECT_EQ(definitions.at("permissions").at(0).at("user"), access.username);
  }
}

TEST(CredentialsConf, RabbitmqClusterTellsItsHost) {
  Spec spec = sample::spec();
  spec.broker.kind = RabbitmqCluster{"rabbit"};
  EXPECT_EQ(broker_secret(spec), "rabbit-default-user");
  const SecretData secret{{"username", "u"}, {"password", "p"}, {"host", "rabbit.openstack.svc"}, {"port", "5672"}};
  EXPECT_EQ(transport_url(broker_access(spec, &secret, "key").value()), "rabbit://u:p@rabbit.openstack.svc:5672//");
  for (const auto& [key, value] : {std::pair("host", "a b"), std::pair("host", ""), std::pair("port", "0")}) {
    SecretData hostile = secret;
    hostile[key] = value;
    EXPECT_EQ(broker_access(spec, &hostile, "key").error().path, "spec.broker.rabbitmqCluster.name");
  }
}

}  // namespace
}  // namespace heat
