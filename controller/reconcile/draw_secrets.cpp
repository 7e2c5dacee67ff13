#include "reconcile/draw_secrets.h"

#include "base/base64.h"
#include "base/hash.h"

namespace reconcile {

kube::Result<void> draw_secrets(const World& world, const std::string& namespace_name,
                                const std::vector<heat::MissingSecret>& missing, std::stop_token stop) {
  for (const heat::MissingSecret& secret : missing) {
    const kube::ObjectKey key{namespace_name, secret.name};
    const json::Value body = {
        {"apiVersion", kube::types::secret.api_version()},
        {"kind", kube::types::secret.kind},
        {"metadata", {{"name", secret.name}, {"namespace", namespace_name}, {"labels", secret.labels}}},
        {"type", "Opaque"},
        {"data", {{secret.key, base::base64_encode(base::random_hex(secret.random_bytes))}}}};
    const auto created = world.client.create(kube::types::secret, namespace_name, body.dump(), stop);
    if (created) {
      if (auto kept = world.secrets.wrote(key, *created); !kept) return kept;
      continue;
    }
    // Taken, or the answer to an earlier try was lost: read what is there.
    if (!created.error().already_exists()) return tl::unexpected(created.error());
    const auto read = world.secrets.read(key, base::Duration{0}, stop);
    if (!read) return tl::unexpected(read.error());
  }
  return {};
}

}  // namespace reconcile
