#include "heat/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

json::Value minimal() {
  json::Value object = sample::heat_cluster();
  object["spec"] = {
      {"images", {{"heat", {{"image", "localhost/heat:1"}}}, {"haproxy", {{"image", "localhost/haproxy:1"}}}}},
      {"broker",
       {{"external",
         {{"hosts", json::Value::array({{{"host", "rabbit"}}})}, {"credentialsSecret", {{"name", "heat-broker"}}}}}}},
      {"database", {{"secretName", "heat-db"}}},
      {"identity", {{"noauth", json::Value::object()}}}};
  return object;
}

std::vector<std::string> paths(const json::Value& object) {
  std::vector<std::string> found;
  const auto spec = parse(object);
  if (!spec) {
    for (const Problem& problem : spec.error()) found.push_back(problem.path);
  }
  return found;
}

json::Value with(const char* pointer, const json::Value& value) {
  json::Value object = minimal();
  object[json::Pointer(pointer)] = value;
  return object;
}

TEST(Spec, FillsInDefaults) {
  const Spec spec = parse(minimal()).value();
  EXPECT_EQ(spec.release, "2025.1");
  EXPECT_EQ(spec.images.heat.user, 42424);
  EXPECT_EQ(spec.images.pull_policy, "IfNotPresent");
  EXPECT_EQ(spec.engine.replicas, 1);
  EXPECT_EQ(spec.engine.workers, 2);
  EXPECT_EQ(spec.engine.drain_timeout, std::chrono::minutes(10));
  EXPECT_TRUE(spec.engine.pods.resources.is_null());
  EXPECT_EQ(spec.broker.external()->hosts.at(0).port, 5672);
  EXPECT_EQ(spec.broker.external()->virtual_host, "/");
  EXPECT_EQ(spec.broker.queue_type, "quorum");
  EXPECT_EQ(spec.database.max_connections, 500);
}

TEST(Spec, ReadsIdentityAndEveryField) {
  const Spec spec = sample::spec();
  EXPECT_EQ(spec.name, "heat");
  EXPECT_EQ(spec.namespace_name, "openstack");
  EXPECT_EQ(spec.uid, "6f1d6f0e-0b6e-4a7b-9d58-6a4f3f6f8f11");
  EXPECT_EQ(spec.generation, 3);
  EXPECT_THAT(spec.images.pull_secrets, ElementsAre("registry-login"));
  EXPECT_EQ(spec.broker.external()->hosts.at(1).host, "2001:db8::5");
  EXPECT_EQ(spec.broker.external()->credentials_secret, "heat-broker");
}

TEST(Spec, QuantitiesBecomeCanonicalAndEmptyBlocksVanish) {
  EXPECT_EQ(sample::spec().engine.pods.resources,
            json::parse(R"({"limits": {"memory": "1Gi"}, "requests": {"cpu": "500m", "memory": "512Mi"}})").value());
  const auto empty = parse(with("/spec/engine", {{"resources", {{"limits", json::Value::object()}}}}));
  EXPECT_TRUE(empty.value().engine.pods.resources.is_null());
}

TEST(Spec, NamesEveryProblemAtOnce) {
  json::Value object = minimal();
  object["spec"]["engine"] = {{"replicas", 201}, {"drainTimeout", "5s"}};
  object["spec"]["database"].erase("secretName");
  object["spec"]["identity"].erase("noauth");
  EXPECT_THAT(paths(object), ElementsAre("spec.engine.replicas", "spec.engine.drainTimeout", "spec.database.secretName",
                                         "spec.identity"));
}

TEST(Spec, ProblemsSayWhatToWriteInstead) {
  EXPECT_THAT(parse(with("/spec/engine/replicas", 201)).error().at(0).text(),
              "spec.engine.replicas: 201 will not do: write a whole number from 0 to 200");
  EXPECT_THAT(parse(with("/spec/engine/drainTimeout", "2d")).error().at(0).message, HasSubstr("from 10s to 1d"));
  EXPECT_THAT(parse(with("/spec/release", "2024")).error().at(0).message, HasSubstr("zed 2023.1"));
}

