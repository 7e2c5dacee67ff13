// What a user must mend before anything may change.
#include <algorithm>

#include "heat/config/broker_access.h"
#include "heat/config/override_check.h"
#include "heat/config/sums.h"
#include "heat/config/tls.h"
#include "heat/desired/desired.h"
#include "heat/desired/secret_problems.h"
#include "heat/encryption_key.h"
#include "heat/names.h"
#include "heat/one_time_job.h"
#include "heat/quantity.h"

namespace heat {
namespace {

constexpr std::size_t key_length = 32;  // heat/common/crypt.py: 16 and 24 only warn, others end the engine at start

bool is_plain(char c) { return c > 0x20 && c < 0x7f; }

void check_encryption_key(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const bool given = !spec.encryption_key_secret.empty();
  const std::string secret = encryption_key_secret(spec);
  const std::string name = given ? "spec.encryptionKey.secretName" : "Secret " + secret;
  if (given && observed.secret(secret) == nullptr && !encryption_key_is_lost(spec, observed)) {
    problems.push_back({name,
                        "there is no Secret " + secret + " in namespace " + spec.namespace_name +
                            ": create it with 32 random characters under key",
                        Problem::Kind::secret_missing});
    return;
  }
  if (encryption_key_is_lost(spec, observed)) {
    problems.push_back(
        {name,
         (given ? "Secret " + secret + " " : std::string()) +
             "is gone, but a database was made with it: restore it from a backup with the old key; with "
             "another one Heat cannot read what it has encrypted. Where the database is new and empty as "
             "well, create it with 32 random characters under key",
         Problem::Kind::key_lost});
    return;
  }
  const std::optional<std::string> key = encryption_key(spec, observed);
  if (!key) return;
  if (key->size() == key_length && std::all_of(key->begin(), key->end(), is_plain)) return;
  problems.push_back({name, given
                                ? "Secret " + secret +
                                      ": the value of key must be 32 printable ASCII characters "
                                      "without blanks: write it so"
                                : "the value of key must be 32 printable ASCII characters without blanks: restore it"});
}

void check_connections(const Spec& spec, std::vector<Problem>& problems) {
  const std::int64_t workers = engine_workers(spec.engine);
  if (database_pool(workers, spec.database.max_connections)) return;
  problems.push_back(
      {"spec.database.maxConnections",
       std::to_string(spec.database.max_connections) + " are too few for up to " +
           std::to_string(reach(spec.engine.replicas)) + " engines with " + std::to_string(spec.engine.workers) +
           " workers: write at least " + std::to_string(least_connections(workers)) +
           " (and see that the database server allows them), or lower spec.engine.replicas or spec.engine.workers"});
}

std::string mebibytes(std::int64_t bytes) { return std::to_string((bytes + (1 << 20) - 1) >> 20) + "Mi"; }

void check_broker(const Spec& spec, std::vector<Problem>& problems) {
  const ManagedBroker* broker = spec.broker.managed();
  if (broker == nullptr) return;
  const AmqpConnections amqp = amqp_connections(engine_workers(spec.engine), api_processes(spec));
  // Of the container's memory, 60 % is what a node works with.
  const std::int64_t needed = broker_memory_needed(amqp.idle) / 3 * 5;
  const json::Value* limit = json::find(broker->pods.resources, "/limits/memory");
  if (limit != nullptr && quantity_value(limit->get<std::string>()) < needed) {
    problems.push_back({"spec.broker.managed.resources.limits.memory",
                        limit->get<std::string>() + " are too little for the " + std::to_string(amqp.idle) +
                            " connections that engines and APIs of this scale keep open: write at least " +
                            mebibytes(needed) + ", or lower replicas or workers"});
  }
}

// CEL refuses both before they come here. But queues are lost for good: that does not hang on the CRD alone.
void check_broker_stays(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const auto live = observed.workloads.find(Component::broker);
  if (live == observed.workloads.end() || live->second.deleting) return;
  const ManagedBroker* broker = spec.broker.managed();
  if (broker == nullptr) {
    problems.push_back({"spec.broker",
                        "cannot move to another kind of broker while nodes of this HeatCluster's own are there, since "
                        "their queues would go with them: put managed back, or make a new HeatCluster"});
    return;
  }
  const std::int64_t nodes = json::integer_at(live->second.fields, "/spec/replicas");
  if (broker->replicas >= nodes) return;
  problems.push_back({"spec.broker.managed.replicas",
                      "cannot go from " + std::to_string(nodes) + " to " + std::to_string(broker->replicas) +
                          ", since broker nodes cannot be taken away yet: write at least " + std::to_string(nodes)});
}

}  // namespace

std::vector<MissingSecret> missing(const Spec& spec, const Observed& observed) {
  if (!spec.encryption_key_secret.empty()) return {};
  if (encryption_key(spec, observed) || encryption_key_is_lost(spec, observed)) return {};
  return {{encryption_key_name(spec.name), labels(spec, std::string_view()), std::string(encryption_key_entry),
           key_length / 2}};
}

std::vector<std::string> secret_names(const Spec& spec) {
  std::vector<std::string> names{spec.database.secret_name, encryption_key_secret(spec)};
  if (const std::string broker = broker_secret(spec); !broker.empty()) names.push_back(broker);
  if (const Keystone* keystone = spec.keystone()) {
    names.push_back(keystone->secret_name);
    if (!keystone->bootstrap_secret.empty()) names.push_back(keystone->bootstrap_secret);
  }
  for (const AuthoritySecret& each : authority_secrets(spec)) names.push_back(each.name);
  if (!spec.proxy.tls_secret.empty()) names.push_back(spec.proxy.tls_secret);
  return names;
}

std::vector<Problem> problems(const Spec& spec, const Observed& observed) {
  std::vector<Problem> found;
  check_secrets(spec, observed, found);
  check_authorities(spec, observed, found);
  check_proxy_certificate(spec, observed, found);
  check_encryption_key(spec, observed, found);
  check_connections(spec, found);
  check_broker(spec, found);
  check_broker_stays(spec, observed, found);
  for (Problem& problem : check_overrides(spec)) found.push_back(std::move(problem));
  return found;
}

}  // namespace heat
