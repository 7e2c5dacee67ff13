// What the API server lets in, and what it tells who is refused. The operator does not run here.
#include "admission.h"

namespace integration {
namespace {

using AdmissionTest = NamespaceTest;

json::Value broker_with(json::Value fields) { return {{"broker", {{"external", std::move(fields)}}}}; }
json::Value host(const char* name, int port) { return {{"host", name}, {"port", port}}; }
json::Value keystone(json::Value fields) {
  json::Value block = {{"authURL", "https://keystone.example:5000/v3"}, {"secretName", "heat-keystone"}};
  block.update(fields);
  return {{"identity", {{"noauth", nullptr}, {"keystone", std::move(block)}}}};
}
json::Value purge(json::Value fields) { return {{"maintenance", {{"purgeDeleted", std::move(fields)}}}}; }
json::Value sixteen_hosts() {
  json::Value hosts = json::Value::array();
  for (int i = 0; i < 16; ++i) hosts.push_back({{"host", "rabbit-" + std::to_string(i)}});
  return hosts;
}

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
      {"sixteen hosts by the usual port", broker_with({{"hosts", sixteen_hosts()}}), ""},
      {"TLS everywhere",
       {{"proxy", {{"tls", {{"secretName", "public-tls"}}}}},
        {"database", {{"tls", {{"caSecret", "database-ca"}}}}},
        {"broker", {{"external", {{"tls", {{"caSecret", "broker-ca"}}}}}}}},
       ""},
      {"a virtual host", broker_with({{"virtualHost", "/heat"}}), ""},
      {"classic queues", {{"broker", {{"queueType", "classic"}}}}, ""},
      {"the oldest release", {{"release", "zed"}}, ""},
      {"the newest release", {{"release", "2026.2"}}, ""},
      {"the longest name", json::Value::object(), "", "a234567890123456789012345678901234567890"},
      {"engines alone", {{"proxy", {{"replicas", 0}}}, {"api", {{"replicas", 0}}}, {"cfn", {{"replicas", 0}}}}, ""},
      {"one API alone", {{"api", {{"replicas", 0}}}, {"cfn", {{"replicas", 3}}}}, ""},
      {"APIs without a proxy", proxy_with({{"replicas", 0}}), ""},
      {"a proxy with everything",
       proxy_with({{"replicas", 50},
                   {"balance", "source"},
                   {"maxConnections", 20000},
                   {"timeouts", {{"connect", "1m"}, {"client", "1h"}, {"server", "61s"}}},
                   {"service", {{"type", "LoadBalancer"}, {"annotations", {{"example.com/pool", "a, b"}}}}},
                   {"publicURL",
                    {{"orchestration", "https://heat.example.org/orchestration/v1"},
                     {"cloudformation", "http://[2001:db8::1]:8000/v1"}}}}),
       ""},
      {"APIs with everything",
       {{"api", {{"replicas", 200}, {"workers", 64}, {"threads", 256}}}, {"cfn", {{"workers", 1}, {"threads", 1}}}},
       ""},
      {"a broker of its own", managed(json::Value::object()), ""},
      {"a broker with everything",
       managed({{"replicas", 7},
                {"storage", {{"size", "1024Mi"}, {"storageClassName", "fast"}, {"whenDeleted", "Retain"}}},
                {"resources", {{"limits", {{"memory", "2Gi"}}}}}}),
       ""},
      {"a volume in bytes", managed({{"storage", {{"size", 21474836480}}}}), ""},
      {"a RabbitmqCluster", {{"broker", {{"external", nullptr}, {"rabbitmqCluster", {{"name", "rabbit"}}}}}}, ""},
      {"Keystone", keystone({{"region", "eu-west_1"}, {"stackDomain", "heat.stacks"}}), ""},
      {"a key of one's own", {{"encryptionKey", {{"secretName", "my-key"}}}}, ""},
      {"configuration of one's own",
       {{"config", {{"heat", "[DEFAULT]\ndebug = true\n"}, {"haproxy", ""}, {"rabbitmq", std::string(65536, '#')}}}},
       ""},
      {"a schedule", purge({{"schedule", "*/10 0-5,22 1,15 1-12/3 0"}, {"olderThan", "999d"}}), ""},
      {"the shortest memory", purge({{"olderThan", "1h"}}), ""},
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
      {"TLS without a certificate", proxy_with({{"tls", json::Value::object()}}),
       "proxy.tls.secretName: Required value"},
      {"TLS without an authority",
       {{"database", {{"tls", json::Value::object()}}}},
       "database.tls.caSecret: Required value"},
      {"a broker's TLS without an authority", broker_with({{"tls", json::Value::object()}}),
       "external.tls.caSecret: Required value"},
      {"a time in prose", engine_with({{"drainTimeout", "ten minutes"}}), "spec.engine.drainTimeout"},
      {"an unknown way to balance", proxy_with({{"balance", "random"}}), "supported values: \"leastconn\""},
      {"too few connections", proxy_with({{"maxConnections", 1}}), "should be greater than or equal to 10"},
      {"an unknown kind of Service", proxy_with({{"service", {{"type", "ExternalName"}}}}), "spec.proxy.service.type"},
      {"a URL without its version", proxy_with({{"publicURL", {{"orchestration", "https://heat.example.org:8004"}}}}),
       "spec.proxy.publicURL.orchestration"},
      {"no thread", {{"api", {{"threads", 0}}}}, "should be greater than or equal to 1"},
      {"two broker nodes", managed({{"replicas", 2}}), "supported values: \"1\", \"3\", \"5\", \"7\""},
      {"an unknown end of volumes", managed({{"storage", {{"whenDeleted", "Keep"}}}}), "\"Delete\", \"Retain\""},
      {"Keystone without its Secret", keystone({{"secretName", nullptr}}), "keystone.secretName"},
      {"Keystone nowhere", keystone({{"authURL", "keystone:5000"}}), "spec.identity.keystone.authURL"},
      {"a RabbitmqCluster without a name",
       {{"broker", {{"external", nullptr}, {"rabbitmqCluster", json::Value::object()}}}},
       "rabbitmqCluster.name: Required value"},
      {"a key without its Secret", {{"encryptionKey", json::Value::object()}}, "encryptionKey.secretName: Required"},
      {"a book of configuration", {{"config", {{"heat", std::string(65537, '#')}}}}, "spec.config.heat: Too long"},
      {"a schedule in prose", purge({{"schedule", "every night"}}), "purgeDeleted.schedule"},
      {"a schedule out of bounds", purge({{"schedule", "60 0 * * *"}}), "purgeDeleted.schedule"},
      {"what does not exist yet", {{"paused", true}}, "unknown field \"spec.paused\""},
  };
}

