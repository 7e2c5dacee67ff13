#include "walk/chain.h"

#include <algorithm>
#include <deque>

#include "walk/core.h"
#include "walk/document.h"
#include "walk/samples.h"

namespace walk {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kept = 6;               // places that keep what they were given while the next are walked
constexpr std::size_t steps_between = 60;     // two checkpoints
constexpr milliseconds end_silence{1000};     // of writes, at the end of a chain
constexpr milliseconds short_silence{200};    // at a checkpoint
constexpr std::size_t most_differences = 10;  // told of one checkpoint

// What stands at a place; nothing: it was taken away.
struct Written {
  const Place* place;
  std::optional<json::Value> value;
};

std::optional<json::Value> document(const Base& base, const std::deque<Written>& written) {
  json::Value cluster = base.cluster;
  try {
    for (const Written& each : written) {
      if (each.value) {
        cluster = with(std::move(cluster), *each.place, *each.value);
      } else {
        auto without_it = without(std::move(cluster), *each.place);
        if (!without_it) return std::nullopt;
        cluster = std::move(*without_it);
      }
    }
  } catch (const DoesNotFit&) {
    return std::nullopt;
  } catch (const json::Value::exception&) {
    return std::nullopt;  // one place stands in what another has taken away
  }
  if (!outcome(cluster).problems.empty()) return std::nullopt;
  return cluster;
}

class Chain {
 public:
  explicit Chain(const std::vector<Stop>& stops) : stops_(stops), base_(*stops.front().base), world_(base_.cluster) {}

  ChainResult run() {
    if (!world_.declare(base_.cluster)) return stuck("the base");
    for (const Stop& stop : stops_) {
      if (!walk(stop)) return stuck(stop.name());
    }
    check_against_fresh("at the end");
    written_.clear();
    if (!declare(base_.cluster)) return stuck("back at the base");
    check_against_fresh("back at the base");
    const int writes = world_.writes();
    if (!world_.is_quiet(end_silence) || world_.writes() != writes) problem("it writes after it has converged");
    return std::move(result_);
  }

 private:
  void problem(const std::string& text) { result_.problems.push_back(text); }

  ChainResult stuck(const std::string& where) {
    problem(where + " did not converge\n" + world_.last_words());
    return std::move(result_);
  }

  bool walk(const Stop& stop) {
    std::vector<std::optional<json::Value>> values;
    for (const json::Value& value : samples(*stop.place, value_at(base_.cluster, *stop.place)).ordinary) {
      if (values.size() < 2) values.emplace_back(value);
    }
    values.emplace_back(std::nullopt);
    written_.push_back({stop.place, {}});
    for (const auto& value : values) {
      written_.back().value = value;
      if (!go_to_written()) return false;
    }
    if (written_.size() > kept) written_.pop_front();
    return true;
  }

  // Places that were written before give way to one that cannot stand beside them.
  bool go_to_written() {
    std::deque<Written> tried = written_;
    auto cluster = document(base_, tried);
    while (!cluster && tried.size() > 1) {
      tried.pop_front();
      cluster = document(base_, tried);
    }
    if (!cluster) {
      // What must be there cannot be taken away; everything else can be declared from some base.
      if (written_.back().value) problem(written_.back().place->path + " was never declared");
      return true;
    }
    written_ = tried;
    return declare(*cluster);
  }

  bool declare(const json::Value& cluster) {
    if (!world_.declare(cluster)) return false;
    if (++result_.steps % steps_between == 0) check_against_fresh("at step " + std::to_string(result_.steps));
    return true;
  }

  void check_against_fresh(const std::string& when) {
    Declared fresh(world_.cluster());
    ++result_.checkpoints;
    if (!fresh.declare(world_.cluster()))
      return problem(when + ": the fresh one did not converge\n" + fresh.last_words());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::vector<std::string> found;
    do {
      if (!fresh.is_quiet(short_silence) || !world_.is_quiet(short_silence)) return problem(when + ": never quiet");
      found = property::differences(fresh.state(), world_.state(), {});
    } while (!found.empty() && std::chrono::steady_clock::now() < deadline);
    if (found.empty()) return;
    std::string text = base_.name + " " + when + ", the way there shows:";
    for (std::size_t i = 0; i < found.size() && i < most_differences; ++i) text += "\n    " + found[i].substr(0, 400);
    for (const Written& each : written_) text += "\n    written: " + each.place->path;
    problem(text);
  }

  const std::vector<Stop>& stops_;
  const Base& base_;
  Declared world_;
  std::deque<Written> written_;
  ChainResult result_;
};

}  // namespace

ChainResult walk_chain(const std::vector<Stop>& stops) { return Chain(stops).run(); }

bool is_fixed(const std::string& path) {
  static const std::vector<std::string> fixed = {"broker/queueType",
                                                 "broker/managed",
                                                 "broker/managed/replicas",
                                                 "broker/managed/credentialsGeneration",
                                                 "broker/managed/storage",
                                                 "broker/managed/storage/size",
                                                 "broker/managed/storage/storageClassName",
                                                 "broker/external",
                                                 "broker/rabbitmqCluster"};
  return std::find(fixed.begin(), fixed.end(), path) != fixed.end();
}

}  // namespace walk
