// What the program tells who has just started it, and what it outlives.
#include <algorithm>

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

// Runs the program until it ends by itself.
Finished run_operator(const std::vector<std::string>& flags) {
  std::vector<std::string> argv{ControlPlane::instance().operator_binary()};
  argv.insert(argv.end(), flags.begin(), flags.end());
  return run(argv, "", Duration(10'000));
}

std::string written(const std::string& content) {
  const std::string path = ControlPlane::instance().scratch("given.kubeconfig");
  write_file(path, content);
  return path;
}

// Exit code 1 and one line that contains every one of `words`.
void expect_one_line(const Finished& finished, const std::vector<std::string>& words) {
  EXPECT_EQ(finished.exit_code, 1) << finished.text();
  EXPECT_EQ(finished.out, "");
  EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
  EXPECT_TRUE(contains(finished.err, words));
}

TEST(StartupTest, AMissingKubeconfigEndsItWithOneLine) {
  expect_one_line(run_operator({"--kubeconfig", "/nowhere/config"}), {"/nowhere/config"});
}

TEST(StartupTest, AKubeconfigThatIsNoYamlEndsItWithOneLine) {
  const std::string path = written("clusters: [\n");
  expect_one_line(run_operator({"--kubeconfig", path}), {path});
}

TEST(StartupTest, AnUnknownContextEndsItWithOneLine) {
  expect_one_line(
      run_operator({"--kubeconfig", ControlPlane::instance().operator_kubeconfig(), "--context", "elsewhere"}),
      {"elsewhere", "context"});
}

TEST(StartupTest, AKubeconfigWithoutServerEndsItWithOneLine) {
  const std::string path = written(
      "{apiVersion: v1, kind: Config, current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}], "
      "clusters: [{name: a, cluster: {}}], users: [{name: a, user: {token: x}}]}");
  expect_one_line(run_operator({"--kubeconfig", path}), {"server"});
}

TEST(StartupTest, AnAddressThatIsNotOursEndsItWithOneLine) {
  expect_one_line(run_operator({"--kubeconfig", ControlPlane::instance().operator_kubeconfig(), "--leader-elect=false",
                                "--metrics-bind-address", "192.0.2.1:1", "--health-probe-bind-address", "0"}),
                  {"--metrics-bind-address", "192.0.2.1:1"});
}

TEST(StartupTest, OutsideAPodTheNamespaceOfTheLeaseMustBeGiven) {
  const Finished finished = run_operator({"--kubeconfig", ControlPlane::instance().operator_kubeconfig()});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
  EXPECT_TRUE(contains(finished.err, {"--leader-elect-namespace", "--leader-elect=false"}));
}

TEST(StartupTest, AnUnknownFlagIsWrongUsage) {
  const Finished finished = run_operator({"--unknown-flag"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_TRUE(contains(finished.err, {"--unknown-flag"}));
}

TEST(StartupTest, AValueThatIsNoneIsWrongUsage) {
  const Finished finished = run_operator({"--secret-poll-interval", "soon"});
  EXPECT_EQ(finished.exit_code, 2);
  EXPECT_TRUE(contains(finished.err, {"--secret-poll-interval"}));
}

TEST(StartupTest, VersionAndHelpGoToStdout) {
  for (const char* flag : {"--version", "--help"}) {
    const Finished finished = run({ControlPlane::instance().operator_binary(), flag});
    EXPECT_EQ(finished.exit_code, 0) << flag;
    EXPECT_FALSE(finished.out.empty()) << flag;
    EXPECT_EQ(finished.err, "") << flag;
  }
}

// Counts entries at warn or error that contain `word`.
std::size_t complaints(const OperatorProcess& process, const std::string& word) {
  std::size_t count = 0;
  for (const json::Value& entry : process.log_entries()) {
    const std::string level = json::string_at(entry, "/level");
    if ((level == "warn" || level == "warning" || level == "error") && entry.dump().find(word) != std::string::npos)
      ++count;
  }
  return count;
}

class UnreachableServerTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    start_operator(plane().kubeconfig_to("https://" + server_));
    ASSERT_TRUE(wait_until([&] { return heat_operator().health("/healthz").status == 200; }));
  }
  const ClosedPort port_;
  const std::string server_ = "127.0.0.1:" + std::to_string(port_.number());
};

TEST_F(UnreachableServerTest, ItStaysUpAndIsNotReady) {
  ASSERT_TRUE(wait_until([&] { return complaints(heat_operator(), server_) > 0; })) << heat_operator().log();
  EXPECT_EQ(heat_operator().health("/healthz").status, 200);
  const Page ready = heat_operator().health("/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_TRUE(contains(ready.body, {"caches"}));
  EXPECT_FALSE(heat_operator().exit_code());
}

TEST_F(UnreachableServerTest, EachWatchComplainsOnceAndNotInALoop) {
  constexpr std::size_t watches = 11;  // kinds
  ASSERT_TRUE(wait_until([&] { return heat_operator().metric("rest_client_requests_total") >= 2 * watches; }));
  EXPECT_LE(complaints(heat_operator(), server_), watches) << heat_operator().log();
}

}  // namespace
}  // namespace integration
