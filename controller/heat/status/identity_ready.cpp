// IdentityReady: Keystone knows Heat's user, the domain of stacks' users, and where clients reach the APIs.
#include "heat/status/job_ready.h"
#include "heat/status/reasons.h"

namespace heat {

Condition identity_ready(const Situation& situation) {
  const std::string& keystone = situation.input.spec->keystone()->auth_url;
  return job_ready(situation, *situation.bootstrap,
                   {identity_ready_type, reason::bootstrapped, reason::bootstrapping, reason::bootstrap_failed,
                    keystone + " knows Heat's user, the stack domain and the endpoints",
                    "makes Heat's user, the stack domain and the endpoints at " + keystone});
}

}  // namespace heat