TEST(Spec, RefusesWrongTypesWithoutFalling) {
  for (const char* pointer : {"/spec",
                              "/spec/images",
                              "/spec/images/heat",
                              "/spec/engine",
                              "/spec/engine/replicas",
                              "/spec/engine/resources",
                              "/spec/broker",
                              "/spec/broker/external",
                              "/spec/proxy",
                              "/spec/api/threads",
                              "/spec/engine/scheduling",
                              "/spec/engine/podLabels",
                              "/spec/engine/disruption",
                              "/spec/engine/scheduling/affinity",
                              "/spec/engine/scheduling/tolerations",
                              "/spec/config/heat",
                              "/spec/broker/external/hosts",
                              "/spec/database",
                              "/spec/identity",
                              "/spec/release",
                              "/spec/images/pullSecrets"}) {
    for (const json::Value& value : {json::Value(true), json::Value(1.5), json::Value(json::Value::array({1}))}) {
      EXPECT_FALSE(parse(with(pointer, value))) << pointer << " = " << value;
    }
  }
  EXPECT_FALSE(parse(json::Value()));
  EXPECT_FALSE(parse(json::Value::array()));
}

TEST(Spec, BoundsHoldForNumbersOfAnySize) {
  EXPECT_FALSE(parse(with("/spec/engine/replicas", 18446744073709551615ULL)));
  EXPECT_FALSE(parse(with("/spec/engine/replicas", -1)));
  EXPECT_TRUE(parse(with("/spec/engine/replicas", 0)));
  EXPECT_TRUE(parse(with("/spec/engine/replicas", 200)));
}

TEST(Spec, EnumerationsTakeWholeWordsOnly) {
  for (const char* value : {"", " ", "2025", "2024.1 2024.2", "ZED"}) EXPECT_FALSE(parse(with("/spec/release", value)));
}

TEST(Spec, HostsAreUnique) {
  json::Value hosts = json::Value::array({{{"host", "a"}}, {{"host", "a"}, {"port", 5673}}, {{"host", "a"}}});
  EXPECT_THAT(paths(with("/spec/broker/external/hosts", hosts)), ElementsAre("spec.broker.external.hosts[2]"));
}

TEST(Spec, MessagesQuoteHostileTextSafely) {
  const std::string message =
      parse(with("/spec/images/heat/image", "a\n\x1b[31m\xff" + std::string(600, 'x'))).error().at(0).message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 300U);
}

TEST(Spec, NameMustBeALabelOfAtMost40Characters) {
  for (const std::string& name : {std::string(41, 'a'), std::string("a.b"), std::string("1a"), std::string("a-"),
                                  std::string("A"), std::string()}) {
    json::Value object = minimal();
    object["metadata"]["name"] = name;
    EXPECT_THAT(paths(object), ElementsAre("metadata.name")) << name;
  }
}

TEST(Spec, ImagesComeFromTheOperatorsDefaults) {
  json::Value object = minimal();
  object["spec"].erase("images");
  EXPECT_THAT(paths(object), ElementsAre("spec.images.heat.image", "spec.images.haproxy.image"));
  const Defaults defaults{"registry.example.org/heat:{release}", "haproxy:3", "rabbitmq:4"};
  const Images images = parse(object, defaults).value().images;
  EXPECT_EQ(images.heat.reference, "registry.example.org/heat:2025.1");
  EXPECT_EQ(images.haproxy.reference, "haproxy:3");
  EXPECT_EQ(images.rabbitmq.reference, "rabbitmq:4");
  EXPECT_EQ(parse(minimal(), defaults).value().images.heat.reference, "localhost/heat:1");
}

TEST(Spec, AnImageIsOnlyAskedForWhereItIsUsed) {
  json::Value object = minimal();
  object["spec"]["images"].erase("haproxy");
  object["spec"]["proxy"] = {{"replicas", 0}};
  EXPECT_TRUE(parse(object));
  object["spec"]["broker"] = {{"managed", json::Value::object()}};
  EXPECT_THAT(paths(object), ElementsAre("spec.images.rabbitmq.image"));
}

