// What the Job of spec.identity.keystone.bootstrap runs: a Python program and what it is told.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// Where the Job's pod has the two Secrets that users give, one file a key.
inline constexpr std::string_view keystone_admin_directory = "/etc/heat-operator/admin";
inline constexpr std::string_view keystone_heat_directory = "/etc/heat-operator/heat";

// Needs the standard library of Python 3.9 alone, so that it runs in every image of Heat. Its one argument is
// keystone_bootstrap_settings(). What is there already is left as it is, so that it can be run any number of times:
// Heat's service user with the role "service" in its project, the domain for stacks' users with its admin, the role
// heat_stack_user, and both services with their endpoints. It prints what it has changed, and no password.
std::string_view keystone_bootstrap_script();

// JSON: where Keystone is, the names, and the URLs of the catalogue. Holds no password.
std::string keystone_bootstrap_settings(const Spec& spec);

// What is wrong with the Secret of spec.identity.keystone.bootstrap.adminSecretName, if anything; else all of it that
// the program reads, in one text for a digest.
base::Result<std::string, Problem> keystone_admin(const Spec& spec, const SecretData& secret);

}  // namespace heat
