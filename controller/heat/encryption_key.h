// The key with which Heat encrypts parts of its database: where it is kept, and whether it is lost.
#pragma once

#include <optional>
#include <string>

#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// Name of the Secret that holds it: the one that the spec names, else the HeatCluster's own.
std::string encryption_key_secret(const Spec& spec);

// Its value. nullopt: there is no such Secret. Empty: the Secret is there, without that entry.
std::optional<std::string> encryption_key(const Spec& spec, const Observed& observed);

// A database was made with a key that is not there any more.
bool encryption_key_is_lost(const Spec& spec, const Observed& observed);

}  // namespace heat