TEST(Spec, DefaultsOfEveryBlock) {
  json::Value object = minimal();
  object["spec"]["images"]["rabbitmq"] = {{"image", "localhost/rabbitmq:1"}};
  object["spec"]["broker"] = {{"managed", json::Value::object()}};
  const Spec spec = parse(object).value();
  EXPECT_EQ(spec.proxy.replicas, 2);
  EXPECT_EQ(spec.proxy.balance, "leastconn");
  EXPECT_EQ(spec.proxy.max_connections, 4000);
  EXPECT_EQ(spec.proxy.server_timeout, std::chrono::seconds(120));
  EXPECT_EQ(spec.proxy.service_type, "ClusterIP");
  EXPECT_EQ(spec.api.replicas, 2);
  EXPECT_EQ(spec.cfn.replicas, 1);
  EXPECT_EQ(spec.cfn.threads, 16);
  ASSERT_NE(spec.broker.managed(), nullptr);
  EXPECT_EQ(spec.broker.managed()->replicas, 3);
  EXPECT_EQ(spec.broker.managed()->storage_size, "10Gi");
  EXPECT_EQ(spec.broker.managed()->when_deleted, "Delete");
  EXPECT_EQ(spec.purge_deleted.schedule, "1 0 * * *");
  EXPECT_EQ(spec.purge_deleted.older_than, std::chrono::hours(30 * 24));
  EXPECT_EQ(spec.images.haproxy.user, 99);
  EXPECT_EQ(spec.images.rabbitmq.user, 999);
}

TEST(Spec, ReadsTheOtherKinds) {
  json::Value object = minimal();
  object["spec"]["broker"] = {{"rabbitmqCluster", {{"name", "rabbit"}}}};
  object["spec"]["identity"] = {{"keystone", {{"authURL", "https://keystone:5000/v3"}, {"secretName", "heat-ks"}}}};
  object["spec"]["encryptionKey"] = {{"secretName", "my-key"}};
  object["spec"]["config"] = {{"heat", "[DEFAULT]\ndebug = true\n"}};
  object["spec"]["proxy"] = {{"publicURL", {{"orchestration", "https://heat.example.org/v1"}}}};
  const Spec spec = parse(object).value();
  ASSERT_NE(spec.broker.rabbitmq_cluster(), nullptr);
  EXPECT_EQ(spec.broker.rabbitmq_cluster()->name, "rabbit");
  ASSERT_NE(spec.keystone(), nullptr);
  EXPECT_EQ(spec.keystone()->region, "RegionOne");
  EXPECT_EQ(spec.keystone()->stack_domain, "heat");
  EXPECT_EQ(spec.encryption_key_secret, "my-key");
  EXPECT_EQ(spec.config.heat, "[DEFAULT]\ndebug = true\n");
  EXPECT_EQ(spec.proxy.public_orchestration_url, "https://heat.example.org/v1");
}

TEST(Spec, ExactlyOneOfEachChoice) {
  json::Value object = minimal();
  object["spec"]["broker"]["managed"] = json::Value::object();
  object["spec"]["identity"] = json::Value::object();
  EXPECT_THAT(paths(object), ElementsAre("spec.broker", "spec.identity"));
}

