#include "heat/encryption_key.h"

#include "heat/names.h"
#include "heat/one_time_job.h"

namespace heat {

std::string encryption_key_secret(const Spec& spec) {
  return spec.encryption_key_secret.empty() ? encryption_key_name(spec.name) : spec.encryption_key_secret;
}

std::optional<std::string> encryption_key(const Spec& spec, const Observed& observed) {
  const SecretData* secret = observed.secret(encryption_key_secret(spec));
  if (secret == nullptr) return std::nullopt;
  const auto value = secret->find(std::string(encryption_key_entry));
  return value == secret->end() ? std::string() : value->second;
}

bool encryption_key_is_lost(const Spec& spec, const Observed& observed) {
  return observed.secret(encryption_key_secret(spec)) == nullptr &&
         (observed.workloads.contains(Component::engine) || database_was_made(observed));
}

}  // namespace heat
