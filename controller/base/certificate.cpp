#include "base/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>

#include "base/clock.h"

namespace base {
namespace {

constexpr std::size_t longest_subject = 120;
constexpr int least_security_bits = 112;  // RSA 2048, P-224, SHA-256

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Pointer = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

// OpenSSL's errors stay in a queue of the thread, where others would take them for theirs.
struct ErrorScope {
  ErrorScope() { ERR_clear_error(); }
  ~ErrorScope() { ERR_clear_error(); }
  ErrorScope(const ErrorScope&) = delete;
  ErrorScope& operator=(const ErrorScope&) = delete;
};

Memory reader(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string content(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::string subject(const X509* certificate) {
  const Memory memory(BIO_new(BIO_s_mem()));
  constexpr unsigned long one_line_of_ascii = XN_FLAG_RFC2253;  // escapes control characters and what is no ASCII
  if (!memory || X509_NAME_print_ex(memory.get(), X509_get_subject_name(certificate), 0, one_line_of_ascii) < 0) {
    return {};
  }
  std::string text = content(memory.get());
  if (text.size() > longest_subject) text = text.substr(0, longest_subject) + "...";
  return text;
}

std::optional<std::string> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return rfc3339(std::chrono::system_clock::from_time_t(timegm(&parts)));
}

// The next certificate of a text; null at its end, and where it is malformed.
X509Pointer next(BIO* memory) {
  return X509Pointer(PEM_read_bio_X509(
      memory, nullptr, [](char*, int, int, void*) { return -1; }, nullptr));
}

bool ended_well() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

int refuse_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

bool is_strong(X509* certificate, const EVP_PKEY* key) {
  if (EVP_PKEY_get_security_bits(key) < least_security_bits) return false;
  // Nobody checks the signature of what is its own issuer.
  if ((X509_get_extension_flags(certificate) & EXFLAG_SS) != 0) return true;
  int security_bits = 0;
  return X509_get_signature_info(certificate, nullptr, nullptr, &security_bits, nullptr) != 1 ||
         security_bits >= least_security_bits;
}

}  // namespace

Result<Certificates> read_certificates(std::string_view pem) {
  const ErrorScope scope;
  if (pem.find("PRIVATE KEY-----") != std::string_view::npos) {
    return failure("holds a private key, which must not be there");
  }
  const Memory memory = reader(pem);
  const Memory written(BIO_new(BIO_s_mem()));
  if (!memory || !written) return failure("is too long");
  Certificates read;
  while (const X509Pointer certificate = next(memory.get())) {
    const auto not_before = time_of(X509_get0_notBefore(certificate.get()));
    const auto not_after = time_of(X509_get0_notAfter(certificate.get()));
    if (!not_before || !not_after || PEM_write_bio_X509(written.get(), certificate.get()) != 1) {
      return failure("holds a malformed certificate");
    }
    read.all.push_back({subject(certificate.get()), *not_before, *not_after});
  }
  if (!ended_well()) return failure("holds a malformed certificate");
  if (read.all.empty()) return failure("holds no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  read.pem = content(written.get());
  return read;
}

KeyFit key_fit(std::string_view pem, std::string_view key_pem) {
  const ErrorScope scope;
  const Memory certificate_text = reader(pem);
  const Memory key_text = reader(key_pem);
  if (!certificate_text || !key_text) return KeyFit::malformed;
  const X509Pointer certificate = next(certificate_text.get());
  bool encrypted = false;
  const KeyPointer key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, refuse_passphrase, &encrypted));
  if (!key) return encrypted ? KeyFit::encrypted : KeyFit::malformed;
  if (!certificate || X509_check_private_key(certificate.get(), key.get()) != 1) return KeyFit::other;
  return is_strong(certificate.get(), key.get()) ? KeyFit::fits : KeyFit::weak;
}

}  // namespace base
