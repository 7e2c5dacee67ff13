#include "kube/exec_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "temporary_folder.h"

namespace kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* v1 = "client.authentication.k8s.io/v1";

base::Result<ExecCredential> parsed(const std::string& status) {
  return parse_exec_credential(
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}", v1);
}

std::string refused(const base::Result<ExecCredential>& credential) {
  EXPECT_FALSE(credential);
  return credential ? "" : credential.error().message;
}

TEST(ExecCredential, GivesATokenAndItsEnd) {
  const auto credential = parsed(R"({"token":"abc","expirationTimestamp":"2026-01-31T12:00:00Z"})");
  ASSERT_TRUE(credential) << credential.error().message;
  EXPECT_EQ(credential->token, "abc");
  EXPECT_EQ(base::rfc3339(*credential->expires), "2026-01-31T12:00:00Z");
}

TEST(ExecCredential, GivesACertificate) {
  const auto credential = parsed(R"({"clientCertificateData":"C","clientKeyData":"K"})");
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->client_cert_pem, "C");
  EXPECT_EQ(credential->client_key_pem, "K");
  EXPECT_EQ(credential->expires, std::nullopt);
}

TEST(ExecCredential, RefusesHalfAPair) {
  EXPECT_THAT(refused(parsed(R"({"token":"t","clientCertificateData":"C"})")), HasSubstr("one without the other"));
  EXPECT_THAT(refused(parsed(R"({"clientKeyData":"K"})")), HasSubstr("one without the other"));
}

TEST(ExecCredential, RefusesNothing) {
  EXPECT_THAT(refused(parsed("{}")), HasSubstr("neither a token nor a client certificate"));
}

TEST(ExecCredential, RefusesAnotherVersion) {
  const auto credential = parse_exec_credential(
      R"({"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"t"}})", v1);
  EXPECT_THAT(refused(credential), HasSubstr("v1beta1"));
}

TEST(ExecCredential, RefusesWhatIsNoExecCredential) {
  EXPECT_THAT(refused(parse_exec_credential("not json", v1)), HasSubstr("no JSON object"));
  EXPECT_THAT(refused(parse_exec_credential("[]", v1)), HasSubstr("no JSON object"));
  EXPECT_THAT(refused(parse_exec_credential(R"({"kind":"Secret"})", v1)), HasSubstr("no ExecCredential"));
}

TEST(ExecCredential, RefusesABrokenTime) {
  EXPECT_THAT(refused(parsed(R"({"token":"t","expirationTimestamp":"soon"})")), HasSubstr("no RFC 3339 time"));
}

TEST(ExecInfo, SaysThatThereIsNobodyToAsk) {
  ExecPlugin plugin;
  plugin.api_version = v1;
  EXPECT_EQ(*json::parse(exec_info(plugin)), json::Value::parse(R"({"apiVersion":"client.authentication.k8s.io/v1",
      "kind":"ExecCredential","spec":{"interactive":false}})"));
  plugin.cluster = {{"server", "https://a"}};
  EXPECT_EQ(json::parse(exec_info(plugin))->at("/spec/cluster/server"_json_pointer), "https://a");
}

class RunExecPlugin : public testing::Test {
 protected:
  ExecPlugin script(const std::string& text) {
    ExecPlugin plugin;
    plugin.api_version = v1;
    plugin.command = folder_.write("plugin.sh", "#!/bin/sh\n" + text, true);
    plugin.environment = {{"PATH", "/usr/bin:/bin"}};
    plugin.entry = "config: user \"a\"";
    return plugin;
  }
  // A script that answers with what `expression` expands to as its token.
  ExecPlugin token_script(const std::string& expression) {
    return script("printf '{\"apiVersion\":\"" + std::string(v1) +
                  "\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"%s\"}}' \"" + expression + "\"\n");
  }
  static std::string token_of(const ExecPlugin& plugin) {
    const auto credential = run_exec_plugin(plugin, seconds(30));
    return credential ? credential->token : credential.error().message;
  }

