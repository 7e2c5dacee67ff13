// spec.database.tls and spec.broker.external.tls: from the Secret with an authority to what pods read, and what is said
// of one that will not do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/clock.h"
#include "heat/desired/desired.h"
#include "heat/names.h"
#include "tls_sample.h"

namespace heat {
namespace {

using certificates::Authority;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Certificates of tests are valid from an hour ago until tomorrow.
std::string in(std::chrono::hours time) { return base::rfc3339(base::SystemClock().wall() + time); }

using sample::authority;
using sample::other_authority;

json::Value cluster() { return sample::tls_cluster(); }
Observed world() { return sample::observed_tls(); }
Spec spec() { return sample::tls_spec(); }

json::Value config_of(const Desired& made, const std::string& component) {
  for (const DesiredObject& map : sample::stage(made, "configuration").objects) {
    if (map.name.starts_with("heat-" + component + "-")) return map.body().at("data");
  }
  return {};
}

json::Value at(const json::Value& value, const std::string& pointer) {
  return value.at(json::Value::json_pointer(pointer));
}

std::string text_at(const json::Value& value, const std::string& pointer) { return at(value, pointer); }

std::vector<std::string> command_of(const json::Value& body, const std::string& pod) {
  return at(body, pod + "/spec/containers/0/command");
}

TEST(Tls, EnginesAndNobodyElseReadTheDatabasesAuthority) {
  const Desired made = desired(spec(), world());
  const json::Value engine = config_of(made, "engine");
  EXPECT_EQ(engine.at("database-ca.crt"), authority().pem());
  EXPECT_THAT(engine.at("database.conf").get<std::string>(),
              HasSubstr("[database]\nconnection_parameters = "
                        "ssl_ca=/etc/heat-operator/database-ca.crt&ssl_check_hostname=true\n"));
  EXPECT_THAT(command_of(sample::object(made, kube::types::stateful_set).body(), "/spec/template"),
              Contains("/etc/heat-operator/database.conf"));
  EXPECT_TRUE(engine.contains("sitecustomize.py"));
  EXPECT_EQ(at(sample::object(made, kube::types::stateful_set).body(), "/spec/template/spec/containers/0/env/2"),
            (json::Value{{"name", "PYTHONPATH"}, {"value", "/etc/heat-operator"}}));
  EXPECT_FALSE(config_of(made, "api").contains("sitecustomize.py"));
  EXPECT_FALSE(config_of(made, "api").contains("database-ca.crt"));
  EXPECT_FALSE(config_of(made, "api").contains("database.conf"));
}

TEST(Tls, EveryUserOfTheBrokerReadsItsAuthority) {
  const Desired made = desired(spec(), world());
  for (const char* component : {"engine", "api", "cfn"}) {
    const json::Value files = config_of(made, component);
    EXPECT_EQ(files.at("broker-ca.crt"), other_authority().pem()) << component;
    EXPECT_THAT(files.at("heat.conf").get<std::string>(),
                HasSubstr("[oslo_messaging_rabbit]\nssl = true\nssl_ca_file = /etc/heat-operator/broker-ca.crt\n"
                          "ssl_enforce_hostname_verification = true\nrabbit_quorum_queue = true\n"))
        << component;
  }
}

TEST(Tls, WithClassicQueuesTheBrokerIsCalledWithTlsAsWell) {
  json::Value object = cluster();
  object["spec"]["broker"]["queueType"] = "classic";
  const json::Value files = config_of(desired(parse(object).value(), world()), "engine");
  const std::string text = files.at("heat.conf");
  EXPECT_THAT(text, HasSubstr("[oslo_messaging_rabbit]\nssl = true\n"));
  EXPECT_THAT(text, Not(HasSubstr("quorum")));
}

TEST(Tls, EveryJobReadsTheAuthority) {
  const Desired made = desired(spec(), world());
  for (const std::string name : {"database", "maintenance"}) {
    for (const DesiredObject& job : sample::stage(made, name).objects) {
      const std::string pod = name == "database" ? "/spec/template" : "/spec/jobTemplate/spec/template";
      EXPECT_THAT(command_of(job.body(), pod), Contains("/etc/heat-operator/database.conf")) << job.name;
      const json::Value sources = at(job.body(), pod + "/spec/volumes/0/projected/sources");
      EXPECT_THAT(text_at(sources, "/0/configMap/name"), HasSubstr("heat-engine-")) << job.name;
      EXPECT_EQ(text_at(sources, "/0/configMap/items/2/key"), "database-ca.crt") << job.name;
      EXPECT_EQ(text_at(job.body(), pod + "/spec/containers/0/env/2/name"), "PYTHONPATH") << job.name;
      EXPECT_EQ(text_at(sources, "/1/secret/name"), "heat-credentials") << job.name;
    }
  }
}

TEST(Tls, ThePortOfABrokerFollows) {
  json::Value object = sample::heat_cluster();
  object["spec"]["broker"]["external"]["hosts"] = {{{"host", "a.example.org"}}, {{"host", "b"}, {"port", 5699}}};
  EXPECT_EQ(parse(object)->broker.external()->hosts[0].port, 5672);
  object["spec"]["broker"]["external"]["tls"] = {{"caSecret", "heat-broker-ca"}};
  EXPECT_EQ(parse(object)->broker.external()->hosts[0].port, 5671);
  EXPECT_EQ(parse(object)->broker.external()->hosts[1].port, 5699);
  const Desired made = desired(parse(object).value(), world());
  const json::Value probe = at(sample::object(made, kube::types::stateful_set).body(),
                               "/spec/template/spec/containers/0/readinessProbe/exec/command");
  EXPECT_THAT(probe, Contains("5671"));
  EXPECT_THAT(probe, Contains("5699"));
}

// Engines that run keep what they run with until a Job has reached the database with the new authority.
TEST(Tls, AnotherAuthorityIsTriedByAJobFirst) {
  const Observed before = sample::settled(spec(), world());
  Observed after = before;
  after.secrets["heat-db-ca"] = SecretData{{"ca.crt", other_authority().pem()}};
  const Desired made = desired(spec(), after);
  EXPECT_EQ(sample::stage(made, "database").mode, Stage::Mode::apply);
  EXPECT_NE(sample::stage(made, "database").objects.at(0).name, before.jobs.at(0).name);
  EXPECT_EQ(sample::stage(made, "engine").mode, Stage::Mode::hold);
  EXPECT_THAT(sample::stage(made, "engine").reason, HasSubstr("waiting for Job"));
  EXPECT_THAT(made.keep_config_maps, Contains(before.config_maps.at(0).name)) << "pods that restart still read it";

  Observed synced = after;
  synced.jobs.push_back(sample::job(made, "Complete"));
  EXPECT_EQ(sample::stage(desired(spec(), synced), "engine").mode, Stage::Mode::apply);
  EXPECT_EQ(sample::stage(desired(spec(), before), "engine").mode, Stage::Mode::apply) << "put back";
}

TEST(Tls, WithoutItNothingIsAsked) {
  const Desired made = desired(sample::spec(), sample::observed());
  EXPECT_FALSE(config_of(made, "engine").contains("database.conf"));
  EXPECT_THAT(config_of(made, "engine").at("heat.conf").get<std::string>(), Not(HasSubstr("ssl")));
  EXPECT_THAT(secret_names(sample::spec()), SizeIs(3));
  EXPECT_THAT(secret_names(spec()), Contains("heat-db-ca"));
  EXPECT_THAT(secret_names(spec()), Contains("heat-broker-ca"));
  EXPECT_THAT(secret_names(spec()), Contains("heat-public-tls"));
}

const json::Value& proxy_of(const Desired& made) { return sample::stage(made, "proxy").objects.back().body(); }

TEST(ProxyTls, TheKeyIsReadFromTheUsersSecretAlone) {
  const Desired made = desired(spec(), world());
  const json::Value sources = at(proxy_of(made), "/spec/template/spec/volumes/0/projected/sources");
  EXPECT_EQ(sources.at(1), json::parse(R"({"secret": {"name": "heat-public-tls", "items": [
      {"key": "tls.crt", "path": "tls.crt"}, {"key": "tls.key", "path": "tls.crt.key"}]}})")
                               .value());
  const std::string secret_part = sample::public_identity().key.substr(60, 30);
  for (const Stage& stage : made.stages) {
    for (const DesiredObject& object : stage.objects) {
      EXPECT_THAT(object.body().dump(), Not(HasSubstr(secret_part))) << object.name;
      EXPECT_THAT(object.body().dump(),
                  Not(HasSubstr(base::base64_encode(sample::public_identity().key).substr(80, 60))))
          << object.name;
    }
  }
}

