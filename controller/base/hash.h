// Hashes: a fast one for comparisons in memory, SHA-256 for names and for whatever leaves the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace base {

// FNV-1a, 64 bit: fed in pieces, order matters. Not for input that somebody wants to collide.
class Hash64 {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) {
      value_ ^= static_cast<unsigned char>(byte);
      value_ *= 0x100000001b3ULL;
    }
  }
  void add(char byte) { add(std::string_view(&byte, 1)); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

// Lower-case hex, 64 characters.
std::string sha256_hex(std::string_view bytes);
// Its first `digits`: for names and annotations, of what nobody gains by making alike.
std::string sha256_hex(std::string_view bytes, std::size_t digits);
// HMAC-SHA-256 as lower-case hex: tells two secrets apart without letting anybody guess at them.
std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);
// Uniform random bytes from OpenSSL's generator, as lower-case hex (2 · bytes characters).
std::string random_hex(std::size_t bytes);

}  // namespace base
