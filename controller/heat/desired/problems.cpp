// What a user must mend before anything may change.
#include <algorithm>

#include "heat/config/credentials.h"
#include "heat/config/sums.h"
#include "heat/db_sync_state.h"
#include "heat/desired/desired.h"
#include "heat/encryption_key.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

constexpr std::size_t key_length = 32;  // heat/common/crypt.py: 16 and 24 only warn, others end the engine at start

void check_secrets(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const SecretData* database = observed.secret(spec.database.secret_name);
  if (database == nullptr) {
    problems.push_back({"spec.database.secretName",
                        "there is no Secret " + spec.database.secret_name + " in namespace " + spec.namespace_name +
                            ": create it with the key connection, or with host, username, password and database",
                        Problem::Kind::secret_missing});
  } else if (auto access = database_access(spec, *database); !access) {
    problems.push_back(access.error());
  }
  const SecretData* broker = observed.secret(spec.broker.external()->credentials_secret);
  if (broker == nullptr) {
    problems.push_back({"spec.broker.external.credentialsSecret.name",
                        "there is no Secret " + spec.broker.external()->credentials_secret + " in namespace " +
                            spec.namespace_name + ": create it with the keys username and password",
                        Problem::Kind::secret_missing});
  } else if (auto login = broker_login(spec, *broker); !login) {
    problems.push_back(login.error());
  }
}

bool is_plain(char c) { return c > 0x20 && c < 0x7f; }

void check_encryption_key(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const std::string name = "Secret " + encryption_key_name(spec.name);
  if (encryption_key_is_lost(spec, observed)) {
    problems.push_back({name,
                        "is gone, but a database was made with it: restore it from a backup with the old key; with "
                        "another one Heat cannot read what it has encrypted. Where the database is new and empty as "
                        "well, create it with 32 random characters under key",
                        Problem::Kind::key_lost});
    return;
  }
  const std::optional<std::string> key = encryption_key(spec, observed);
  if (!key) return;
  if (key->size() == key_length && std::all_of(key->begin(), key->end(), is_plain)) return;
  problems.push_back({name, "the value of key must be 32 printable ASCII characters without blanks: restore it"});
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

// Engines of two releases on one broker lose each other's work: their worker RPC differs, and a StatefulSet would run
// both side by side. So the old ones must be gone first.
void check_release(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const WorkloadState engine = workload_state(observed, Component::engine);
  if (!engine.exists || engine.release.empty() || engine.release == spec.release) return;
  if (engine.current && engine.wanted == 0 && engine.replicas == 0) return;
  problems.push_back({"spec.release", "cannot go from " + engine.release + " to " + spec.release +
                                          " while engines run: put " + engine.release +
                                          " back, set spec.engine.replicas to 0, and change it when they are gone"});
}

}  // namespace

std::vector<MissingSecret> missing(const Spec& spec, const Observed& observed) {
  if (encryption_key(spec, observed) || encryption_key_is_lost(spec, observed)) return {};
  return {{encryption_key_name(spec.name), labels(spec, std::string_view()), std::string(encryption_key_entry),
           key_length / 2}};
}

std::vector<std::string> secret_names(const Spec& spec) {
  return {spec.database.secret_name, spec.broker.external()->credentials_secret, encryption_key_secret(spec)};
}

std::vector<Problem> problems(const Spec& spec, const Observed& observed) {
  std::vector<Problem> found;
  check_secrets(spec, observed, found);
  check_encryption_key(spec, observed, found);
  check_connections(spec, found);
  check_release(spec, observed, found);
  return found;
}

}  // namespace heat
