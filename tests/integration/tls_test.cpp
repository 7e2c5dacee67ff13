// TLS on a real API server: what is applied is in its own form, a certificate rolls the proxies, and a bad one harms
// nothing.
#include "certificates/authority.h"
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using certificates::Authority;

class TlsTest : public OperatorTest {
 protected:
  void SetUp() override {
    OperatorTest::SetUp();
    for (const json::Value& object : sample()) {
      if (object.at("kind") == "Secret") kubectl().apply(object);
    }
    kubectl().apply(Objects{authority("heat-db-ca", authority_), authority("heat-broker-ca", authority_),
                            shown(authority_.issue({"heat"}))});
    // No API pods: they would take their time to be known to the proxies.
    json::Value cluster = sample_cluster("heat", {{"proxy", {{"replicas", 2}, {"tls", {{"secretName", "heat-tls"}}}}},
                                                  {"api", {{"replicas", 1}}},
                                                  {"cfn", {{"replicas", 0}}},
                                                  {"images", {{"haproxy", {{"image", "localhost/haproxy:3.0"}}}}},
                                                  {"database", {{"tls", {{"caSecret", "heat-db-ca"}}}}}});
    cluster["spec"]["broker"]["external"]["tls"] = {{"caSecret", "heat-broker-ca"}};
    kubectl().apply(cluster);
    if (const auto ready = becomes_ready("heat", std::chrono::minutes(2)); !ready) FAIL() << ready.message();
    ASSERT_TRUE(falls_silent());
  }

  static json::Value authority(const std::string& name, const Authority& by) {
    return secret(name, {{"ca.crt", by.pem()}});
  }
  static json::Value shown(const certificates::Identity& identity) {
    return secret("heat-tls", {{"tls.crt", identity.certificate}, {"tls.key", identity.key}});
  }
  std::string proxies() const { return text_at(kubectl().get("deployment", "heat-proxy"), "/metadata/generation"); }

  const Authority authority_{"authority"};
};

TEST_F(TlsTest, AnotherCertificateRollsTheProxiesAndNothingElse) {
  EXPECT_EQ(text_at(heat_cluster(), "/status/endpoints/orchestration").rfind("https://", 0), 0U);
  const auto before = applied(children());
  const std::string generation = proxies();
  kubectl().apply(shown(authority_.issue({"renewed"})));
  ASSERT_TRUE(wait_until([&] { return proxies() != generation; }));
  ASSERT_TRUE(becomes_ready("heat", std::chrono::minutes(2)));
  ASSERT_TRUE(falls_silent());
  auto after = applied(children());
  EXPECT_NE(after.at("Deployment/heat-proxy"), before.at("Deployment/heat-proxy"));
  after["Deployment/heat-proxy"] = before.at("Deployment/heat-proxy");
  EXPECT_EQ(after, before);
}

TEST_F(TlsTest, ABadCertificateIsToldAndHarmsNothing) {
  const auto before = applied(children());
  const auto good = authority_.issue({"good"});
  const auto late = authority_.issue({.name = "late", .to_seconds = -60});
  for (const auto& [bad, said] : {std::pair(certificates::Identity{good.certificate, late.key}, "is not the key"),
                                  std::pair(certificates::Identity{"hello", good.key}, "holds no certificate"),
                                  std::pair(late, "has expired at")}) {
    kubectl().apply(shown(bad));
    EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.proxy.tls.secretName", said}));
  }
  EXPECT_EQ(applied(children()), before);
  const std::string told =
      heat_cluster().dump() + heat_operator().log() + kubectl().run({"get", "events", "-o", "json"}).out;
  EXPECT_EQ(told.find(good.key.substr(60, 30)), std::string::npos);
  kubectl().apply(shown(good));
  EXPECT_TRUE(condition_becomes("ConfigValid", "True"));
}

// The engines go on until a Job has reached the database with the new one; here, Jobs always do.
TEST_F(TlsTest, AnotherAuthorityOfTheDatabaseIsAnotherJob) {
  const auto jobs = uids(kubectl().list("jobs"));
  kubectl().apply(authority("heat-db-ca", Authority("another")));
  EXPECT_TRUE(wait_until([&] { return uids(kubectl().list("jobs")) != jobs; }));
  EXPECT_TRUE(engines_settle());
  EXPECT_TRUE(becomes_ready("heat", std::chrono::minutes(2)));
}

}  // namespace
}  // namespace integration