  TemporaryFolder folder_;
};

TEST_F(RunExecPlugin, ReadsItsAnswer) { EXPECT_EQ(token_of(token_script("abc")), "abc"); }

TEST_F(RunExecPlugin, PassesArgumentsWithoutAShell) {
  ExecPlugin plugin = token_script("$2");
  plugin.arguments = {"get-token", "$(id) ; *"};
  EXPECT_EQ(token_of(plugin), "$(id) ; *");
}

TEST_F(RunExecPlugin, PassesTheEnvironmentAndNothingElse) {
  ::setenv("HEAT_OPERATOR_TEST_LEAK", "leaked", 1);
  ExecPlugin plugin = token_script("$GIVEN-$HEAT_OPERATOR_TEST_LEAK");
  plugin.environment["GIVEN"] = "given";
  EXPECT_EQ(token_of(plugin), "given-");
  ::unsetenv("HEAT_OPERATOR_TEST_LEAK");
}

TEST_F(RunExecPlugin, PassesExecInfo) {
  ExecPlugin plugin = script("case \"$KUBERNETES_EXEC_INFO\" in *'\"interactive\":false'*) exit 0;; esac; exit 3\n");
  EXPECT_THAT(token_of(plugin), HasSubstr("no JSON object"));
}

TEST_F(RunExecPlugin, FindsItsCommandInPath) {
  ExecPlugin plugin = token_script("found");
  plugin.command = "plugin.sh";
  plugin.environment["PATH"] = "/usr/bin::/bin:" + folder_.path();
  EXPECT_EQ(token_of(plugin), "found");
}

TEST_F(RunExecPlugin, ShowsTheInstallHintWhenTheCommandIsMissing) {
  ExecPlugin plugin = token_script("x");
  plugin.command = "no-such-plugin";
  plugin.install_hint = "Install it\nfrom example.org";
  EXPECT_EQ(token_of(plugin),
            "config: user \"a\": the credential plugin \"no-such-plugin\" is not found in PATH: "
            "install it, or give its path; hint: Install it from example.org");
}

TEST_F(RunExecPlugin, SaysWhyItCannotBeStarted) {
  ExecPlugin plugin = token_script("x");
  plugin.command = folder_.write("data.txt", "no program");
  EXPECT_THAT(token_of(plugin), HasSubstr("cannot be started: Permission denied"));
}

TEST_F(RunExecPlugin, SaysItsExitCode) {
  EXPECT_THAT(token_of(script("exit 7\n")), HasSubstr("ended with exit code 7: run it by hand"));
}

TEST_F(RunExecPlugin, SaysTheSignalThatEndedIt) {
  EXPECT_THAT(token_of(script("kill -TERM $$\n")), HasSubstr("ended by signal 15"));
}

TEST_F(RunExecPlugin, EndsAtItsTimeoutWithItsChildren) {
  const auto began = std::chrono::steady_clock::now();
  const auto credential = run_exec_plugin(script("sleep 60 & sleep 60\n"), milliseconds(200));
  EXPECT_THAT(refused(credential), HasSubstr("did not end within"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(10));
}

TEST_F(RunExecPlugin, EndsAtItsTimeoutWhenItClosedItsOutput) {
  const auto credential = run_exec_plugin(script("exec >&-\nexec sleep 60\n"), milliseconds(200));
  EXPECT_THAT(refused(credential), HasSubstr("did not end within"));
}

TEST_F(RunExecPlugin, ReadsABoundedAnswer) {
  EXPECT_THAT(token_of(script("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done\n")),
              HasSubstr("more than 1 MiB"));
}

TEST_F(RunExecPlugin, DoesNotRepeatWhatItWrote) {
  EXPECT_THAT(token_of(script("echo secret-token\n")), Not(HasSubstr("secret-token")));
}

TEST_F(RunExecPlugin, GivesItNothingToRead) { EXPECT_EQ(token_of(token_script("read:$(cat)")), "read:"); }

}  // namespace
}  // namespace kube
