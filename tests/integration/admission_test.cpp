// What the API server lets in, and what it tells who is refused. The operator does not run here.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using AdmissionTest = NamespaceTest;

struct Row {
  const char* what;
  json::Value spec;     // merged into the sample's spec; null removes a field
  const char* message;  // a part of what a person is told; empty: it is let in
  const char* name = "heat";
};

Finished try_to_create(const Kubectl& kubectl, const Row& row) {
  return kubectl.run({"create", "--dry-run=server", "--filename", "-"}, sample_cluster(row.name, row.spec).dump());
}

json::Value engine_with(json::Value fields) { return {{"engine", std::move(fields)}}; }
json::Value broker_with(json::Value fields) { return {{"broker", {{"external", std::move(fields)}}}}; }
json::Value host(const char* name, int port) { return {{"host", name}, {"port", port}}; }
json::Value limits(json::Value amounts) { return {{"engine", {{"resources", {{"limits", std::move(amounts)}}}}}}; }

std::vector<Row> welcome() {
  return {
      {"the sample", json::Value::object(), ""},
      {"no engine at all", engine_with({{"replicas", 0}}), ""},
      {"the most engines", engine_with({{"replicas", 200}}), ""},
      {"no word on engines", {{"engine", nullptr}}, ""},
      {"a day to drain", engine_with({{"drainTimeout", "1d"}}), ""},
      {"units together", engine_with({{"drainTimeout", "1h30m"}}), ""},
      {"the shortest drain", engine_with({{"drainTimeout", "10s"}}), ""},
      {"an image by digest",
       {{"images", {{"heat", {{"image", "registry.example:5000/heat@sha256:" + std::string(64, 'a')}}}}}},
       ""},
      {"pull secrets", {{"images", {{"pullSecrets", {"one", "two"}}}}}, ""},
      {"amounts in every spelling",
       limits({{"cpu", "1500m"}, {"memory", "1024Mi"}, {"ephemeral-storage", 1000000}, {"example.com/card", "1e3"}}),
       ""},
      {"fractions", limits({{"cpu", "0.5"}, {"memory", "1.5Gi"}}), ""},
      {"an IPv6 address", broker_with({{"hosts", {host("2001:db8::1", 5672)}}}), ""},
      {"one host on two ports", broker_with({{"hosts", {host("a", 5672), host("a", 5673)}}}), ""},
      {"a virtual host", broker_with({{"virtualHost", "/heat"}}), ""},
      {"classic queues", {{"broker", {{"queueType", "classic"}}}}, ""},
      {"the oldest release", {{"release", "zed"}}, ""},
      {"the newest release", {{"release", "2026.2"}}, ""},
      {"the longest name", json::Value::object(), "", "a234567890123456789012345678901234567890"},
  };
}

std::vector<Row> refused_by_structure() {
  return {
      {"no spec for the broker", {{"broker", nullptr}}, "spec.broker: Required value"},
      {"no database", {{"database", nullptr}}, "spec.database: Required value"},
      {"a database without its Secret",
       {{"database", {{"secretName", nullptr}}}},
       "spec.database.secretName: Required value"},
      {"less than no engine", engine_with({{"replicas", -1}}), "should be greater than or equal to 0"},
      {"too many engines", engine_with({{"replicas", 201}}), "should be less than or equal to 200"},
      {"a count in words", engine_with({{"replicas", "two"}}), "must be of type integer"},
      {"an engine that does nothing", engine_with({{"workers", 0}}), "should be greater than or equal to 1"},
      {"a slip of the pen", engine_with({{"replica", 3}}), "unknown field \"spec.engine.replica\""},
      {"an unknown release", {{"release", "2019.1"}}, "supported values: \"zed\", \"2023.1\""},
      {"an image with a blank", {{"images", {{"heat", {{"image", "heat 2025"}}}}}}, "spec.images.heat.image"},
      {"root", {{"images", {{"heat", {{"user", 0}}}}}}, "should be greater than or equal to 1"},
      {"an unknown pull policy", {{"images", {{"pullPolicy", "Sometimes"}}}}, "supported values: \"Always\""},
      {"no host", broker_with({{"hosts", json::Value::array()}}), "should have at least 1 items"},
      {"the same host twice", broker_with({{"hosts", {host("a", 1), host("a", 1)}}}), "Duplicate value"},
      {"a port that is none", broker_with({{"hosts", {host("a", 70000)}}}), "should be less than or equal to 65535"},
      {"a host with a blank", broker_with({{"hosts", {host("a b", 1)}}}), "spec.broker.external.hosts[0].host"},
      {"a virtual host with a blank", broker_with({{"virtualHost", "a b"}}), "spec.broker.external.virtualHost"},
      {"a Secret that cannot be", broker_with({{"credentialsSecret", {{"name", "Upper_Case"}}}}),
       "credentialsSecret.name"},
      {"an unknown queue type", {{"broker", {{"queueType", "mirrored"}}}}, "supported values: \"quorum\", \"classic\""},
      {"an amount in prose", limits({{"memory", "1 GB"}}), "spec.engine.resources.limits.memory"},
      {"a negative amount", limits({{"cpu", "-1"}}), "spec.engine.resources.limits.cpu"},
      {"no connection to the database",
       {{"database", {{"maxConnections", 0}}}},
       "should be greater than or equal to 1"},
      {"a time in prose", engine_with({{"drainTimeout", "ten minutes"}}), "spec.engine.drainTimeout"},
  };
}