TEST(ProxyTls, BothPortsServeItAndTheirUrlsSayIt) {
  const Observed settled = sample::settled(spec(), world());
  const Desired made = desired(spec(), settled);
  const std::string cfg = config_of(made, "proxy").at("haproxy.cfg");
  for (const char* port : {"8004", "8000"}) {
    EXPECT_THAT(cfg,
                HasSubstr("bind :" + std::string(port) + " ssl crt /etc/heat-operator/tls.crt alpn h2,http/1.1\n"));
    EXPECT_THAT(cfg, HasSubstr("X-Forwarded-Proto https if { dst_port " + std::string(port) + " }"));
  }
  EXPECT_THAT(cfg, HasSubstr("ssl-default-bind-options ssl-min-ver TLSv1.2"));
  EXPECT_THAT(cfg, HasSubstr("bind :8404\n")) << "probes and metrics stay as they are";
  EXPECT_THAT(config_of(made, "engine").at("heat.conf").get<std::string>(),
              HasSubstr("heat_metadata_server_url = https://heat-proxy.openstack.svc:8000/v1\n"));
  for (const DesiredObject& object : sample::stage(made, "proxy").objects) {
    if (object.name != "heat-proxy" || !(*object.type == kube::types::service)) continue;
    for (const json::Value& port : at(object.body(), "/spec/ports")) EXPECT_EQ(port.at("appProtocol"), "https");
  }
  const Spec wanted = spec();
  const StatusInput input{&wanted, 3, &settled, &made, {}, "", false, "2026-01-31T12:00:00Z"};
  EXPECT_EQ(text_at(status(input), "/endpoints/orchestration"), "https://heat-proxy.openstack.svc:8004/v1");
  EXPECT_EQ(text_at(status(input), "/endpoints/cloudformation"), "https://heat-proxy.openstack.svc:8000/v1");
}

