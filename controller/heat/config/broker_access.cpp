#include "heat/config/broker_access.h"

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "heat/config/given_secret.h"
#include "heat/config/url.h"
#include "heat/names.h"
#include "heat/shape.h"

namespace heat {
namespace {

// Derived, so that it is drawn from nothing further, is the same after x-credentials was lost, and fits the users in a
// volume that outlived its HeatCluster.
std::string derived(const Spec& spec, std::string_view purpose, const std::string& encryption_key) {
  return base::hmac_sha256_hex(
      encryption_key, "heat-operator/broker/" + std::string(purpose) + "/" + spec.namespace_name + "/" + spec.name);
}

// oslo.messaging hands the URL on to kombu with '/' unquoted (impl_rabbit.py _transform_transport_url), which then cuts
// the host name there. No way of writing it helps.
base::Result<void, Problem> check_login(const GivenSecret& secret, const BrokerAccess& access) {
  for (const auto& [key, value] : {std::pair("username", access.username), std::pair("password", access.password)}) {
    if (value.find('/') == std::string::npos) continue;
    return secret.problem(std::string("the ") + key +
                          " holds a '/', which oslo.messaging cannot hand on to the broker: choose one without");
  }
  return {};
}

base::Result<void, Problem> read_login(const GivenSecret& secret, BrokerAccess& access) {
  const auto username = secret.need("username");
  if (!username) return tl::unexpected(username.error());
  const auto password = secret.need("password");
  if (!password) return tl::unexpected(password.error());
  access.username = *username;
  access.password = *password;
  return check_login(secret, access);
}

// The keys of a default-user Secret, as the RabbitMQ cluster operator writes it.
base::Result<void, Problem> read_host(const GivenSecret& secret, BrokerAccess& access) {
  const auto host = secret.need("host");
  if (!host) return tl::unexpected(host.error());
  if (!matches(Shape::host, *host)) {
    return secret.problem("the value of host will not do: it must be " + std::string(description(Shape::host)));
  }
  BrokerHost place{*host, amqp_port};
  if (const auto port = secret.find("port")) {
    const auto [end, error] = std::from_chars(port->data(), port->data() + port->size(), place.port);
    if (error != std::errc{} || end != port->data() + port->size() || place.port < 1 || place.port > 65535) {
      return secret.problem("the value of port will not do: it must be a number from 1 to 65535");
    }
  }
  access.hosts.push_back(std::move(place));
  return {};
}

}  // namespace

// The first generation's password is what it was before there were others.
BrokerLogin managed_broker_login(const Spec& spec, std::int64_t generation, const std::string& encryption_key) {
  const std::string purpose = generation == 1 ? "password" : "password-" + std::to_string(generation);
  return {broker_user(generation), derived(spec, purpose, encryption_key)};
}

std::string broker_secret(const Spec& spec) {
  if (const ExternalBroker* external = spec.broker.external()) return external->credentials_secret;
  if (const RabbitmqCluster* cluster = spec.broker.rabbitmq_cluster()) return cluster->name + "-default-user";
  return {};
}

std::string broker_secret_path(const Spec& spec) {
  return spec.broker.rabbitmq_cluster() != nullptr ? "spec.broker.rabbitmqCluster.name"
                                                   : "spec.broker.external.credentialsSecret.name";
}

base::Result<BrokerAccess, Problem> broker_access(const Spec& spec, const SecretData* secret,
                                                  const std::string& encryption_key) {
  BrokerAccess access;
  if (spec.broker.managed() != nullptr) {
    access.hosts = {{workload_name(spec.name, Component::broker) + "." + spec.namespace_name + ".svc", amqp_port}};
    BrokerLogin login = managed_broker_login(spec, spec.broker.managed()->credentials_generation, encryption_key);
    access.username = std::move(login.username);
    access.password = std::move(login.password);
    return access;
  }
  static const SecretData nothing;
  const GivenSecret source{secret == nullptr ? nothing : *secret, broker_secret_path(spec), broker_secret(spec)};
  if (auto read = read_login(source, access); !read) return tl::unexpected(read.error());
  if (const ExternalBroker* external = spec.broker.external()) {
    access.hosts = external->hosts;
    access.virtual_host = external->virtual_host;
    return access;
  }
  if (auto read = read_host(source, access); !read) return tl::unexpected(read.error());
  return access;
}

std::string erlang_cookie(const Spec& spec, const std::string& encryption_key) {
  return derived(spec, "cookie", encryption_key);
}

std::string transport_url(const BrokerAccess& access) {
  const std::string user = percent_encode(access.username) + ":" + percent_encode(access.password) + "@";
  std::string hosts;
  for (const BrokerHost& host : access.hosts) {
    if (!hosts.empty()) hosts += ',';
    hosts += user + host_and_port(host.host, host.port);
  }
  return "rabbit://" + hosts + "/" + percent_encode_path(access.virtual_host);
}

}  // namespace heat
