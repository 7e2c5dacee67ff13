#include "heat/desired/secret_problems.h"

#include <algorithm>
#include <optional>

#include "heat/config/broker_access.h"
#include "heat/config/credentials.h"
#include "heat/config/keystone_bootstrap.h"
#include "heat/config/tls.h"
#include "heat/desired/desired.h"

namespace heat {
namespace {

// Null where it is missing, which is told.
const SecretData* need(const Spec& spec, const Observed& observed, const std::string& path, const std::string& name,
                       const std::string& mend, std::vector<Problem>& problems) {
  const SecretData* secret = observed.secret(name);
  if (secret == nullptr) {
    problems.push_back({path, "there is no Secret " + name + " in namespace " + spec.namespace_name + ": " + mend,
                        Problem::Kind::secret_missing});
  }
  return secret;
}

}  // namespace

void check_secrets(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  if (const SecretData* database = need(spec, observed, "spec.database.secretName", spec.database.secret_name,
                                        "create it with the key connection, or with host, username, password and "
                                        "database",
                                        problems)) {
    if (const auto access = database_access(spec, *database); !access) problems.push_back(access.error());
  }
  if (const std::string name = broker_secret(spec); !name.empty()) {
    const SecretData* broker = need(spec, observed, broker_secret_path(spec), name,
                                    spec.broker.external() != nullptr
                                        ? "create it with the keys username and password"
                                        : "it comes with the RabbitmqCluster of that name, which must be in this "
                                          "namespace",
                                    problems);
    if (broker != nullptr) {
      if (const auto access = broker_access(spec, broker, {}); !access) problems.push_back(access.error());
    }
  }
  if (spec.keystone() == nullptr) return;
  if (const SecretData* keystone =
          need(spec, observed, "spec.identity.keystone.secretName", spec.keystone()->secret_name,
               "create it with the keys username, password, stackDomainAdmin and "
               "stackDomainAdminPassword",
               problems)) {
    if (const auto login = keystone_login(spec, *keystone); !login) problems.push_back(login.error());
  }
  const std::string& admin_secret = spec.keystone()->bootstrap_secret;
  if (admin_secret.empty()) return;
  if (const SecretData* admin = need(spec, observed, "spec.identity.keystone.bootstrap.adminSecretName", admin_secret,
                                     "create it with the keys username, password and projectName of an admin, as an "
                                     "openrc names them",
                                     problems)) {
    if (const auto entries = keystone_admin(spec, *admin); !entries) problems.push_back(entries.error());
  }
}

void check_authorities(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  for (const AuthoritySecret& each : authority_secrets(spec)) {
    const SecretData* secret =
        need(spec, observed, each.path, each.name,
             "create it with the certificate of the server's authority in PEM under the key ca.crt", problems);
    if (secret == nullptr) continue;
    const GivenSecret given{*secret, each.path, each.name};
    const auto read = authorities(given);
    if (!read) {
      problems.push_back(read.error());
    } else if (auto late = out_of_time(given, authority_entry, read->all, observed.now)) {
      problems.push_back(std::move(*late));
    }
  }
}

void check_proxy_certificate(const Spec& spec, const Observed& observed, std::vector<Problem>& problems) {
  const std::string& name = spec.proxy.tls_secret;
  if (name.empty()) return;
  const std::string path = "spec.proxy.tls.secretName";
  const SecretData* secret = need(spec, observed, path, name,
                                  "create it with the proxies' certificate and its key, as kubectl create secret tls "
                                  "does",
                                  problems);
  if (secret == nullptr) return;
  const GivenSecret given{*secret, path, name};
  auto read = proxy_certificates(given);
  if (!read) {
    problems.push_back(read.error());
    return;
  }
  read->all.resize(1);  // authorities after it may be old ones, for clients that still know nothing else
  if (auto late = out_of_time(given, certificate_entry, read->all, observed.now)) problems.push_back(std::move(*late));
}

std::string valid_until(const Spec& spec, const Observed& observed) {
  std::string first;
  const auto take = [&](const std::string& end) { first = first.empty() ? end : std::min(first, end); };
  for (const AuthoritySecret& each : authority_secrets(spec)) {
    const SecretData* secret = observed.secret(each.name);
    const auto read = secret == nullptr ? std::nullopt : std::optional(authorities({*secret, each.path, each.name}));
    if (!read || !*read) continue;
    // The last of them that ends: before, there is one to be known by.
    std::string last;
    for (const base::Certificate& certificate : (*read)->all) last = std::max(last, certificate.not_after);
    take(last);
  }
  const SecretData* shown = spec.proxy.tls_secret.empty() ? nullptr : observed.secret(spec.proxy.tls_secret);
  if (shown == nullptr) return first;
  if (const auto read = proxy_certificates({*shown, {}, spec.proxy.tls_secret})) take(read->all.front().not_after);
  return first;
}

}  // namespace heat