TEST(ProxyTls, APublicUrlSaysWhatClientsCall) {
  Spec behind = spec();
  behind.proxy.public_orchestration_url = "http://heat.example.org/v1";
  const std::string cfg = config_of(desired(behind, world()), "proxy").at("haproxy.cfg");
  EXPECT_THAT(cfg, HasSubstr("X-Forwarded-Proto http if { dst_port 8004 }"));
  EXPECT_THAT(cfg, HasSubstr("X-Forwarded-Proto https if { dst_port 8000 }"));
}

TEST(ProxyTls, AnotherCertificateIsARolloutOfTheProxiesAlone) {
  const Observed before = sample::settled(spec(), world());
  Observed after = before;
  const auto renewed = authority().issue({"heat.example.org"});
  after.secrets["heat-public-tls"] = SecretData{{"tls.crt", renewed.certificate}, {"tls.key", renewed.key}};
  const Desired was = desired(spec(), before);
  const Desired is = desired(spec(), after);
  EXPECT_NE(at(proxy_of(was), "/spec/template"), at(proxy_of(is), "/spec/template"));
  EXPECT_EQ(sample::stage(is, "proxy").mode, Stage::Mode::apply);
  for (const char* stage : {"credentials", "configuration", "engine", "api", "cfn", "maintenance"}) {
    for (std::size_t i = 0; i < sample::stage(was, stage).objects.size(); ++i) {
      EXPECT_EQ(sample::stage(was, stage).objects[i].body(), sample::stage(is, stage).objects[i].body()) << stage;
    }
  }
  const auto told = notices(before, &is, {}, {});
  EXPECT_THAT(told.at(0).note, HasSubstr("proxies: the certificate has changed"));
}

TEST(ProxyTlsProblems, WhatWillNotDoIsTold) {
  const auto good = sample::public_identity();
  const auto other = authority().issue({"other"});
  const auto locked = authority().issue({.name = "locked", .passphrase = "secret"});
  const auto weak = authority().issue({.name = "weak", .weak = true});
  struct Case {
    SecretData data;
    const char* said;
  };
  for (const Case& each :
       {Case{{}, "tls.crt is missing or empty"}, Case{{{"tls.crt", good.certificate}}, "tls.key is missing or empty"},
        Case{{{"tls.key", good.key}}, "tls.crt is missing or empty"},
        Case{{{"tls.crt", "hello"}, {"tls.key", good.key}}, "holds no certificate in PEM"},
        Case{{{"tls.crt", good.certificate + good.key}, {"tls.key", good.key}}, "holds a private key"},
        Case{{{"tls.crt", good.certificate}, {"tls.key", "hello"}}, "is no private key in PEM"},
        Case{{{"tls.crt", good.certificate}, {"tls.key", other.key}}, "is not the key of the first certificate"},
        Case{{{"tls.crt", authority().pem() + good.certificate}, {"tls.key", good.key}},
             "is not the key of the first certificate"},
        Case{{{"tls.crt", locked.certificate}, {"tls.key", locked.key}}, "is encrypted"},
        Case{{{"tls.crt", weak.certificate}, {"tls.key", weak.key}}, "too weak"}}) {
    Observed bad = world();
    bad.secrets["heat-public-tls"] = each.data;
    const auto found = problems(spec(), bad);
    ASSERT_THAT(found, SizeIs(1)) << each.said;
    EXPECT_EQ(found[0].path, "spec.proxy.tls.secretName");
    EXPECT_EQ(found[0].kind, Problem::Kind::invalid);
    EXPECT_THAT(found[0].message, HasSubstr(each.said));
    EXPECT_THAT(found[0].message, HasSubstr(": "));
    EXPECT_THAT(found[0].message, Not(HasSubstr(good.key.substr(60, 20))));
    for (const Stage& stage : desired(spec(), bad).stages) EXPECT_EQ(stage.mode, Stage::Mode::hold) << stage.name;
  }
  Observed missing = world();
  missing.secrets["heat-public-tls"].reset();
  EXPECT_EQ(problems(spec(), missing).at(0).kind, Problem::Kind::secret_missing);
}

