// What an answer of the API server means to a person.
#pragma once

#include <string>

#include "kube/error.h"

namespace reconcile {

// The error's text; of a missing right also where it is granted.
std::string explain(const kube::Error& error);

}  // namespace reconcile