std::vector<Row> refused_by_rule() {
  return {
      {"no kind of broker", {{"broker", {{"external", nullptr}}}}, "name one broker: set exactly one of"},
      {"two kinds of broker",
       {{"broker", {{"managed", json::Value::object()}}}},
       "name one broker: set exactly one of"},
      {"nobody authenticates", {{"identity", {{"noauth", nullptr}}}}, "say who authenticates: set exactly one of"},
      {"the same host twice", broker_with({{"hosts", {host("a", 1), host("a", 1)}}}),
       "names the same host and port twice"},
      {"the same host twice by the usual port",
       broker_with({{"hosts", {{{"host", "a"}}, {{"host", "b"}}, {{"host", "a"}}}}}),
       "names the same host and port twice"},
      {"two authenticate",
       {{"identity", {{"keystone", {{"authURL", "http://k"}, {"secretName", "s"}}}}}},
       "say who authenticates: set exactly one of"},
      {"a proxy before nothing",
       {{"api", {{"replicas", 0}}}, {"cfn", {{"replicas", 0}}}},
       "set spec.proxy.replicas to 0 as well, or run an API"},
      {"a proxy that gives up before Heat does", proxy_with({{"timeouts", {{"server", "60s"}}}}),
       "write a time from 1m1s to 1h"},
      {"a proxy that never connects", proxy_with({{"timeouts", {{"connect", "0s"}}}}), "write a time from 1s to 1m"},
      {"a proxy with a day", proxy_with({{"timeouts", {{"client", "1d"}}}}), "write a time from 10s to 1h"},
      {"a volume that is too small", managed({{"storage", {{"size", "100Mi"}}}}), "write at least 1Gi"},
      {"purging at once", purge({{"olderThan", "1m"}}), "write a time from 1h to 999d"},
      {"no time to drain", engine_with({{"drainTimeout", "5s"}}), "write a time from 10s to 1d"},
      {"days to drain", engine_with({{"drainTimeout", "2d"}}), "write a time from 10s to 1d"},
      {"a name that is too long", json::Value::object(), "choose a shorter one",
       "a2345678901234567890123456789012345678901"},
      {"a name that begins with a digit", json::Value::object(), "must begin with a letter", "1heat"},
      {"a name with a dot", json::Value::object(), "write it without dots", "heat.prod"},
  };
}

TEST_F(AdmissionTest, LetsInWhatTheReferenceAllows) { expect_let_in(kubectl(), welcome()); }

TEST_F(AdmissionTest, TheSchemaRefusesAndNamesTheField) { expect_refused(kubectl(), refused_by_structure()); }

TEST_F(AdmissionTest, TheRulesRefuseAndSayWhatToWriteInstead) { expect_refused(kubectl(), refused_by_rule()); }

// What is there, a change, and what a person is told; nothing: it is let in.
struct Change {
  const char* what;
  json::Value before;
  json::Value after;
  const char* message;
};

