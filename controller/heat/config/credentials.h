// What users' Secrets say, read and checked: the way to the database, and to Keystone.
#pragma once

#include <string>

#include "base/result.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

struct DatabaseAccess {
  std::string connection;  // SQLAlchemy URL, password included
  std::string identity;    // driver, host, port and database name: what another password does not change
};

// Heat's own user, and the one that administers the domain of stacks' users.
struct KeystoneLogin {
  std::string username;
  std::string password;
  std::string project;
  std::string user_domain;
  std::string project_domain;
  std::string stack_domain_admin;
  std::string stack_domain_admin_password;
  friend bool operator==(const KeystoneLogin&, const KeystoneLogin&) = default;
};

// The error names the Secret's key and the mend, never its value. A value that ends in a line break, as `echo` leaves
// it there, is taken without.
base::Result<DatabaseAccess, Problem> database_access(const Spec& spec, const SecretData& secret);
// For a HeatCluster with spec.identity.keystone.
base::Result<KeystoneLogin, Problem> keystone_login(const Spec& spec, const SecretData& secret);

}  // namespace heat
