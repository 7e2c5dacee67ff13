// TLS to the proxies and to the database, turned on and off again while Heat serves. Before start_by_hand_test.cpp,
// which is the last.
#include <gmock/gmock.h>

#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

using testing::HasSubstr;

class SecureConnections : public testing::Test {
 protected:
  ~SecureConnections() override {
    database_says("ALTER USER heat REQUIRE NONE");
    heat_.patch_spec({{"proxy", {{"tls", nullptr}}}, {"database", {{"tls", nullptr}}}});
    EXPECT_TRUE(heat_.is_settled_and_ready());
  }

  void database_says(const std::string& statement) const {
    heat_.kubectl().succeed({"exec", "mariadb-0", "--", "mariadb", "--execute", statement});
  }

  // The proxies' certificate, by the address that these tests call.
  void show(const certificates::Authority& by) const {
    const certificates::Identity made = by.issue({"heat", "DNS:heat-proxy,IP:" + address_});
    heat_.kubectl().apply({secret("heat-public-tls", {{"tls.crt", made.certificate}, {"tls.key", made.key}})});
  }

  std::string url(const std::string& port) const { return "https://" + address_ + ":" + port + "/v1"; }

  RealHeat& heat_ = RealHeat::instance();
  const std::string address_ = integration::text_at(heat_.kubectl().get("service", "heat-proxy"), "/spec/clusterIP");
};

TEST_F(SecureConnections, StacksAreMadeThroughThem) {
  show(authority());
  heat_.kubectl().apply({secret("heat-db-ca", {{"ca.crt", authority().pem()}})});
  heat_.patch_spec({{"proxy", {{"tls", {{"secretName", "heat-public-tls"}}}}},
                    {"database", {{"tls", {{"caSecret", "heat-db-ca"}}}}}});
  ASSERT_TRUE(heat_.is_settled_and_ready());
  EXPECT_THAT(integration::text_at(heat_.cluster(), "/status/endpoints/orchestration"), HasSubstr("https://"));

  // From here on no connection without TLS lives, old ones included.
  database_says("ALTER USER heat REQUIRE SSL");
  database_says("KILL USER heat");
  HeatApi api(url("8004"), url("8000"), authority().pem());
  const Answer created = api.create_stack("by-https", waiting_stack(2, 1));
  ASSERT_EQ(created.status, 201) << created.text();
  EXPECT_TRUE(api.completes("by-https", long_patience));
  const Answer described = api.cloudformation("DescribeStacks", "StackName=by-https");
  EXPECT_THAT(described.body, HasSubstr("CREATE_COMPLETE")) << described.text();

  const certificates::Authority stranger("stranger");
  const Answer unknown = HttpClient(HttpClient::Connections::fresh, stranger.pem()).get(url("8004"));
  EXPECT_EQ(unknown.status, 0) << unknown.text();
  EXPECT_THAT(unknown.error, HasSubstr("certificate"));
  const Answer in_the_clear = HttpClient().get("http://" + address_ + ":8004/v1");
  EXPECT_FALSE(in_the_clear.ok()) << in_the_clear.text();

  // Another certificate reaches every proxy, and no call is lost on the way.
  show(stranger);
  const std::string both = authority().pem() + stranger.pem();
  HttpClient caller(HttpClient::Connections::fresh, both);
  HttpClient newcomer(HttpClient::Connections::fresh, stranger.pem());
  int in_a_row = 0;
  const AssertionResult renewed = integration::wait_until(
      [&]() -> AssertionResult {
        const Answer answer = caller.get(url("8004"));
        EXPECT_NE(answer.status, 0) << answer.text();
        in_a_row = newcomer.get(url("8004")).status == 0 ? 0 : in_a_row + 1;
        return in_a_row > 20 ? AssertionSuccess() : AssertionFailure() << "the old certificate is still shown";
      },
      long_patience);
  EXPECT_TRUE(renewed);
}

}  // namespace
}  // namespace e2e
