// How long it takes until one engine more works: by the operator, and started by hand beside it. Times are those of the
// engines' own logs, so that nothing hangs on how often a log is looked at; work is offered to all engines meanwhile.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "kubeconfig.h"
#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr int rounds = 5;
constexpr std::chrono::milliseconds offered_every{500};
constexpr int most_offers = 40;  // in one round; Heat allows a project 512 stacks

// Stacks of two resources that do nothing: each resource is a message to any engine.
class Offers {
 public:
  Offers(const RealHeat& heat, const std::string& prefix)
      : thread_([&heat, prefix](const std::stop_token& stop) {
          HeatApi api = heat.api();
          auto next = std::chrono::steady_clock::now();
          int offered = 0;
          while (!stop.stop_requested() && offered < most_offers) {
            api.create_stack(prefix + std::to_string(offered++), waiting_stack(2, 0));
            next += offered_every;
            std::this_thread::sleep_until(next);
          }
        }) {}

 private:
  std::jthread thread_;
};

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// Seconds since the epoch at which a log tells of its first resource; nullopt: it does not yet.
std::optional<double> first_work(const std::string& log) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("creating TestResource") == std::string::npos) continue;
    std::tm day{};
    double seconds = 0;
    if (std::sscanf(line.c_str(), "%4d-%2d-%2d %2d:%2d:%lf", &day.tm_year, &day.tm_mon, &day.tm_mday, &day.tm_hour,
                    &day.tm_min, &seconds) != 6) {
      continue;
    }
    day.tm_year -= 1900;
    day.tm_mon -= 1;
    return static_cast<double>(timegm(&day)) + seconds;
  }
  return std::nullopt;
}

std::optional<double> await_work(const std::function<std::string()>& log) {
  std::optional<double> found;
  auto next = std::chrono::steady_clock::now();
  integration::wait_until(
      [&] {
        if (std::chrono::steady_clock::now() < next) return false;
        next += std::chrono::seconds(1);
        found = first_work(log());
        return found.has_value();
      },
      long_patience);
  return found;
}

// The edit that `kubectl scale` makes, without the start of a process for it.
void scale_engines(const RealHeat& heat, int replicas) {
  const integration::Access access = integration::read_kubeconfig(environment("HEAT_OPERATOR_TEST_KUBECONFIG"));
  HttpClient client(HttpClient::Connections::fresh, access.authority, access.credentials);
  const json::Value scale = {{"apiVersion", "autoscaling/v1"},
                             {"kind", "Scale"},
                             {"metadata", {{"name", "heat"}, {"namespace", heat.kubectl().namespace_name()}}},
                             {"spec", {{"replicas", replicas}}}};
  const Answer answer = client.send("PUT",
                                    access.server + "/apis/heat.openstack.org/v1alpha1/namespaces/" +
                                        heat.kubectl().namespace_name() + "/heatclusters/heat/scale",
                                    scale.dump());
  if (!answer.ok()) throw std::runtime_error("scaling the engines: " + answer.text());
}

// From the edit of the count on.
std::optional<double> by_the_operator(const RealHeat& heat, int round) {
  const Offers offers(heat, "offered-" + std::to_string(round) + "-");
  const double began = now();
  scale_engines(heat, 3);
  const auto worked = await_work([&] { return heat.kubectl().run({"logs", "heat-engine-2"}).out; });
  return worked ? std::optional(*worked - began) : std::nullopt;
}

std::string content(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A pod with an engine's files, in which nothing runs yet.
std::vector<std::string> make_bare_pod(const RealHeat& heat) {
  const json::Value pod = heat.kubectl().get("statefulset", "heat-engine").at("spec").at("template").at("spec");
  const json::Value& engine = pod.at("containers").at(0);
  heat.kubectl().apply(heat_pod("bare", pod.at("volumes"), engine.at("volumeMounts")));
  heat.kubectl().succeed({"wait", "--for=condition=Ready", "pod/bare", "--timeout=25s"});
  return engine.at("command").get<std::vector<std::string>>();
}

// From the start of the process on.
std::optional<double> by_hand(const RealHeat& heat, const std::vector<std::string>& command, int round) {
  const std::string file = integration::ControlPlane::instance().scratch("bare-" + std::to_string(round) + ".log");
  const int log = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::vector<std::string> words{"exec", "bare", "--", "sh", "-c", "echo $$ > /tmp/engine; date +%s.%N; exec \"$@\"",
                                 "sh"};
  words.insert(words.end(), command.begin(), command.end());
  const Offers offers(heat, "offered-by-hand-" + std::to_string(round) + "-");
  integration::Process engine(heat.kubectl().command(words), {-1, log, log});
  close(log);
  const auto worked = await_work([&] { return content(file); });
  heat.kubectl().run({"exec", "bare", "--", "sh", "-c", "kill -TERM $(cat /tmp/engine)"});
  EXPECT_TRUE(engine.wait(long_patience)) << "the engine does not end";
  if (!worked) return std::nullopt;
  std::istringstream first_line(content(file));
  double began = 0;
  first_line >> began;
  return *worked - began;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

TEST(NewEngine, TakesWork) {
  RealHeat& heat = RealHeat::instance();
  const std::vector<std::string> command = make_bare_pod(heat);
  std::vector<double> operators, hands;
  for (int round = 0; round < rounds; ++round) {
    const auto with_operator = by_the_operator(heat, round);
    ASSERT_TRUE(with_operator) << "the new engine takes no work";
    operators.push_back(*with_operator);
    heat.kubectl().succeed({"scale", "heatcluster/heat", "--replicas=2"});
    ASSERT_TRUE(heat.settles("engine", 2));
    const auto without = by_hand(heat, command, round);
    ASSERT_TRUE(without) << "an engine that was started by hand takes no work";
    hands.push_back(*without);
  }
  heat.kubectl().run({"delete", "pod", "bare", "--wait=false"});
  figure("replica edit to the new engine's first resource, median of five", median(operators), "s");
  figure("start of a bare heat-engine to its first resource, median of five", median(hands), "s");
  figure("  their ratio (offered: 2 stacks of 2 resources a second)", median(operators) / median(hands), "");
}

}  // namespace
}  // namespace e2e
