// The Secrets that spec's tls blocks name, read and checked. Certificates are public: they go into ConfigMaps, written
// anew so that nothing else goes with them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/certificate.h"
#include "base/result.h"
#include "heat/config/given_secret.h"
#include "heat/spec.h"

namespace heat {

// Keys of Secrets.
inline constexpr std::string_view authority_entry = "ca.crt";
inline constexpr std::string_view certificate_entry = "tls.crt";
inline constexpr std::string_view key_entry = "tls.key";

// A Secret with authorities, and the field of the spec that names it.
struct AuthoritySecret {
  std::string path;
  std::string name;
};
std::vector<AuthoritySecret> authority_secrets(const Spec& spec);

// The authorities by which Heat knows a server: the key ca.crt, one or more certificates. The error names the mend.
base::Result<base::Certificates, Problem> authorities(const GivenSecret& secret);

// What the proxies show to clients: the keys tls.crt, the proxies' own certificate first, and tls.key, which must be
// its key.
base::Result<base::Certificates, Problem> proxy_certificates(const GivenSecret& secret);

// Where none of `certificates` may be used at `now` (RFC 3339; empty: nobody knows): which, since or until when, and
// the mend. `entry`: the Secret's key that they are from.
std::optional<Problem> out_of_time(const GivenSecret& secret, std::string_view entry,
                                   const std::vector<base::Certificate>& certificates, const std::string& now);

}  // namespace heat
