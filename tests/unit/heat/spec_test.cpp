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
      {"images", {{"heat", {{"image", "localhost/heat:1"}}}}},
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
                                         "spec.identity.noauth"));
}

TEST(Spec, ProblemsSayWhatToWriteInstead) {
  EXPECT_THAT(parse(with("/spec/engine/replicas", 201)).error().at(0).text(),
              "spec.engine.replicas: 201 will not do: write a whole number from 0 to 200");
  EXPECT_THAT(parse(with("/spec/engine/drainTimeout", "2d")).error().at(0).message, HasSubstr("from 10s to 1d"));
  EXPECT_THAT(parse(with("/spec/release", "2024")).error().at(0).message, HasSubstr("zed 2023.1"));
}

TEST(Spec, RefusesWrongTypesWithoutFalling) {
  for (const char* pointer :
       {"/spec", "/spec/images", "/spec/images/heat", "/spec/engine", "/spec/engine/replicas", "/spec/engine/resources",
        "/spec/broker", "/spec/broker/external", "/spec/broker/external/hosts", "/spec/database", "/spec/identity",
        "/spec/release", "/spec/images/pullSecrets"}) {
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

TEST(Spec, ImageComesFromTheOperatorsDefault) {
  json::Value object = minimal();
  object["spec"].erase("images");
  EXPECT_THAT(paths(object), ElementsAre("spec.images.heat.image"));
  const auto spec = parse(object, Defaults{"registry.example.org/heat:{release}"});
  EXPECT_EQ(spec.value().images.heat.reference, "registry.example.org/heat:2025.1");
  EXPECT_EQ(parse(minimal(), Defaults{"other"}).value().images.heat.reference, "localhost/heat:1");
}

}  // namespace
}  // namespace heat
