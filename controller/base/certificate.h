// X.509 certificates and private keys as users give them, in PEM: what a problem with one is told by. Pure: no clock,
// no file, no network.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace base {

struct Certificate {
  std::string subject;  // RFC 2253, printable ASCII, cut where it is long
  // As base::rfc3339() writes them, so that they compare as text.
  std::string not_before;
  std::string not_after;
};

struct Certificates {
  std::vector<Certificate> all;  // never empty, in the order of the text
  std::string pem;               // the same, written anew: certificates and nothing else
};

// The error says what the text is instead, as the end of "the value …": "holds no certificate". Text between the
// blocks is passed over; a private key among them is refused.
Result<Certificates> read_certificates(std::string_view pem);

enum class KeyFit {
  fits,
  malformed,  // no private key in PEM
  encrypted,  // wants a passphrase
  other,      // the key of another certificate
  weak,       // key or signature below 112 bits of security, which OpenSSL refuses from its level 2 on
};

// Whether `key_pem` is the private key of the first certificate of `pem`, and both are strong enough to serve.
KeyFit key_fit(std::string_view pem, std::string_view key_pem);

}  // namespace base
