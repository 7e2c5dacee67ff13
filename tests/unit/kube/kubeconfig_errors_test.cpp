#include "kubeconfig_fixture.h"

namespace kube {
namespace {

using http::testing::Authority;
using http::testing::Identity;
using testing::HasSubstr;
using testing::Not;

TEST_F(KubeconfigTest, SaysThatNoFileIsGiven) {
  EXPECT_EQ(refusal_of(load_kubeconfig(options_, clock_)),
            "no kubeconfig is given: use --kubeconfig, or set KUBECONFIG (HOME is not set either)");
}

TEST_F(KubeconfigTest, SaysThatTheFileIsMissing) {
  options_.path = folder_.file("nowhere");
  EXPECT_EQ(refusal_of(load_kubeconfig(options_, clock_)),
            "kubeconfig (from --kubeconfig): cannot read " + options_.path + ": No such file or directory");
}

TEST_F(KubeconfigTest, SaysThatNoFileOfTheListExists) {
  options_.environment["KUBECONFIG"] = "/nowhere/a:/nowhere/b";
  EXPECT_EQ(refusal_of(load_kubeconfig(options_, clock_)),
            "kubeconfig: none of the files that $KUBECONFIG names exists (/nowhere/a:/nowhere/b): correct it, or use "
            "--kubeconfig");
}

TEST_F(KubeconfigTest, SaysWhereTheYamlIsBroken) {
  EXPECT_THAT(refusal("a: b\n  c: d\n"), HasSubstr(folder_.file("config") + ": not YAML: line 2"));
}

TEST_F(KubeconfigTest, SaysThatTheFileIsSomethingElse) {
  EXPECT_THAT(refusal("kind: Secret\n"), HasSubstr("its kind is \"Secret\", not Config"));
  EXPECT_THAT(refusal("[]"), HasSubstr("its top level must be a map"));
  EXPECT_THAT(refusal("clusters: {a: b}"), HasSubstr("clusters must be a list"));
}

TEST_F(KubeconfigTest, SaysThatAFileIsAFolder) {
  options_.path = folder_.path();
  EXPECT_THAT(refusal_of(load_kubeconfig(options_, clock_)), HasSubstr("Is a directory"));
}

TEST_F(KubeconfigTest, ListsTheContextsWhenNoneIsChosen) {
  EXPECT_EQ(refusal("contexts: [{name: a}, {name: b}]\n"),
            named("no current-context is set: set it, or use --context; there are: a, b"));
  EXPECT_EQ(refusal(""), named("no current-context is set: set it, or use --context; there are: none"));
}

TEST_F(KubeconfigTest, ListsTheContextsWhenTheChosenOneIsMissing) {
  options_.context = "prod";
  EXPECT_EQ(refusal(config(server_, "token: abc")),
            "--context names the context \"prod\", which is not there; there are: main");
}

TEST_F(KubeconfigTest, NamesAMissingCluster) {
  EXPECT_EQ(refusal("current-context: m\ncontexts: [{name: m, context: {cluster: x}}]\nclusters: [{name: y}]\n"),
            named("context \"m\" names the cluster \"x\", which is not there; there are: y"));
  EXPECT_EQ(refusal("current-context: m\ncontexts: [{name: m}]\n"), named("context \"m\": cluster is missing"));
}

TEST_F(KubeconfigTest, NamesAMissingUser) {
  EXPECT_EQ(refusal("current-context: m\ncontexts: [{name: m, context: {cluster: c, user: u}}]\n"
                    "clusters: [{name: c, cluster: {server: 'https://a'}}]\n"),
            named("context \"m\" names the user \"u\", which is not there; there are: none"));
}

TEST_F(KubeconfigTest, ChecksTheServer) {
  EXPECT_EQ(refusal(config("", "")), named("cluster \"c\": server is missing: give the API server's URL"));
  EXPECT_EQ(
      refusal(config("server: 'a:6443'", "")),
      named("cluster \"c\": server: \"a:6443\" is no URL that can be used: it must start with https:// (or http://)"));
}

TEST_F(KubeconfigTest, RefusesAProxy) {
  EXPECT_THAT(refusal(config(server_ + ", proxy-url: 'http://p'", "")), HasSubstr("proxy-url is not supported"));
}

TEST_F(KubeconfigTest, RefusesAnAuthorityThatWouldNotBeUsed) {
  EXPECT_THAT(refusal(config(server_ + ", insecure-skip-tls-verify: true, certificate-authority: ca.crt", "")),
              HasSubstr("remove insecure-skip-tls-verify"));
}

TEST_F(KubeconfigTest, ChecksTheAuthority) {
  EXPECT_EQ(refusal(config(server_ + ", certificate-authority-data: '***'", "")),
            named("cluster \"c\": certificate-authority-data is not base64"));
  EXPECT_EQ(refusal(config(server_ + ", certificate-authority-data: aGVsbG8=", "")),
            named("cluster \"c\": the certificate authority holds no PEM certificate (-----BEGIN CERTIFICATE-----)"));
  EXPECT_EQ(refusal(config(server_ + ", certificate-authority: gone.crt", "")),
            named("cluster \"c\": certificate-authority: cannot read " + folder_.file("gone.crt") +
                  ": No such file or directory"));
}

TEST_F(KubeconfigTest, ChecksTheClientCertificate) {
  const Authority authority("cluster");
  const Identity one = authority.issue("one", "");
  const Identity two = authority.issue("two", "");
  const std::string certificate = "client-certificate-data: " + base::base64_encode(one.certificate_pem);
  EXPECT_EQ(user_refusal(certificate), named("user \"u\": client-certificate is given without client-key"));
  EXPECT_EQ(user_refusal("client-key-data: " + base::base64_encode(one.key_pem)),
            named("user \"u\": client-key is given without client-certificate"));
  EXPECT_EQ(user_refusal(certificate + ", client-key-data: " + base::base64_encode(two.key_pem)),
            named("user \"u\": the client key does not belong to the client certificate"));
  EXPECT_EQ(user_refusal(certificate + ", client-key-data: aGVsbG8="),
            named("user \"u\": the client key is no PEM private key, or is protected by a passphrase"));
}

TEST_F(KubeconfigTest, ChecksTheTokenFile) {
  EXPECT_EQ(user_refusal("tokenFile: gone"),
            named("user \"u\": tokenFile: cannot read " + folder_.file("gone") + ": No such file or directory"));
  folder_.write("empty", "\n");
  EXPECT_EQ(user_refusal("tokenFile: empty"),
            named("user \"u\": tokenFile: " + folder_.file("empty") + " is empty: it must hold a token"));
}

TEST_F(KubeconfigTest, RefusesValuesOfAnotherType) {
  EXPECT_EQ(user_refusal("token: 12345"), named("user \"u\": token must be a string: put it into quotes"));
  EXPECT_EQ(user_refusal("username: a, password: 12345"),
            named("user \"u\": password must be a string: put it into quotes"));
}

TEST_F(KubeconfigTest, RefusesATokenOfTwoLinesWithoutRepeatingIt) {
  const std::string message = user_refusal("token: \"secret\\nvalue\"");
  EXPECT_THAT(message, HasSubstr("token holds a line break"));
  EXPECT_THAT(message, Not(HasSubstr("secret")));
}

TEST_F(KubeconfigTest, RefusesSeveralWaysToAuthenticate) {
  EXPECT_THAT(user_refusal("token: a, username: b"), HasSubstr("more than one of token, username and exec"));
  EXPECT_THAT(user_refusal("token: a, exec: {command: b}"), HasSubstr("more than one of"));
  EXPECT_THAT(user_refusal("client-certificate: a, exec: {command: b}"), HasSubstr("both exec and client-certificate"));
}

TEST_F(KubeconfigTest, RefusesImpersonation) {
  for (const char* user : {"as: admin", "as-groups: [a]", "as-uid: '1'", "as-user-extra: {a: [b]}"}) {
    EXPECT_THAT(user_refusal(std::string("token: a, ") + user), HasSubstr("is not supported (impersonation)")) << user;
  }
}

TEST_F(KubeconfigTest, RefusesWhatKubernetesDropped) {
  EXPECT_THAT(user_refusal("auth-provider: {name: gcp}"), HasSubstr("auth-provider is not supported any more"));
}

TEST_F(KubeconfigTest, ChecksThePlugin) {
  EXPECT_THAT(user_refusal("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}"),
              HasSubstr("\"client.authentication.k8s.io/v1alpha1\" is not supported"));
  const std::string v1 = "exec: {apiVersion: client.authentication.k8s.io/v1, ";
  EXPECT_THAT(user_refusal(v1 + "interactiveMode: Never}"), HasSubstr("exec.command is missing"));
  EXPECT_THAT(user_refusal(v1 + "command: a}"), HasSubstr("interactiveMode is missing"));
  EXPECT_THAT(user_refusal(v1 + "command: a, interactiveMode: Always}"), HasSubstr("an operator has no terminal"));
  EXPECT_THAT(user_refusal(v1 + "command: a, interactiveMode: Maybe}"), HasSubstr("none of Never, IfAvailable"));
  EXPECT_THAT(user_refusal(v1 + "command: a, interactiveMode: Never, args: [1]}"),
              HasSubstr("put numbers into quotes"));
  EXPECT_THAT(user_refusal(v1 + "command: a, interactiveMode: Never, env: [{name: A}]}"),
              HasSubstr("exec.env must be a list of name and value"));
}

TEST_F(KubeconfigTest, RunsThePluginAtOnceAndShowsItsHint) {
  EXPECT_EQ(user_refusal("exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, "
                         "interactiveMode: Never, installHint: Get it}"),
            named("user \"u\": the credential plugin \"no-such-plugin\" is not found in PATH: install it, or give its "
                  "path; hint: Get it"));
}

}  // namespace
}  // namespace kube
