#include "heat/spec.h"

#include <algorithm>

#include "heat/duration.h"
#include "heat/field_check.h"
#include "heat/quantity.h"

namespace heat {
namespace {

constexpr std::size_t longest_name = 40;

void check_name(const std::string& name, std::vector<Problem>& problems) {
  const bool begins = !name.empty() && name.front() >= 'a' && name.front() <= 'z' && name.back() != '-';
  const bool label = std::all_of(name.begin(), name.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (begins && label && name.size() <= longest_name) return;
  problems.push_back({"metadata.name",
                      "must have at most 40 characters, begin with a letter and hold only a-z, 0-9 and '-': make the "
                      "HeatCluster anew under such a name"});
}

void check_choices(const json::Value& spec, std::vector<Problem>& problems) {
  if (json::find(spec, "/broker") != nullptr && json::find(spec, "/broker/external") == nullptr) {
    problems.push_back({"spec.broker.external", "is missing: name the broker's hosts and its credentialsSecret"});
  }
  if (json::find(spec, "/identity") != nullptr && json::find(spec, "/identity/noauth") == nullptr) {
    problems.push_back({"spec.identity.noauth", "is missing: set it to {} (Heat without Keystone)"});
  }
}

void check_hosts(const std::vector<BrokerHost>& hosts, std::vector<Problem>& problems) {
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (hosts[i].host != hosts[j].host || hosts[i].port != hosts[j].port) continue;
      problems.push_back({"spec.broker.external.hosts[" + std::to_string(i) + "]",
                          "names the same host and port twice: leave one out"});
    }
  }
}

std::string heat_image(const json::Value& spec, const Defaults& defaults, const std::string& release) {
  const std::string given = json::string_at(spec, "/images/heat/image");
  if (!given.empty()) return given;
  constexpr std::string_view placeholder = "{release}";
  std::string image = defaults.heat_image;
  const std::size_t at = image.find(placeholder);
  if (at != std::string::npos) image.replace(at, placeholder.size(), release);
  return image;
}

// Only what is set, in the server's form: an empty "limits" would be dropped by the API server and seen as drift.
json::Value resources(const json::Value& spec, std::vector<Problem>& problems) {
  json::Value result;
  const json::Value* given = json::find(spec, "/engine/resources");
  if (given == nullptr) return result;
  for (const char* part : {"limits", "requests"}) {
    const auto amounts = given->find(part);
    if (amounts == given->end()) continue;
    for (const auto& [name, amount] : amounts->items()) {
      if (const auto canonical = canonical_quantity(amount)) {
        result[part][name] = *canonical;
      } else {
        problems.push_back({std::string("spec.engine.resources.") + part + "." + name,
                            "is larger than any quantity may be: write less"});
      }
    }
  }
  return result;
}

ExternalBroker external_broker(const json::Value& spec) {
  ExternalBroker broker;
  for (const json::Value& host : *json::find(spec, "/broker/external/hosts")) {
    broker.hosts.push_back({json::string_at(host, "/host"), json::integer_at(host, "/port")});
  }
  broker.virtual_host = json::string_at(spec, "/broker/external/virtualHost");
  broker.credentials_secret = json::string_at(spec, "/broker/external/credentialsSecret/name");
  return broker;
}

Engine engine(const json::Value& spec, std::vector<Problem>& problems) {
  Engine engine;
  engine.replicas = json::integer_at(spec, "/engine/replicas");
  engine.workers = json::integer_at(spec, "/engine/workers");
  engine.drain_timeout = parse_duration(json::string_at(spec, "/engine/drainTimeout")).value();
  engine.pods.resources = resources(spec, problems);
  return engine;
}

Images images(const json::Value& spec, const Defaults& defaults, const std::string& release) {
  Images images;
  images.heat.reference = heat_image(spec, defaults, release);
  images.heat.user = json::integer_at(spec, "/images/heat/user");
  images.pull_policy = json::string_at(spec, "/images/pullPolicy");
  if (const json::Value* secrets = json::find(spec, "/images/pullSecrets")) {
    images.pull_secrets = secrets->get<std::vector<std::string>>();
  }
  return images;
}

}  // namespace

tl::expected<Spec, std::vector<Problem>> parse(const json::Value& object, const Defaults& defaults) {
  const json::Value* given = json::find(object, "/spec");
  CheckedSpec checked = check_fields(given == nullptr ? json::Value::object() : *given);
  std::vector<Problem>& problems = checked.problems;
  Spec spec;
  spec.name = json::string_at(object, "/metadata/name");
  check_name(spec.name, problems);
  check_choices(checked.spec, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));

  spec.namespace_name = json::string_at(object, "/metadata/namespace");
  spec.uid = json::string_at(object, "/metadata/uid");
  spec.generation = json::integer_at(object, "/metadata/generation");
  spec.release = json::string_at(checked.spec, "/release");
  spec.images = images(checked.spec, defaults, spec.release);
  spec.engine = engine(checked.spec, problems);
  spec.broker.kind = external_broker(checked.spec);
  spec.broker.queue_type = json::string_at(checked.spec, "/broker/queueType");
  spec.database.secret_name = json::string_at(checked.spec, "/database/secretName");
  spec.database.max_connections = json::integer_at(checked.spec, "/database/maxConnections");
  check_hosts(spec.broker.external()->hosts, problems);
  if (spec.images.heat.reference.empty()) {
    problems.push_back({"spec.images.heat.image",
                        "is missing, and the operator has no default: write an image reference, or set "
                        "HEAT_OPERATOR_IMAGE_HEAT in the operator's environment"});
  }
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return spec;
}

}  // namespace heat
