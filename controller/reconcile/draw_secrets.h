// What must be random is drawn once, here, and created with create-only semantics: a key that exists is never replaced.
#pragma once

#include <stop_token>
#include <vector>

#include "heat/desired/desired.h"
#include "reconcile/world.h"

namespace reconcile {

// Creates each missing Secret. Where another process was faster (AlreadyExists), theirs is the one that counts. Ends
// with the Secrets as the API server has them in the cache of world.secrets.
kube::Result<void> draw_secrets(const World& world, const std::string& namespace_name,
                                const std::vector<heat::MissingSecret>& missing, std::stop_token stop);

}  // namespace reconcile
