#include "kube/kubeconfig.h"

#include "kubeconfig_fixture.h"

namespace kube {
namespace {

using http::testing::Authority;
using http::testing::Identity;
using testing::HasSubstr;

TEST_F(KubeconfigTest, ReadsServerNamespaceAndToken) {
  const auto access =
      load(config("server: 'https://api.example.org:6443/', tls-server-name: kubernetes", "token: abc"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://api.example.org:6443");
  EXPECT_EQ(access->tls_server_name, "kubernetes");
  EXPECT_EQ(access->namespace_name, "heat");
  EXPECT_EQ(access->source, named("context \"main\""));
  EXPECT_EQ(*access->credentials->authorization(), "Bearer abc");
  EXPECT_EQ(access->credentials->tls()->ca_pem, "");
}

TEST_F(KubeconfigTest, ReadsAnAuthorityGivenAsData) {
  const std::string ca = Authority("cluster").pem();
  const auto access = load(config(server_ + ", certificate-authority-data: " + base::base64_encode(ca), "token: abc"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->credentials->tls()->ca_pem, ca);
}

TEST_F(KubeconfigTest, ReadsFilesRelativeToItself) {
  const Authority authority("cluster");
  const Identity client = authority.issue("admin", "");
  folder_.write("pki/ca.crt", authority.pem());
  folder_.write("pki/admin.crt", client.certificate_pem);
  folder_.write("pki/admin.key", client.key_pem);
  const auto access = load(config(server_ + ", certificate-authority: pki/ca.crt",
                                  "client-certificate: pki/admin.crt, client-key: pki/admin.key"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->credentials->tls()->ca_pem, authority.pem());
  EXPECT_EQ(access->credentials->tls()->client_cert_pem, client.certificate_pem);
  EXPECT_EQ(*access->credentials->authorization(), "");
}

TEST_F(KubeconfigTest, ReadsAClientCertificateGivenAsData) {
  const Identity client = Authority("cluster").issue("admin", "");
  const auto access = load(config(server_, "client-certificate-data: " + base::base64_encode(client.certificate_pem) +
                                               ", client-key-data: " + base::base64_encode(client.key_pem)));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->credentials->tls()->client_key_pem, client.key_pem);
}

TEST_F(KubeconfigTest, ReadsATokenFile) {
  folder_.write("token", "from-file\n");
  const auto access = load(config(server_, "tokenFile: token, token: old"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(*access->credentials->authorization(), "Bearer from-file");
}

TEST_F(KubeconfigTest, FallsBackToTheTokenWhereItsFileIsMissing) {
  const auto access = load(config(server_, "tokenFile: nowhere, token: old"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(*access->credentials->authorization(), "Bearer old");
}

TEST_F(KubeconfigTest, ReadsUserNameAndPassword) {
  const auto access = load(config(server_, "username: admin, password: 'p:w'"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(*access->credentials->authorization(), "Basic " + base::base64_encode("admin:p:w"));
}

TEST_F(KubeconfigTest, RunsAPlugin) {
  folder_.write("plugin.sh",
                "#!/bin/sh\nprintf '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
                "\"status\":{\"token\":\"%s\"}}' \"$1-$EXTRA-$ORIGINAL\"\n",
                true);
  options_.environment = {{"PATH", "/usr/bin:/bin"}, {"ORIGINAL", "o"}, {"EXTRA", "overridden"}};
  const auto access =
      load(config(server_,
                  "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, args: [a], "
                  "env: [{name: EXTRA, value: e}], interactiveMode: Never, provideClusterInfo: true}"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(*access->credentials->authorization(), "Bearer a-e-o");
}

TEST_F(KubeconfigTest, GivesThePluginTheClusterWhereItWantsIt) {
  const std::string ca = Authority("cluster").pem();
  folder_.write("plugin.sh",
                "#!/bin/sh\ncase \"$KUBERNETES_EXEC_INFO\" in\n"
                "*certificate-authority-data*https://a:6443*) t=both;;\n*) t=none;;\nesac\n"
                "printf '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\","
                "\"status\":{\"token\":\"%s\"}}' $t\n",
                true);
  const auto access = load(config(
      server_ + ", certificate-authority-data: " + base::base64_encode(ca),
      "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh, provideClusterInfo: true}"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(*access->credentials->authorization(), "Bearer both");
  EXPECT_EQ(access->credentials->tls()->ca_pem, ca);
}

TEST_F(KubeconfigTest, ChoosesTheContextThatIsAskedFor) {
  options_.context = "other";
  const auto access = load(
      "current-context: main\ncontexts:\n- {name: main, context: {cluster: c}}\n"
      "- {name: other, context: {cluster: d}}\n"
      "clusters:\n- {name: c, cluster: {server: 'https://c'}}\n"
      "- {name: d, cluster: {server: 'https://d'}}\n");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://d");
}

TEST_F(KubeconfigTest, MergesAListOfFilesOfWhichTheFirstValueWins) {
  const std::string one = folder_.write("one",
                                        "current-context: main\n"
                                        "clusters: [{name: c, cluster: {server: 'https://one'}}]\n");
  const std::string two = folder_.write("sub/two",
                                        "current-context: other\n"
                                        "contexts: [{name: main, context: {cluster: c, user: u}}]\n"
                                        "clusters: [{name: c, cluster: {server: 'https://two'}}]\n"
                                        "users: [{name: u, user: {tokenFile: token}}]\n");
  folder_.write("sub/token", "relative");
  options_.environment["KUBECONFIG"] = folder_.file("missing") + "::" + one + ":" + two;
  const auto access = load_kubeconfig(options_, clock_);
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://one");
  EXPECT_EQ(*access->credentials->authorization(), "Bearer relative");
}

TEST_F(KubeconfigTest, ReadsTheHomeFolderLast) {
  folder_.write(".kube/config", config(server_, "token: abc"));
  options_.environment["HOME"] = folder_.path();
  EXPECT_TRUE(load_kubeconfig(options_, clock_));
}

TEST_F(KubeconfigTest, TakesItsOwnFlagBeforeTheEnvironment) {
  options_.environment["KUBECONFIG"] = folder_.file("nowhere");
  EXPECT_TRUE(load(config(server_, "token: abc")));
}

TEST_F(KubeconfigTest, ReadsAnInsecureServer) {
  const auto access = load(config(server_ + ", insecure-skip-tls-verify: true", "token: abc"));
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_TRUE(access->insecure_skip_tls_verify);
}

TEST_F(KubeconfigTest, ReadsJson) {
  EXPECT_TRUE(load(R"({"kind":"Config","current-context":"m","contexts":[{"name":"m","context":{"cluster":"c"}}],
                       "clusters":[{"name":"c","cluster":{"server":"https://a"}}],"users":null})"));
}

}  // namespace
}  // namespace kube
