// Certificates made when the test runs: an authority, and leaves that it signs. P-256, valid for an hour.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace http::testing {

struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

inline std::string drain(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

class Authority {
 public:
  explicit Authority(const std::string& name) : key_(EVP_EC_gen("P-256")), name_(name) {
    certificate_ = make(key_, name, "", true);
  }
  ~Authority() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  std::string pem() const { return text_of(certificate_); }

  // `alternative_names` in OpenSSL's words: "DNS:localhost,IP:127.0.0.1"; empty: none.
  Identity issue(const std::string& common_name, const std::string& alternative_names) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = make(key, common_name, alternative_names, false);
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
    Identity made{text_of(certificate), drain(bio)};
    X509_free(certificate);
    EVP_PKEY_free(key);
    return made;
  }

 private:
  static std::string text_of(X509* certificate) {
    BIO* bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    return drain(bio);
  }

  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  X509* make(EVP_PKEY* key, const std::string& common_name, const std::string& names, bool authority) const {
    static long serial = 1;
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name.c_str()),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, certificate_ != nullptr ? X509_get_subject_name(certificate_) : subject);
    extend(certificate, NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!names.empty()) extend(certificate, NID_subject_alt_name, names);
    X509_sign(certificate, key_, EVP_sha256());
    return certificate;
  }

  EVP_PKEY* key_;
  std::string name_;
  X509* certificate_ = nullptr;
};

}  // namespace http::testing