TEST(ProxyTlsProblems, OnlyTheProxiesOwnCertificateMustBeInTime) {
  const Authority old(certificates::Wanted{.name = "old-ca", .to_seconds = 3600});
  const auto leaf = old.issue({.name = "heat", .to_seconds = 864'000});
  Observed late = world();
  late.secrets["heat-db-ca"] = late.secrets["heat-broker-ca"] =
      SecretData{{"ca.crt", Authority(certificates::Wanted{.name = "ca", .to_seconds = 864'000}).pem()}};
  late.secrets["heat-public-tls"] = SecretData{{"tls.crt", leaf.certificate + old.pem()}, {"tls.key", leaf.key}};
  late.now = in(std::chrono::hours(48));
  EXPECT_THAT(problems(spec(), late), IsEmpty());
  late.now = in(std::chrono::hours(480));
  const auto found = problems(spec(), late);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_THAT(found[2].message, HasSubstr("CN=heat under tls.crt has expired at"));
}

TEST(TlsProblems, NoneForGoodAuthorities) {
  Observed good = world();
  EXPECT_THAT(problems(spec(), good), IsEmpty());
  good.now = in(std::chrono::hours(0));
  EXPECT_THAT(problems(spec(), good), IsEmpty());
}

TEST(TlsProblems, AMissingSecretMayBeOnItsWay) {
  Observed missing = world();
  missing.secrets["heat-db-ca"].reset();
  missing.secrets["heat-broker-ca"].reset();
  const auto found = problems(spec(), missing);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].path, "spec.database.tls.caSecret");
  EXPECT_EQ(found[1].path, "spec.broker.external.tls.caSecret");
  for (const Problem& each : found) {
    EXPECT_EQ(each.kind, Problem::Kind::secret_missing);
    EXPECT_THAT(each.message, HasSubstr("under the key ca.crt"));
  }
}

TEST(TlsProblems, WhatIsNoAuthorityIsTold) {
  const auto leaf = authority().issue({"leaf"});
  const std::string pem = authority().pem();
  struct Case {
    SecretData data;
    const char* said;
  };
  for (const Case& each :
       {Case{{}, "ca.crt is missing or empty"}, Case{{{"ca.crt", ""}}, "ca.crt is missing or empty"},
        Case{{{"ca.crt", "hello"}}, "holds no certificate in PEM"},
        Case{{{"ca.crt", pem.substr(0, 200)}}, "holds a malformed certificate"},
        Case{{{"ca.crt", pem + leaf.key}}, "holds a private key"},
        Case{{{"ca.crt", std::string(300'000, 'x')}}, "300000 bytes: write at most"},
        Case{{{"ca.crt", "[DEFAULT]\ntransport_url = rabbit://evil/\n"}}, "holds no certificate in PEM"}}) {
    Observed bad = world();
    bad.secrets["heat-db-ca"] = each.data;
    const auto found = problems(spec(), bad);
    ASSERT_THAT(found, SizeIs(1)) << each.said;
    EXPECT_EQ(found[0].path, "spec.database.tls.caSecret");
    EXPECT_EQ(found[0].kind, Problem::Kind::invalid);
    EXPECT_THAT(found[0].message, HasSubstr(each.said));
    EXPECT_THAT(found[0].message, Not(HasSubstr(leaf.key.substr(40, 20))));
    // And nothing is done by half.
    for (const Stage& stage : desired(spec(), bad).stages) EXPECT_EQ(stage.mode, Stage::Mode::hold) << stage.name;
  }
}

TEST(TlsProblems, AnAuthorityOutOfTimeIsTold) {
  Observed late = world();
  late.now = in(std::chrono::hours(48));
  auto found = problems(spec(), late);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_THAT(found[0].message, HasSubstr("CN=database-ca under ca.crt has expired at 20"));
  late.now = in(std::chrono::hours(-48));
  found = problems(spec(), late);
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_THAT(found[0].message, HasSubstr("is valid only from 20"));
  // One that is good is enough: others are on their way in or out.
  const Authority old(certificates::Wanted{.name = "old-ca", .to_seconds = 3600});
  const Authority coming(certificates::Wanted{.name = "new-ca", .from_seconds = -3600, .to_seconds = 864'000});
  late.now = in(std::chrono::hours(48));
  late.secrets["heat-db-ca"] = SecretData{{"ca.crt", old.pem() + coming.pem()}};
  found = problems(spec(), late);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].path, "spec.broker.external.tls.caSecret");
}

// A HeatCluster at rest is looked at again when a certificate ends.
TEST(TlsProblems, TheFirstThatEndsIsKnownBeforehand) {
  EXPECT_EQ(valid_until(sample::spec(), sample::observed()), "");
  const Authority early(certificates::Wanted{.name = "early", .to_seconds = 50'000});
  const Authority late(certificates::Wanted{.name = "late", .to_seconds = 70'000});
  Observed seen = world();
  const std::string day = valid_until(spec(), seen);
  seen.secrets["heat-broker-ca"] = SecretData{{"ca.crt", early.pem() + late.pem()}};
  const std::string both = valid_until(spec(), seen);
  const auto leaf = authority().issue({.name = "leaf", .to_seconds = 60'000});
  seen.secrets["heat-public-tls"] = SecretData{{"tls.crt", leaf.certificate + early.pem()}, {"tls.key", leaf.key}};
  const std::string shown = valid_until(spec(), seen);
  EXPECT_LT(shown, both);
  EXPECT_LT(both, day);
  EXPECT_LT(in(std::chrono::hours(16)), shown) << "an authority after the proxies' own does not count";
  seen.now = shown;
  EXPECT_THAT(problems(spec(), seen), SizeIs(1));
  seen.now = in(std::chrono::hours(16));
  EXPECT_THAT(problems(spec(), seen), IsEmpty());
}

TEST(TlsProblems, OnlyCertificatesGetIntoTheConfigMap) {
  Observed wordy = world();
  wordy.secrets["heat-db-ca"] = SecretData{{"ca.crt", "Subject: CN=x\n" + authority().pem() + "\n# canary\n"}};
  EXPECT_THAT(problems(spec(), wordy), IsEmpty());
  EXPECT_EQ(config_of(desired(spec(), wordy), "engine").at("database-ca.crt"), authority().pem());
}

TEST(TlsProblems, AConnectionThatWouldNotBeVerifiedIsRefused) {
  struct Case {
    const char* connection;
    const char* said;
  };
  for (const Case& each : {Case{"postgresql://u:p@h/d", "must begin with mysql+pymysql://"},
                           Case{"mysql://u:p@h/d", "must begin with mysql+pymysql://"},
                           Case{"mysql+mysqldb://u:p@h/d", "must begin with mysql+pymysql://"},
                           Case{"mysql+pymysql://u:p@h/d?ssl_check_hostname=false", "begins with ssl"},
                           Case{"mysql+pymysql://u:p@h/d?charset=utf8&ssl_disabled=1", "begins with ssl"}}) {
    Observed bad = world();
    bad.secrets["heat-db"] = SecretData{{"connection", each.connection}};
    const auto found = problems(spec(), bad);
    ASSERT_THAT(found, SizeIs(1)) << each.connection;
    EXPECT_EQ(found[0].path, "spec.database.secretName");
    EXPECT_THAT(found[0].message, HasSubstr(each.said));
  }
  Observed good = world();
  good.secrets["heat-db"] = SecretData{{"connection", "mysql+pymysql://ssl:ssl@ssl.example.org/ssl?charset=utf8mb4"}};
  EXPECT_THAT(problems(spec(), good), IsEmpty());
}

TEST(TlsProblems, OverridesCannotTurnItOff) {
  for (const char* text : {"[database]\nconnection_parameters =\n", "[oslo_messaging_rabbit]\nssl = false\n",
                           "[oslo_messaging_rabbit]\nssl_ca_file = /none\n"}) {
    Spec with_tls = spec();
    with_tls.config.heat = text;
    EXPECT_THAT(problems(with_tls, world()), SizeIs(1)) << text;
    Spec without = sample::spec();
    without.config.heat = text;
    EXPECT_THAT(problems(without, sample::observed()), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace heat
