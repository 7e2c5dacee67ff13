#include "certificates/authority.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <stdexcept>

namespace certificates {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not make a certificate");
}

template <typename Write>
std::string written(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(memory != nullptr && write(memory.get()) == 1);
  std::string text(BIO_ctrl_pending(memory.get()), '\0');
  require(BIO_read(memory.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()));
  return text;
}

std::string text_of(X509* certificate) {
  return written([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

Key make_key(bool weak) {
  Key key(weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256"));
  require(key != nullptr);
  return key;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate begin(const Wanted& wanted, EVP_PKEY* key) {
  static std::atomic<long> serial = 0;
  Certificate certificate(X509_new());
  require(certificate != nullptr && X509_set_version(certificate.get(), 2) == 1);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wanted.from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wanted.to_seconds);
  const auto* name = reinterpret_cast<const unsigned char*>(wanted.name.data());
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8, name,
                                     static_cast<int>(wanted.name.size()), -1, 0) == 1);
  require(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

}  // namespace

struct Authority::Parts {
  explicit Parts(const Wanted& wanted) : key(make_key(false)), certificate(begin(wanted, key.get())) {
    require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get())) == 1);
    extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash");
    require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    text = text_of(certificate.get());
  }

  Key key;
  Certificate certificate;
  std::string text;
};

Authority::Authority(const Wanted& wanted) : parts_(std::make_unique<const Parts>(wanted)) {}
Authority::Authority(const std::string& name) : Authority(Wanted{name}) {}
Authority::~Authority() = default;

const std::string& Authority::pem() const { return parts_->text; }

Identity Authority::issue(const Wanted& wanted) const {
  const Key key = make_key(wanted.weak);
  const Certificate made = begin(wanted, key.get());
  X509* authority = parts_->certificate.get();
  require(X509_set_issuer_name(made.get(), X509_get_subject_name(authority)) == 1);
  extend(made.get(), authority, NID_basic_constraints, "critical,CA:FALSE");
  extend(made.get(), authority, NID_ext_key_usage, "serverAuth");
  // Python's verification is strict from 3.13 on: without this one it refuses.
  extend(made.get(), authority, NID_authority_key_identifier, "keyid");
  if (!wanted.alternative_names.empty()) {
    extend(made.get(), authority, NID_subject_alt_name, wanted.alternative_names);
  }
  require(X509_sign(made.get(), parts_->key.get(), EVP_sha256()) > 0);
  return {text_of(made.get()), written([&](BIO* out) {
            const auto* passphrase = reinterpret_cast<const unsigned char*>(wanted.passphrase.data());
            const int size = static_cast<int>(wanted.passphrase.size());
            const EVP_CIPHER* cipher = size == 0 ? nullptr : EVP_aes_256_cbc();
            return PEM_write_bio_PrivateKey(out, key.get(), cipher, passphrase, size, nullptr, nullptr);
          })};
}

}  // namespace certificates
