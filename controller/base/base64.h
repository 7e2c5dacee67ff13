// Standard base64 (RFC 4648 §4), as Secrets carry their data.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

std::string base64_encode(std::string_view bytes);
// nullopt where the text is not base64. Line breaks are passed over, as kubeconfig files have them.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace base
