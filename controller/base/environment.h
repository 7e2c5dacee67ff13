// The process' environment as a value.
#pragma once

#include <map>
#include <string>

namespace base {

// Taken once, before anything changes it; not thread-safe beside setenv().
std::map<std::string, std::string> environment();

}  // namespace base
