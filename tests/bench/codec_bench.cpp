// The hot paths of the process, one at a time: decoding what the API server sends, rendering and hashing what we want.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "heat/desired/desired.h"
#include "heat/kinds.h"
#include "heat/spec.h"
#include "json/json.h"
#include "kube/decode.h"
#include "kube/model/applied_hash.h"

namespace {

std::string recorded(const std::string& name) {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/tests/unit/kube/testdata/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  if (text.str().empty()) throw std::runtime_error("no recorded object " + name);
  return text.str();
}

const kube::Projection& projection_of(const kube::ResourceType& type) {
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    if (*kind.type == type) return kind.projection;
  }
  throw std::runtime_error("not watched");
}

void decode_watch_event(benchmark::State& state) {
  const json::Value object = json::parse(recorded("stateful_set.live.json")).value();
  const std::string line = json::Value{{"type", "MODIFIED"}, {"object", object}}.dump();
  const kube::Projection& projection = projection_of(kube::types::stateful_set);
  for (auto _ : state) {
    benchmark::DoNotOptimize(kube::decode_watch_event(line, kube::types::stateful_set, projection));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(line.size()));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_watch_event);

// All five components.
json::Value heat_cluster() {
  return json::parse(R"({"apiVersion":"heat.openstack.org/v1alpha1","kind":"HeatCluster",
    "metadata":{"name":"heat","namespace":"openstack","uid":"6f6ab4b5-3f52-4a2a-9f0e-3ad5f7a60001","generation":1},
    "spec":{"release":"2025.1","images":{"heat":{"image":"localhost/heat:2025.1","user":42424},
        "haproxy":{"image":"localhost/haproxy:3.0"},"rabbitmq":{"image":"localhost/rabbitmq:4.0"},
        "pullPolicy":"IfNotPresent"},
      "engine":{"replicas":2,"workers":2,"drainTimeout":"10m"},
      "broker":{"managed":{"replicas":3,"storage":{"size":"10Gi"}},"queueType":"quorum"},
      "database":{"secretName":"heat-db","maxConnections":500},"identity":{"noauth":{}}}})")
      .value();
}

heat::Observed world() {
  heat::Observed observed;
  observed.secrets["heat-db"] =
      heat::SecretData{{"connection", "mysql+pymysql://heat:not-a-real-password@mariadb.example:3306/heat"}};
  observed.secrets["heat-encryption-key"] = heat::SecretData{{"key", "0123456789abcdef0123456789abcdef"}};
  return observed;
}

// What a HeatCluster costs once for each generation.
void parse_and_render(benchmark::State& state) {
  const json::Value live = heat_cluster();
  const heat::Observed observed = world();
  for (auto _ : state) {
    const auto spec = heat::parse(live);
    if (!spec) throw std::runtime_error("the benchmark's own HeatCluster: " + spec.error().front().text());
    const heat::Desired desired = heat::desired(*spec, observed);
    for (const heat::Stage& stage : desired.stages) {
      for (const heat::DesiredObject& object : stage.objects) benchmark::DoNotOptimize(object.body());
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_and_render);

// What a pass over a converged HeatCluster does for all of its objects.
void parse_and_recall(benchmark::State& state) {
  const json::Value live = heat_cluster();
  const heat::Observed observed = world();
  const auto prints = std::make_shared<heat::Prints>();
  for (auto _ : state) {
    const heat::Desired desired = heat::desired(heat::parse(live).value(), observed, prints);
    for (const heat::Stage& stage : desired.stages) {
      for (const heat::DesiredObject& object : stage.objects) benchmark::DoNotOptimize(object.hash());
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_and_recall);

void hash_desired_object(benchmark::State& state) {
  const json::Value body = json::parse(recorded("stateful_set.apply.json")).value();
  for (auto _ : state) benchmark::DoNotOptimize(kube::applied_hash(body));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hash_desired_object);

}  // namespace