std::vector<Row> refused_by_rule() {
  return {
      {"no kind of broker", {{"broker", {{"external", nullptr}}}}, "name the broker: set spec.broker.external"},
      {"nobody authenticates",
       {{"identity", {{"noauth", nullptr}}}},
       "say who authenticates: set spec.identity.noauth"},
      {"no time to drain", engine_with({{"drainTimeout", "5s"}}), "write a time from 10s to 1d"},
      {"days to drain", engine_with({{"drainTimeout", "2d"}}), "write a time from 10s to 1d"},
      {"a name that is too long", json::Value::object(), "choose a shorter one",
       "a2345678901234567890123456789012345678901"},
      {"a name that begins with a digit", json::Value::object(), "must begin with a letter", "1heat"},
      {"a name with a dot", json::Value::object(), "write it without dots", "heat.prod"},
  };
}

void expect_refused(const Kubectl& kubectl, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const Finished answer = try_to_create(kubectl, row);
    EXPECT_NE(answer.exit_code, 0) << row.what;
    EXPECT_TRUE(contains(answer.err, {row.message})) << row.what;
  }
}

TEST_F(AdmissionTest, LetsInWhatTheReferenceAllows) {
  for (const Row& row : welcome())
    EXPECT_EQ(try_to_create(kubectl(), row).text().substr(0, 11), "exit code 0") << row.what;
}

TEST_F(AdmissionTest, TheSchemaRefusesAndNamesTheField) { expect_refused(kubectl(), refused_by_structure()); }

TEST_F(AdmissionTest, TheRulesRefuseAndSayWhatToWriteInstead) { expect_refused(kubectl(), refused_by_rule()); }

TEST_F(AdmissionTest, TheQueueTypeStaysWhatItWas) {
  kubectl().apply(sample_cluster());
  const Finished answer = kubectl().run(
      {"patch", "hc", "heat", "--type=merge", "--patch", R"({"spec":{"broker":{"queueType":"classic"}}})"});
  EXPECT_NE(answer.exit_code, 0);
  EXPECT_TRUE(contains(answer.err, {"put the old value back, or make a new HeatCluster on another virtual host"}));
}

TEST_F(AdmissionTest, FillsInDefaults) {
  kubectl().apply(smallest_cluster("small"));
  const json::Value spec = kubectl().get("hc", "small").at("spec");
  const json::Value expected = {{"release", "2025.1"},
                                {"images", {{"heat", {{"user", 42424}}}, {"pullPolicy", "IfNotPresent"}}},
                                {"engine", {{"replicas", 1}, {"workers", 2}, {"drainTimeout", "10m"}}},
                                {"broker",
                                 {{"external",
                                   {{"hosts", {host("rabbitmq.example", 5672)}},
                                    {"virtualHost", "/"},
                                    {"credentialsSecret", {{"name", "heat-broker"}}}}},
                                  {"queueType", "quorum"}}},
                                {"database", {{"secretName", "heat-db"}, {"maxConnections", 500}}},
                                {"identity", {{"noauth", json::Value::object()}}}};
  EXPECT_EQ(spec, expected) << spec.dump(1);
}

TEST_F(AdmissionTest, AFreshObjectIsNeverTakenForFinished) {
  kubectl().apply(sample_cluster());
  EXPECT_EQ(json::integer_at(kubectl().get("hc", "heat"), "/status/observedGeneration"), -1);
}

TEST_F(AdmissionTest, ScaleWritesTheEngineCountWithinItsBounds) {
  kubectl().apply(sample_cluster());
  kubectl().succeed({"scale", "hc/heat", "--replicas=7"});
  EXPECT_EQ(json::integer_at(kubectl().get("hc", "heat"), "/spec/engine/replicas"), 7);
  EXPECT_TRUE(contains(kubectl().run({"scale", "hc/heat", "--replicas=201"}).err, {"less than or equal to 200"}));
}

TEST_F(AdmissionTest, ExplainDescribesTheEngine) {
  EXPECT_TRUE(
      contains(kubectl().succeed({"explain", "hc.spec.engine"}),
               {"The heat-engine pods, which do the work.", "replicas", "workers", "drainTimeout", "resources"}));
}

}  // namespace
}  // namespace integration
