// What is wrong with the Secrets that a user gives.
#pragma once

#include <vector>

#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// Logins: of the database, of a broker that is not ours, and of Keystone.
void check_secrets(const Spec& spec, const Observed& observed, std::vector<Problem>& problems);
// Certificates of the authorities by which the database and the broker are known.
void check_authorities(const Spec& spec, const Observed& observed, std::vector<Problem>& problems);

// What the proxies show to clients.
void check_proxy_certificate(const Spec& spec, const Observed& observed, std::vector<Problem>& problems);

}  // namespace heat
