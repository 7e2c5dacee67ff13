// The one object that holds passwords. Its name never changes: pods that restart read the newest content, since an old
// password may no longer be good.
#include "base/base64.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value credentials_secret(const Plan& plan) {
  json::Value secret = object(plan.spec, kube::types::secret, credentials_name(plan.spec.name), std::string_view());
  secret["type"] = "Opaque";
  // data, not stringData: what is applied must read back as it was written.
  for (const auto& [name, text] : plan.secret_files) secret["data"][name] = base::base64_encode(text);
  return secret;
}

}  // namespace heat
