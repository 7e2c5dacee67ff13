// The flags as the program knows them and docs/configuration.md as people read it: the same, both ways, and each
// environment twin does what its flag does.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <sstream>

#include "options.h"
#include "repository.h"

namespace {

// Flag → its environment twin; empty: none.
using Flags = std::map<std::string, std::string>;

base::Result<Options, Exit> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "heat-operator");
  return parse_options(static_cast<int>(words.size()), words.data());
}

// Lines of --help that begin with a flag; the twin stands as "(Env:NAME)" on the flag's own line.
Flags flags_of_the_program() {
  Flags flags;
  const auto help = parse({"--help"});
  for (const std::string& line : repository::lines(help.error().message)) {
    const std::size_t at = line.find("--");
    if (at == std::string::npos || line.find_first_not_of(' ') != at) continue;
    const std::string flag = line.substr(at, line.find_first_of(" ,=", at) - at);
    const std::size_t twin = line.find("HEAT_OPERATOR_");
    flags[flag] = twin == std::string::npos ? "" : line.substr(twin, line.find_first_of(") ", twin) - twin);
  }
  return flags;
}

// Rows of the table: | `--flag` | `HEAT_OPERATOR_…` … |
Flags flags_of_the_page() {
  Flags flags;
  for (const std::string& line : repository::lines(repository::read("docs/configuration.md"))) {
    if (!line.starts_with("| `--")) continue;
    const std::string flag = line.substr(3, line.find('`', 3) - 3);
    const std::string cell = line.substr(line.find('|', 3) + 1);
    const std::string second = cell.substr(0, cell.find('|'));
    const std::size_t twin = second.find("HEAT_OPERATOR_");
    flags[flag] = twin == std::string::npos ? "" : second.substr(twin, second.find('`', twin) - twin);
  }
  return flags;
}

class Variable {
 public:
  Variable(const std::string& name, const char* value) : name_(name) { setenv(name_.c_str(), value, 1); }
  ~Variable() { unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const std::string name_;
};

std::string twin_of(const std::string& flag) {
  std::string name = "HEAT_OPERATOR_";
  for (const char letter : flag.substr(2)) {
    name += letter == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  return name;
}

// Everything that flags set, as text.
std::string shown(const Options& options) {
  std::ostringstream text;
  text << options.kubeconfig << '|' << options.context << '|';
  for (const std::string& name : options.namespaces) text << name << ',';
  text << '|' << options.workers << '|' << options.leader_elect << '|' << options.leader_elect_namespace << '|'
       << options.metrics_bind_address << '|' << options.health_probe_bind_address << '|'
       << static_cast<int>(options.log_level) << '|' << static_cast<int>(options.log_format) << '|'
       << options.secret_poll_interval.count() << '|'
       << options.workload_health_interval.value_or(std::chrono::seconds(-1)).count() << '|' << options.image_heat
       << '|' << options.image_haproxy << '|' << options.image_rabbitmq;
  return text.str();
}

// A value of each flag that is not its default.
const Flags other_values = {
    {"--kubeconfig", "/somewhere"},
    {"--context", "mine"},
    {"--namespace", "one,two"},
    {"--workers", "7"},
    {"--leader-elect", "false"},
    {"--leader-elect-namespace", "here"},
    {"--metrics-bind-address", "0"},
    {"--health-probe-bind-address", "127.0.0.1:9"},
    {"--secret-poll-interval", "5s"},
    {"--image-heat", "heat:{release}"},
    {"--image-haproxy", "haproxy:1"},
    {"--image-rabbitmq", "rabbitmq:1"},
    {"--log-level", "debug"},
    {"--log-format", "text"},
    {"--workload-health-interval", "7s"},
};

TEST(Flags, ThePageNamesThoseOfTheProgramAndTheirTwins) {
  ASSERT_GT(flags_of_the_program().size(), 5u);
  EXPECT_EQ(flags_of_the_page(), flags_of_the_program());
}

TEST(Flags, EachHasATwinOfItsName) {
  for (const auto& [flag, twin] : flags_of_the_program()) {
    if (flag != "--version") {
      EXPECT_EQ(twin, twin_of(flag));
    }
  }
}

TEST(Flags, ATwinDoesWhatItsFlagDoes) {
  const std::string defaults = shown(*parse({}));
  for (const auto& [flag, twin] : flags_of_the_program()) {
    if (flag == "--version") continue;
    SCOPED_TRACE(flag);
    ASSERT_TRUE(other_values.contains(flag)) << "say a value of it in this test";
    const std::string value = other_values.at(flag);
    const auto by_flag = parse({(flag + "=" + value).c_str()});
    ASSERT_TRUE(by_flag) << by_flag.error().message;
    EXPECT_NE(shown(*by_flag), defaults);
    const Variable variable(twin, value.c_str());
    const auto by_twin = parse({});
    ASSERT_TRUE(by_twin) << by_twin.error().message;
    EXPECT_EQ(shown(*by_twin), shown(*by_flag));
  }
}

TEST(Flags, AFlagWinsOverItsTwin) {
  const Variable workers("HEAT_OPERATOR_WORKERS", "3");
  const Variable elect("HEAT_OPERATOR_LEADER_ELECT", "false");
  EXPECT_EQ(parse({"--workers", "9"})->workers, 9);
  EXPECT_TRUE(parse({"--leader-elect"})->leader_elect);
}

TEST(Flags, TheLastOfTwoCounts) {
  const auto options =
      parse({"--workers=2", "--log-level", "debug", "--workers", "3", "--leader-elect=false", "--log-level=warn",
             "--leader-elect", "--secret-poll-interval=5s", "--secret-poll-interval=7s"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->workers, 3);
  EXPECT_EQ(options->log_level, base::log::Level::warn);
  EXPECT_TRUE(options->leader_elect);
  EXPECT_EQ(options->secret_poll_interval, std::chrono::seconds(7));
}

TEST(Flags, NamespacesAddUp) {
  EXPECT_EQ(parse({"--namespace", "a", "--namespace=b,c"})->namespaces, (std::vector<std::string>{"a", "b", "c"}));
}

// A positional word after --namespace must not be taken for another one.
TEST(Flags, AWordThatIsNoFlagIsWrongUsage) {
  const auto options = parse({"--workers", "3", "more"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().code, 2);
  EXPECT_NE(options.error().message.find("more"), std::string::npos);
}

TEST(Flags, AValueThatIsNoneNamesItsFlag) {
  for (const char* word :
       {"--workers=many", "--workers=0", "--leader-elect=perhaps", "--log-level=loud", "--secret-poll-interval=500ms",
        "--workload-health-interval=-5s", "--workload-health-interval=500ms"}) {
    const auto options = parse({word});
    ASSERT_FALSE(options) << word;
    EXPECT_EQ(options.error().code, 2);
    const std::string flag = std::string(word).substr(0, std::string(word).find('='));
    EXPECT_NE(options.error().message.find(flag), std::string::npos) << options.error().message;
  }
}

}  // namespace