TEST(Spec, EveryBlockThatMakesPodsTakesTheSameSettings) {
  const json::Value preferred = json::Value::array({{{"weight", 1}, {"preference", json::Value::object()}}});
  const json::Value wish = {{"preferredDuringSchedulingIgnoredDuringExecution", preferred}};
  const json::Value settings = {{"resources", {{"limits", {{"cpu", "1000m"}}}}},
                                {"scheduling",
                                 {{"nodeSelector", {{"disk", ""}}},
                                  {"tolerations", json::Value::array({{{"operator", "Exists"}, {"value", ""}}})},
                                  {"affinity", {{"nodeAffinity", wish}, {"podAffinity", json::Value::object()}}},
                                  {"priorityClassName", "high"}}},
                                {"podLabels", {{"team", "cloud"}}},
                                {"podAnnotations", {{"example.org/a", "b c"}}},
                                {"disruption", {{"maxUnavailable", "25%"}}}};
  json::Value object = minimal();
  object["spec"]["images"]["rabbitmq"] = {{"image", "localhost/rabbitmq:1"}};
  object["spec"]["broker"] = {{"managed", settings}};
  for (const char* block : {"proxy", "api", "cfn", "engine"}) object["spec"][block] = settings;
  const Spec spec = parse(object).value();
  for (const PodSettings& pods :
       {spec.proxy.pods, spec.api.pods, spec.cfn.pods, spec.engine.pods, spec.broker.managed()->pods}) {
    EXPECT_EQ(pods.resources, json::parse(R"({"limits": {"cpu": "1"}})").value());
    EXPECT_EQ(pods.node_selector, json::parse(R"({"disk": ""})").value());
    EXPECT_EQ(pods.tolerations, json::parse(R"([{"operator": "Exists"}])").value());
    EXPECT_EQ(pods.affinity, (json::Value{{"nodeAffinity", wish}})) << "a block that is left empty says nothing";
    EXPECT_TRUE(pods.topology_spread_constraints.is_null());
    EXPECT_EQ(pods.priority_class_name, "high");
    EXPECT_EQ(pods.labels, json::parse(R"({"team": "cloud"})").value());
    EXPECT_EQ(pods.annotations, json::parse(R"({"example.org/a": "b c"})").value());
    EXPECT_EQ(pods.max_unavailable, "25%");
  }
}

TEST(Spec, WhatIsEmptyVanishesUnlessItSaysSomething) {
  json::Value object = minimal();
  object["spec"]["engine"] = {{"scheduling",
                               {{"tolerations", json::Value::array()},
                                {"nodeSelector", json::Value::object()},
                                {"affinity",
                                 {{"podAntiAffinity",
                                   {{"requiredDuringSchedulingIgnoredDuringExecution",
                                     json::Value::array({{{"topologyKey", "zone"},
                                                          {"labelSelector", {{"matchLabels", json::Value::object()}}},
                                                          {"namespaces", json::Value::array()}}})}}}}}}}};
  const PodSettings pods = parse(object).value().engine.pods;
  EXPECT_TRUE(pods.tolerations.is_null());
  EXPECT_TRUE(pods.node_selector.is_null());
  EXPECT_EQ(pods.affinity, json::parse(R"({"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
      [{"topologyKey": "zone", "labelSelector": {}}]}})")
                               .value());
}

TEST(Spec, ASpreadWithoutASelectorCountsItsOwnComponent) {
  json::Value object = minimal();
  const json::Value constraint = {{"maxSkew", 1}, {"topologyKey", "zone"}, {"whenUnsatisfiable", "DoNotSchedule"}};
  object["spec"]["api"] = {{"scheduling", {{"topologySpreadConstraints", json::Value::array({constraint})}}}};
  const Spec spec = parse(object).value();
  EXPECT_EQ(spec.api.pods.topology_spread_constraints.at(0).at("labelSelector").at("matchLabels"),
            selector_labels(spec, "api"));
}

TEST(Spec, LabelsAndAnnotationsOfOursAreRefused) {
  json::Value object = minimal();
  object["spec"]["engine"] = {{"podLabels", {{"app.kubernetes.io/name", "x"}, {"pod-template-hash", "x"}, {"a", "b"}}},
                              {"podAnnotations", {{"heat.openstack.org/config", "x"}}}};
  EXPECT_THAT(paths(object),
              ElementsAre("spec.engine.podLabels.app.kubernetes.io/name", "spec.engine.podLabels.pod-template-hash",
                          "spec.engine.podAnnotations.heat.openstack.org/config"));
}

TEST(Spec, TextIsCountedInCharacters) {
  std::string text;
  for (int i = 0; i < 65536; ++i) text += "\xc3\xa9";
  EXPECT_TRUE(parse(with("/spec/config/heat", text)));
  EXPECT_THAT(paths(with("/spec/config/heat", text + "x")), ElementsAre("spec.config.heat"));
}

}  // namespace
}  // namespace heat
