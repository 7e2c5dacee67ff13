#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace base {

std::string base64_encode(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3), '\0');
  // EVP writes a terminating NUL as well: std::string keeps room for it.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string packed(text);
  packed.erase(std::remove_if(packed.begin(), packed.end(), [](char c) { return c == '\n' || c == '\r'; }),
               packed.end());
  if (packed.size() % 4 != 0) return std::nullopt;
  if (packed.empty()) return std::string();
  const std::size_t first_pad = packed.find('=');
  const std::size_t padding = first_pad == std::string::npos ? 0 : packed.size() - first_pad;
  const bool only_pads_after =
      first_pad == std::string::npos || packed.find_first_not_of('=', first_pad) == std::string::npos;
  if (padding > 2 || !only_pads_after) return std::nullopt;
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int decoded =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (decoded < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(decoded) - padding);
  return bytes;
}

}  // namespace base