std::vector<Change> changes() {
  const json::Value own = managed({{"replicas", 3}, {"storage", {{"size", "10Gi"}, {"storageClassName", "fast"}}}});
  const json::Value other = {{"broker", {{"external", nullptr}, {"rabbitmqCluster", {{"name", "rabbit"}}}}}};
  const json::Value none = json::Value::object();
  return {
      {"more nodes", own, managed({{"replicas", 5}}), ""},
      {"fewer nodes", own, managed({{"replicas", 1}}),
       "broker nodes cannot be taken away yet: put the old number back"},
      {"another login", own, managed({{"credentialsGeneration", 2}}), ""},
      {"a login of before", managed({{"credentialsGeneration", 2}}), managed({{"credentialsGeneration", 1}}),
       "put the old number back, or write a higher one"},
      {"the first login again", managed({{"credentialsGeneration", 2}}), managed({{"credentialsGeneration", nullptr}}),
       "put the old number back, or write a higher one"},
      {"larger volumes", own, managed({{"storage", {{"size", "20Gi"}}}}), ""},
      {"the same size in other words", own, managed({{"storage", {{"size", "10240Mi"}}}}), ""},
      {"smaller volumes", own, managed({{"storage", {{"size", "9Gi"}}}}), "write at least the old size"},
      {"another storage class", own, managed({{"storage", {{"storageClassName", "slow"}}}}), "put the old one back"},
      {"no storage class", own, managed({{"storage", {{"storageClassName", nullptr}}}}), "put the old one back"},
      {"a storage class", managed(none), managed({{"storage", {{"storageClassName", "slow"}}}}),
       "put the old one back"},
      {"other volumes at the end", own, managed({{"storage", {{"whenDeleted", "Retain"}}}}), ""},
      {"a broker of its own", none, own, "cannot move to another kind of broker"},
      {"a RabbitmqCluster", none, other, "cannot move to another kind of broker"},
      {"other hosts", none, broker_with({{"hosts", {host("other.example", 5672)}}}), ""},
      {"Keystone", none, keystone(none), ""},
      {"classic queues", none, {{"broker", {{"queueType", "classic"}}}}, "on another virtual host"},
  };
}

TEST_F(AdmissionTest, WhatCannotChangeIsRefused) {
  int number = 0;
  for (const Change& change : changes()) {
    const std::string name = "heat-" + std::to_string(++number);
    kubectl().apply(sample_cluster(name, change.before));
    const json::Value patch = {{"spec", change.after}};
    const Finished answer =
        kubectl().run({"patch", "hc", name, "--type=merge", "--dry-run=server", "--patch", patch.dump()});
    EXPECT_EQ(answer.exit_code == 0, *change.message == 0) << change.what << ": " << answer.text();
    EXPECT_TRUE(contains(answer.err, {change.message})) << change.what;
  }
}

TEST_F(AdmissionTest, FillsInDefaults) {
  kubectl().apply(smallest_cluster("small"));
  const json::Value spec = kubectl().get("hc", "small").at("spec");
  const json::Value expected = {{"release", "2025.1"},
                                {"images",
                                 {{"heat", {{"user", 42424}}},
                                  {"haproxy", {{"user", 99}}},
                                  {"rabbitmq", {{"user", 999}}},
                                  {"pullPolicy", "IfNotPresent"}}},
                                {"proxy",
                                 {{"replicas", 2},
                                  {"balance", "leastconn"},
                                  {"maxConnections", 4000},
                                  {"timeouts", {{"connect", "5s"}, {"client", "120s"}, {"server", "120s"}}},
                                  {"service", {{"type", "ClusterIP"}}}}},
                                {"api", {{"replicas", 2}, {"workers", 2}, {"threads", 16}}},
                                {"cfn", {{"replicas", 1}, {"workers", 1}, {"threads", 16}}},
                                {"engine", {{"replicas", 1}, {"workers", 2}, {"drainTimeout", "10m"}}},
                                {"broker",
                                 {{"external",
                                   {{"hosts", {{{"host", "rabbitmq.example"}}}},
                                    {"virtualHost", "/"},
                                    {"credentialsSecret", {{"name", "heat-broker"}}}}},
                                  {"queueType", "quorum"}}},
                                {"database", {{"secretName", "heat-db"}, {"maxConnections", 500}}},
                                {"identity", {{"noauth", json::Value::object()}}},
                                {"maintenance", {{"purgeDeleted", {{"schedule", "1 0 * * *"}, {"olderThan", "30d"}}}}}};
  EXPECT_EQ(spec, expected) << spec.dump(1);
}

TEST_F(AdmissionTest, FillsInDefaultsOfABrokerOfItsOwn) {
  kubectl().apply(sample_cluster("own", managed({{"disruption", json::Value::object()}})));
  const json::Value expected = {{"replicas", 3},
                                {"credentialsGeneration", 1},
                                {"storage", {{"size", "10Gi"}, {"whenDeleted", "Delete"}}},
                                {"disruption", {{"maxUnavailable", 1}}}};
  EXPECT_EQ(kubectl().get("hc", "own").at("spec").at("broker").at("managed"), expected);
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
