// How Heat's processes reach the database where spec.database.tls is set: verified, or not at all.
#pragma once

#include <string>

namespace heat {

// database.conf, for engines and heat-manage.
std::string database_conf();
// sitecustomize.py, which Python runs at its start where PYTHONPATH leads to it.
std::string database_site();

}  // namespace heat
