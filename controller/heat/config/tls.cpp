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

const char* unfit(base::KeyFit fit) {
  switch (fit) {
    case base::KeyFit::fits:
      return nullptr;
    case base::KeyFit::malformed:
      return "the value of tls.key is no private key in PEM: write the key of the certificate in tls.crt";
    case base::KeyFit::encrypted:
      return "the value of tls.key is encrypted, and nobody can type its passphrase: write it without one";
    case base::KeyFit::other:
      return "tls.key is not the key of the first certificate in tls.crt: write the proxies' own certificate first, "
             "authorities after it, and its key";
    case base::KeyFit::weak:
      return "the key or the signature of the certificate in tls.crt is too weak, and HAProxy will not have it: use an "
             "RSA key of at least 2048 bits or an EC key, signed with SHA-256 or better";
  }
  return nullptr;
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

base::Result<base::Certificates, Problem> proxy_certificates(const GivenSecret& secret) {
  auto certificates = read(secret, certificate_entry, "the proxies' certificate in PEM, authorities between after it");
  if (!certificates) return certificates;
  const auto key = secret.data.find(std::string(key_entry));
  if (key == secret.data.end() || key->second.empty()) {
    return secret.problem(
        "the key tls.key is missing or empty: set it to the private key of the certificate in tls.crt");
  }
  if (const char* wrong = unfit(base::key_fit(certificates->pem, key->second))) return secret.problem(wrong);
  return certificates;
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
