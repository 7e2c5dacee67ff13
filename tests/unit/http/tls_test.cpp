#include <atomic>

#include "transport_fixture.h"

namespace http::testing {
namespace {

using ::testing::HasSubstr;

class TransportTls : public TransportTest {
 protected:
  void serve_ok(const std::string& client_authority = "") {
    serve(
        [this](Conversation& call) {
          client_ = call.client();
          call.respond(status_, "{}");
        },
        client_authority);
  }
  Error failure(const std::unique_ptr<Transport>& transport) {
    const auto answer = transport->send(get_, seconds(10), {});
    return answer ? Error{Failure::stopped, "it worked"} : answer.error();
  }

  std::atomic<int> status_ = 200;
  std::string client_;
};

TEST_F(TransportTls, RefusesACertificateOfAnotherAuthority) {
  serve_ok();
  const Authority other("another authority");
  tls_.ca_pem = other.pem();
  const Error error = failure(connect());
  EXPECT_EQ(error.failure, Failure::tls);
  EXPECT_THAT(error.message, HasSubstr("localhost:" + std::to_string(server_->port())));
  EXPECT_THAT(error.message, HasSubstr("signed by an unknown authority"));
  EXPECT_EQ(server_->requests_served(), 0);
}

TEST_F(TransportTls, RefusesACertificateOfAnotherName) {
  identity_ = authority_.issue("localhost", "DNS:api.example.org");
  serve_ok();
  const Error error = failure(connect());
  EXPECT_EQ(error.failure, Failure::tls);
  EXPECT_THAT(error.message, HasSubstr("does not carry the name localhost (it carries api.example.org)"));
  EXPECT_THAT(error.message, HasSubstr("tls-server-name"));
}

TEST_F(TransportTls, TakesNoNameFromTheSubject) {
  identity_ = authority_.issue("localhost", "");
  serve_ok();
  EXPECT_EQ(failure(connect()).failure, Failure::tls);
}

TEST_F(TransportTls, VerifiesTheNameThatItIsGiven) {
  identity_ = authority_.issue("server", "DNS:kubernetes.default.svc");
  serve_ok();
  options_.tls_server_name = "kubernetes.default.svc";
  EXPECT_TRUE(connect()->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, VerifiesAnAddress) {
  serve_ok();
  EXPECT_TRUE(connect(server_->url("127.0.0.1"))->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, VerifiesAnIpv6Address) {
  std::string head;
  identity_ = authority_.issue("server", "IP:::1");
  server_ = std::make_unique<ScriptedServer>(
      [&](Conversation& call) {
        head = call.head;
        call.respond(200, "{}");
      },
      identity_, "", AF_INET6);
  if (!server_->bound()) GTEST_SKIP() << "there is no IPv6 here";
  const auto answer = connect(server_->url("[::1]") + "/path")->send(get_, seconds(10), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(head, HasSubstr("GET /path/version "));
  EXPECT_THAT(head, HasSubstr("Host: [::1]:" + std::to_string(server_->port())));
}

TEST_F(TransportTls, RefusesAnAddressThatTheCertificateDoesNotCarry) {
  identity_ = authority_.issue("server", "DNS:localhost,IP:10.0.0.1");
  serve_ok();
  EXPECT_EQ(failure(connect(server_->url("127.0.0.1"))).failure, Failure::tls);
}

TEST_F(TransportTls, TrustsTheServersOwnCertificateWhereThatIsGivenAsAuthority) {
  serve_ok();
  tls_.ca_pem = identity_.certificate_pem;
  EXPECT_TRUE(connect()->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, ReadsSeveralAuthorities) {
  serve_ok();
  const Authority other("another authority");
  tls_.ca_pem = other.pem() + authority_.pem();
  EXPECT_TRUE(connect()->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, SkipsVerificationOnlyWhenToldTo) {
  serve_ok();
  tls_.ca_pem = Authority("another authority").pem();
  options_.insecure_skip_tls_verify = true;
  EXPECT_TRUE(connect()->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, SaysThatTheServerSpeaksNoTls) {
  const ScriptedServer plain([](Conversation& call) { call.respond(200, "plain"); }, std::nullopt);
  const Error error = failure(connect("https://localhost:" + std::to_string(plain.port())));
  EXPECT_EQ(error.failure, Failure::tls);
  EXPECT_THAT(error.message, HasSubstr("does not speak TLS"));
}

TEST_F(TransportTls, ShowsItsClientCertificate) {
  serve_ok(authority_.pem());
  const Identity client = authority_.issue("heat-operator", "");
  tls_.client_cert_pem = client.certificate_pem;
  tls_.client_key_pem = client.key_pem;
  ASSERT_TRUE(connect()->send(get_, seconds(10), {}));
  EXPECT_THAT(client_, HasSubstr("CN=heat-operator"));
}

TEST_F(TransportTls, SaysWhatIsWrongWithCredentials) {
  serve_ok();
  options_.tls = []() -> base::Result<TlsConfig> { return base::failure("the folder is gone"); };
  const Error error = failure(connect());
  EXPECT_EQ(error.failure, Failure::tls);
  EXPECT_THAT(error.message, HasSubstr("cannot be set up: the folder is gone"));
}

TEST_F(TransportTls, SaysWhatIsWrongWithPemText) {
  serve_ok();
  tls_.ca_pem = "nonsense";
  EXPECT_THAT(failure(connect()).message, HasSubstr("holds no PEM certificate"));
}

TEST_F(TransportTls, PicksUpANewAuthorityWithANewConnection) {
  serve_ok();
  const auto transport = connect();
  ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  const Authority next("next authority");
  server_->use(next.issue("server", "DNS:localhost"));
  tls_.ca_pem = next.pem();
  server_->close_connections();
  EXPECT_TRUE(transport->send(get_, seconds(10), {}));
}

TEST_F(TransportTls, LeavesConnectionsOfAnOldClientCertificateAfterA401) {
  serve_ok(authority_.pem());
  const Identity first = authority_.issue("first", "");
  tls_.client_cert_pem = first.certificate_pem;
  tls_.client_key_pem = first.key_pem;
  const auto transport = connect();
  status_ = 401;
  ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_THAT(client_, HasSubstr("CN=first"));
  const Identity second = authority_.issue("second", "");
  tls_.client_cert_pem = second.certificate_pem;
  tls_.client_key_pem = second.key_pem;
  ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_THAT(client_, HasSubstr("CN=second"));
}

TEST_F(TransportTls, KeepsItsConnectionAfterA401WhenNothingChanged) {
  serve_ok();
  status_ = 401;
  const auto transport = connect();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_EQ(server_->connections_made(), 1);
}

TEST(CheckTls, TellsAKeyOfAnotherCertificate) {
  const Authority authority("authority");
  const Identity one = authority.issue("one", "");
  const Identity two = authority.issue("two", "");
  EXPECT_TRUE(check_tls({authority.pem(), one.certificate_pem, one.key_pem}));
  const auto mixed = check_tls({"", one.certificate_pem, two.key_pem});
  ASSERT_FALSE(mixed);
  EXPECT_THAT(mixed.error().message, HasSubstr("does not belong to the client certificate"));
}

TEST(CheckTls, TellsAMissingHalf) {
  const Identity one = Authority("authority").issue("one", "");
  EXPECT_FALSE(check_tls({"", one.certificate_pem, ""}));
  EXPECT_FALSE(check_tls({"", "", one.key_pem}));
  EXPECT_TRUE(check_tls({}));
}

}  // namespace
}  // namespace http::testing
