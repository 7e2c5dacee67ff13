#include "heat/config/tls.h"

#include <algorithm>

namespace heat {
namespace {

// More than all authorities that a distribution ships; two of them fit into a ConfigMap, beside everything else.
constexpr std::size_t longest_bundle = 262'144;

base::Result<base::Certificates, Problem> read(const GivenSecret& secret, std::string_view entry, const char* form) {
  const std::string key(entry);
  const auto found = secret.data.find(key);
  if (found == secret.data.end() || found->second.empty()) {
    return secret.problem("the key " + key + " is missing or empty: set it to " + form);
  }
  if (found->second.size() > longest_bundle) {
    return secret.problem("the value of " + key + " has " + std::to_string(found->second.size()) +
                          " bytes: write at most " + std::to_string(longest_bundle));
  }
  auto certificates = base::read_certificates(found->second);
  if (certificates) return std::move(*certificates);
  return secret.problem("the value of " + key + " " + certificates.error().message + ": write " + form);
}

}  // namespace

std::vector<AuthoritySecret> authority_secrets(const Spec& spec) {
  std::vector<AuthoritySecret> found;
  if (!spec.database.ca_secret.empty()) found.push_back({"spec.database.tls.caSecret", spec.database.ca_secret});
  const ExternalBroker* external = spec.broker.external();
  if (external != nullptr && !external->ca_secret.empty()) {
    found.push_back({"spec.broker.external.tls.caSecret", external->ca_secret});
  }
  return found;
}

base::Result<base::Certificates, Problem> authorities(const GivenSecret& secret) {
  return read(secret, authority_entry, "the certificate of the server's authority in PEM, or several of them");
}

std::optional<Problem> out_of_time(const GivenSecret& secret, std::string_view entry,
                                   const std::vector<base::Certificate>& certificates, const std::string& now) {
  const auto is_valid = [&](const base::Certificate& each) { return each.not_before <= now && now < each.not_after; };
  if (now.empty() || std::any_of(certificates.begin(), certificates.end(), is_valid)) return std::nullopt;
  const base::Certificate& first = certificates.front();
  const std::string told =
      now < first.not_before ? " is valid only from " + first.not_before + " on" : " has expired at " + first.not_after;
  return secret
      .problem("the certificate " + first.subject + " under " + std::string(entry) + told +
               ": put a valid one in its place")
      .value();
}

}  // namespace heat
