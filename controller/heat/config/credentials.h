// What users' Secrets say, read and checked: the login at the broker and the way to the database.
#pragma once

#include <string>

#include "base/result.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

struct BrokerLogin {
  std::string username;
  std::string password;
};

struct DatabaseAccess {
  std::string connection;  // SQLAlchemy URL, password included
  std::string identity;    // driver, host, port and database name: what another password does not change
};

// The error names the Secret's key and the mend, never its value. A value that ends in a line break, as `echo` leaves
// it there, is taken without.
base::Result<BrokerLogin, Problem> broker_login(const Spec& spec, const SecretData& secret);
base::Result<DatabaseAccess, Problem> database_access(const Spec& spec, const SecretData& secret);

}  // namespace heat
