#include "heat/spec.h"

#include <algorithm>

#include "heat/component.h"
#include "heat/duration.h"
#include "heat/field_check.h"
#include "heat/names.h"

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

// What must be there exactly once.
struct Choice {
  const char* block;
  std::vector<const char*> kinds;
  const char* mend;
};

void check_choices(const json::Value& spec, std::vector<Problem>& problems) {
  static const std::vector<Choice> choices = {
      {"broker",
       {"managed", "external", "rabbitmqCluster"},
       "set exactly one of managed, external and rabbitmqCluster"},
      {"identity", {"keystone", "noauth"}, "set exactly one of keystone and noauth ({}: Heat without Keystone)"}};
  for (const Choice& choice : choices) {
    const auto block = spec.find(choice.block);
    if (block == spec.end() || !block->is_object()) continue;
    const auto given = std::count_if(choice.kinds.begin(), choice.kinds.end(),
                                     [&](const char* kind) { return block->contains(kind); });
    if (given != 1) problems.push_back({std::string("spec.") + choice.block, choice.mend});
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

const json::Value& at(const json::Value& value, const char* pointer) {
  static const json::Value nothing;
  const json::Value* found = json::find(value, pointer);
  return found == nullptr ? nothing : *found;
}

std::chrono::seconds duration_at(const json::Value& spec, const char* pointer) {
  return parse_duration(json::string_at(spec, pointer)).value();
}

// Labels and annotations by which the operator knows its pods.
void check_keys(const json::Value& entries, const std::string& path, const std::vector<std::string_view>& ours,
                std::vector<Problem>& problems) {
  for (const auto& [key, value] : entries.items()) {
    const std::string& written = key;
    const bool taken =
        std::any_of(ours.begin(), ours.end(), [&](std::string_view prefix) { return written.starts_with(prefix); });
    if (taken) problems.push_back({path + "." + written, "is the operator's own: write another key"});
  }
}

// A constraint that names no pods means those of its own component: none at all would be of no use to anybody.
json::Value spread(const json::Value& constraints, const Spec& spec, Component component) {
  json::Value result = constraints;
  for (json::Value& constraint : result) {
    if (constraint.contains("labelSelector")) continue;
    constraint["labelSelector"] = {{"matchLabels", selector_labels(spec, traits(component).name)}};
  }
  return result;
}

// An affinity without any term says nothing, and would still be another pod template.
json::Value affinity(json::Value given) {
  for (auto kind = given.begin(); kind != given.end();) kind = kind->empty() ? given.erase(kind) : std::next(kind);
  return given;
}

PodSettings pod_settings(const json::Value& block, const Spec& spec, Component component) {
  PodSettings pods;
  const json::Value& resources = at(block, "/resources");
  if (!resources.empty()) pods.resources = resources;
  pods.node_selector = at(block, "/scheduling/nodeSelector");
  pods.tolerations = at(block, "/scheduling/tolerations");
  pods.affinity = affinity(at(block, "/scheduling/affinity"));
  pods.topology_spread_constraints = spread(at(block, "/scheduling/topologySpreadConstraints"), spec, component);
  pods.priority_class_name = json::string_at(block, "/scheduling/priorityClassName");
  pods.labels = at(block, "/podLabels");
  pods.annotations = at(block, "/podAnnotations");
  if (const json::Value* down = json::find(block, "/disruption/maxUnavailable")) pods.max_unavailable = *down;
  return pods;
}

void read_pods(const json::Value& given, Spec& spec, std::vector<Problem>& problems) {
  struct Block {
    const char* pointer;
    Component component;
    PodSettings* pods;
  };
  auto* managed = std::get_if<ManagedBroker>(&spec.broker.kind);
  for (const Block& block :
       {Block{"/proxy", Component::proxy, &spec.proxy.pods}, Block{"/api", Component::api, &spec.api.pods},
        Block{"/cfn", Component::cfn, &spec.cfn.pods}, Block{"/engine", Component::engine, &spec.engine.pods},
        Block{"/broker/managed", Component::broker, managed == nullptr ? nullptr : &managed->pods}}) {
    if (block.pods == nullptr) continue;
    *block.pods = pod_settings(at(given, block.pointer), spec, block.component);
    std::string path = std::string("spec") + block.pointer;
    std::replace(path.begin(), path.end(), '/', '.');
    check_keys(block.pods->labels, path + ".podLabels",
               {"app.kubernetes.io/", "heat.openstack.org/", "pod-template-hash", "controller-revision-hash"},
               problems);
    check_keys(block.pods->annotations, path + ".podAnnotations", {"heat.openstack.org/"}, problems);
  }
}

Proxy proxy(const json::Value& given) {
  Proxy proxy;
  proxy.replicas = json::integer_at(given, "/replicas");
  proxy.balance = json::string_at(given, "/balance");
  proxy.max_connections = json::integer_at(given, "/maxConnections");
  proxy.connect_timeout = duration_at(given, "/timeouts/connect");
  proxy.client_timeout = duration_at(given, "/timeouts/client");
  proxy.server_timeout = duration_at(given, "/timeouts/server");
  proxy.service_type = json::string_at(given, "/service/type");
  proxy.service_annotations = at(given, "/service/annotations");
  proxy.public_orchestration_url = json::string_at(given, "/publicURL/orchestration");
  proxy.public_cloudformation_url = json::string_at(given, "/publicURL/cloudformation");
  proxy.tls_secret = json::string_at(given, "/tls/secretName");
  return proxy;
}

Api api(const json::Value& given) {
  return {json::integer_at(given, "/replicas"),
          json::integer_at(given, "/workers"),
          json::integer_at(given, "/threads"),
          {}};
}

Engine engine(const json::Value& given) {
  return {json::integer_at(given, "/replicas"),
          json::integer_at(given, "/workers"),
          duration_at(given, "/drainTimeout"),
          {}};
}

ManagedBroker managed_broker(const json::Value& given) {
  ManagedBroker broker;
  broker.replicas = json::integer_at(given, "/replicas");
  broker.credentials_generation = json::integer_at(given, "/credentialsGeneration");
  broker.storage_size = json::string_at(given, "/storage/size");
  broker.storage_class_name = json::string_at(given, "/storage/storageClassName");
  broker.when_deleted = json::string_at(given, "/storage/whenDeleted");
  return broker;
}

ExternalBroker external_broker(const json::Value& given) {
  ExternalBroker broker;
  broker.ca_secret = json::string_at(given, "/tls/caSecret");
  const std::int64_t usual_port = broker.ca_secret.empty() ? amqp_port : amqps_port;
  for (const json::Value& host : at(given, "/hosts")) {
    broker.hosts.push_back({json::string_at(host, "/host"), json::integer_at(host, "/port", usual_port)});
  }
  broker.virtual_host = json::string_at(given, "/virtualHost");
  broker.credentials_secret = json::string_at(given, "/credentialsSecret/name");
  return broker;
}

Broker broker(const json::Value& given, std::vector<Problem>& problems) {
  Broker broker;
  if (const json::Value* managed = json::find(given, "/managed")) broker.kind = managed_broker(*managed);
  if (const json::Value* cluster = json::find(given, "/rabbitmqCluster")) {
    broker.kind = RabbitmqCluster{json::string_at(*cluster, "/name")};
  }
  if (const json::Value* external = json::find(given, "/external")) {
    broker.kind = external_broker(*external);
    check_hosts(broker.external()->hosts, problems);
  }
  broker.queue_type = json::string_at(given, "/queueType");
  return broker;
}

std::variant<Noauth, Keystone> identity(const json::Value& given) {
  const json::Value* keystone = json::find(given, "/keystone");
  if (keystone == nullptr) return Noauth{};
  return Keystone{json::string_at(*keystone, "/authURL"), json::string_at(*keystone, "/region"),
                  json::string_at(*keystone, "/secretName"), json::string_at(*keystone, "/stackDomain"),
                  json::string_at(*keystone, "/bootstrap/adminSecretName")};
}

Image image(const json::Value& given, std::string fallback, const std::string& release) {
  constexpr std::string_view placeholder = "{release}";
  const std::size_t place = fallback.find(placeholder);
  if (place != std::string::npos) fallback.replace(place, placeholder.size(), release);
  return {json::string_at(given, "/image", fallback), json::integer_at(given, "/user")};
}

Images images(const json::Value& given, const Defaults& defaults, const std::string& release) {
  Images images;
  images.heat = image(at(given, "/heat"), defaults.heat_image, release);
  images.haproxy = image(at(given, "/haproxy"), defaults.haproxy_image, release);
  images.rabbitmq = image(at(given, "/rabbitmq"), defaults.rabbitmq_image, release);
  images.pull_policy = json::string_at(given, "/pullPolicy");
  if (const json::Value* secrets = json::find(given, "/pullSecrets")) {
    images.pull_secrets = secrets->get<std::vector<std::string>>();
  }
  return images;
}

// An image is only asked for where something is made of it.
void check_images(const Spec& spec, std::vector<Problem>& problems) {
  const auto check = [&](const char* name, const Image& image, bool wanted, const char* variable) {
    if (!wanted || !image.reference.empty()) return;
    problems.push_back({std::string("spec.images.") + name + ".image",
                        "is missing, and the operator has no default: write an image reference, or set " +
                            std::string(variable) + " in the operator's environment"});
  };
  check("heat", spec.images.heat, true, "HEAT_OPERATOR_IMAGE_HEAT");
  check("haproxy", spec.images.haproxy, spec.proxy.replicas > 0, "HEAT_OPERATOR_IMAGE_HAPROXY");
  check("rabbitmq", spec.images.rabbitmq, spec.broker.managed() != nullptr, "HEAT_OPERATOR_IMAGE_RABBITMQ");
}

Spec read(const json::Value& object, const json::Value& given, const Defaults& defaults,
          std::vector<Problem>& problems) {
  Spec spec;
  spec.name = json::string_at(object, "/metadata/name");
  spec.namespace_name = json::string_at(object, "/metadata/namespace");
  spec.uid = json::string_at(object, "/metadata/uid");
  spec.generation = json::integer_at(object, "/metadata/generation");
  spec.release = json::string_at(given, "/release");
  spec.images = images(at(given, "/images"), defaults, spec.release);
  spec.proxy = proxy(at(given, "/proxy"));
  spec.api = api(at(given, "/api"));
  spec.cfn = api(at(given, "/cfn"));
  spec.engine = engine(at(given, "/engine"));
  spec.broker = broker(at(given, "/broker"), problems);
  read_pods(given, spec, problems);
  spec.database = {json::string_at(given, "/database/secretName"), json::integer_at(given, "/database/maxConnections"),
                   json::string_at(given, "/database/tls/caSecret")};
  spec.identity = identity(at(given, "/identity"));
  spec.encryption_key_secret = json::string_at(given, "/encryptionKey/secretName");
  spec.config = {json::string_at(given, "/config/heat"), json::string_at(given, "/config/haproxy"),
                 json::string_at(given, "/config/rabbitmq")};
  spec.purge_deleted = {json::string_at(given, "/maintenance/purgeDeleted/schedule"),
                        duration_at(given, "/maintenance/purgeDeleted/olderThan")};
  return spec;
}

}  // namespace

tl::expected<Spec, std::vector<Problem>> parse(const json::Value& object, const Defaults& defaults) {
  const json::Value* given = json::find(object, "/spec");
  CheckedSpec checked = check_fields(given == nullptr ? json::Value::object() : *given);
  std::vector<Problem>& problems = checked.problems;
  check_name(json::string_at(object, "/metadata/name"), problems);
  if (checked.spec.is_object()) check_choices(checked.spec, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));

  Spec spec = read(object, checked.spec, defaults, problems);
  check_images(spec, problems);
  if (!problems.empty()) return tl::unexpected(std::move(problems));
  return spec;
}

}  // namespace heat
