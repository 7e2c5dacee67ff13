#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <utility>
#include <vector>

namespace http {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using Address = std::unique_ptr<ASN1_OCTET_STRING, Deleter<ASN1_OCTET_STRING_free>>;

struct Authorities {
  std::string file;
  std::string folder;
};

// Where the system keeps its authorities, as the process was started: constant once read.
const Authorities& system_authorities() {
  static const Authorities found = [] {
    const char* file = std::getenv(X509_get_default_cert_file_env());
    const char* folder = std::getenv(X509_get_default_cert_dir_env());
    return Authorities{file != nullptr ? file : X509_get_default_cert_file(),
                       folder != nullptr ? folder : X509_get_default_cert_dir()};
  }();
  return found;
}

std::string openssl_reason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason != nullptr ? reason : "not readable";
  ERR_clear_error();
  return text;
}

Bio memory(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

// A key that asks for a passphrase must not make a daemon read its terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

base::Result<std::vector<Certificate>> read_certificates(const std::string& pem, const char* what) {
  std::vector<Certificate> chain;
  const Bio bio = memory(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) {
    chain.emplace_back(certificate);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (chain.empty()) {
    ERR_clear_error();
    return base::failure(std::string(what) + " holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
  }
  if (!at_end) return base::failure(std::string(what) + " holds a broken certificate: " + openssl_reason());
  ERR_clear_error();
  return chain;
}

base::Result<Store> read_store(const std::string& pem) {
  Store store(X509_STORE_new());
  // Any certificate that the user trusts ends a chain, as in Go: an intermediate, or the server's own.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  if (!pem.empty()) {
    auto certificates = read_certificates(pem, "the certificate authority");
    if (!certificates) return tl::unexpected(certificates.error());
    for (const Certificate& certificate : *certificates) X509_STORE_add_cert(store.get(), certificate.get());
    return store;
  }
  const Authorities& system = system_authorities();
  const bool file = X509_STORE_load_file(store.get(), system.file.c_str()) == 1;
  const bool folder = X509_STORE_load_path(store.get(), system.folder.c_str()) == 1;
  ERR_clear_error();
  if (!file && !folder) {
    return base::failure("no certificate authority is given, and the system has none in " + system.file + " or " +
                         system.folder + ": give one, or install ca-certificates");
  }
  return store;
}

Address parse_address(const std::string& text) { return Address(a2i_IPADDRESS(text.c_str())); }

std::string alternative_names(X509* certificate) {
  std::string names;
  auto* found = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  const int count = sk_GENERAL_NAME_num(found);
  for (int i = 0; i < count && i < 8; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(found, i);
    if (name->type != GEN_DNS) continue;
    if (!names.empty()) names += ", ";
    names.append(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                 static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  GENERAL_NAMES_free(found);
  return names;
}

std::string refusal(X509_STORE_CTX* chain, const std::string& server_name) {
  const int error = X509_STORE_CTX_get_error(chain);
  if (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    X509* certificate = X509_STORE_CTX_get0_cert(chain);
    const std::string names = certificate != nullptr ? alternative_names(certificate) : std::string();
    return "its certificate does not carry the name " + server_name +
           (names.empty() ? std::string() : " (it carries " + names + ")") +
           ": use one of its names in the URL, or set tls-server-name";
  }
  const std::string text = X509_verify_cert_error_string(error);
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "its certificate is signed by an unknown authority (" + text +
             "): check that the certificate authority is this server's";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return text + ": renew the server's certificate, or check this machine's clock";
    default:
      return "its certificate is refused: " + text;
  }
}

int keep_verdict(int verdict, X509_STORE_CTX*) { return verdict; }

}  // namespace

struct TlsContexts::Parsed {
  Store authorities;
  std::vector<Certificate> chain;  // of the client, its own certificate first
  Key key;

  static base::Result<std::shared_ptr<const Parsed>> from(const TlsConfig& config) {
    auto made = std::make_shared<Parsed>();
    auto store = read_store(config.ca_pem);
    if (!store) return tl::unexpected(store.error());
    made->authorities = std::move(*store);
    if (config.client_cert_pem.empty() != config.client_key_pem.empty()) {
      return base::failure(config.client_key_pem.empty() ? "a client certificate is given without its key"
                                                         : "a client key is given without its certificate");
    }
    if (config.client_cert_pem.empty()) return made;
    auto chain = read_certificates(config.client_cert_pem, "the client certificate");
    if (!chain) return tl::unexpected(chain.error());
    made->chain = std::move(*chain);
    const Bio bio = memory(config.client_key_pem);
    made->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!made->key) {
      ERR_clear_error();
      return base::failure("the client key is no PEM private key, or is protected by a passphrase");
    }
    if (X509_check_private_key(made->chain.front().get(), made->key.get()) != 1) {
      ERR_clear_error();
      return base::failure("the client key does not belong to the client certificate");
    }
    return made;
  }
};

TlsContexts::TlsContexts(std::string server_name, bool insecure_skip_verify)
    : server_name_(std::move(server_name)),
      name_is_address_(parse_address(server_name_) != nullptr),
      insecure_(insecure_skip_verify) {}

TlsContexts::~TlsContexts() = default;

base::Result<std::shared_ptr<const TlsContexts::Parsed>> TlsContexts::parsed(const TlsConfig& config) {
  const std::scoped_lock lock(mutex_);
  if (parsed_ && config == config_) return parsed_;
  auto made = Parsed::from(config);
  if (!made) return made;
  parsed_ = *made;
  config_ = config;
  return made;
}

base::Result<void> TlsContexts::prepare(const TlsConfig& config, SSL_CTX* context) {
  const auto material = parsed(config);
  if (!material) return tl::unexpected(material.error());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // An idle connection then holds no 34 KiB of record buffers.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set1_cert_store(context, (*material)->authorities.get());
  SSL_CTX_set_verify(context, insecure_ ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (!insecure_) SSL_CTX_set_cert_verify_callback(context, &TlsContexts::verify, this);
  const auto& chain = (*material)->chain;
  if (chain.empty()) return {};
  bool taken = SSL_CTX_use_certificate(context, chain.front().get()) == 1 &&
               SSL_CTX_use_PrivateKey(context, (*material)->key.get()) == 1;
  for (std::size_t i = 1; taken && i < chain.size(); ++i) {
    taken = SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
  }
  if (!taken) return base::failure("the client certificate cannot be used: " + openssl_reason());
  return {};
}

// The whole verification is OpenSSL's own, against the name that we set: the HTTP library's check would take the name
// from the Host header, and would accept a common name without alternative names.
int TlsContexts::verify(X509_STORE_CTX* chain, void* self) {
  auto* contexts = static_cast<TlsContexts*>(self);
  X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(chain);
  X509_VERIFY_PARAM_set_hostflags(parameters,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const std::string& name = contexts->server_name_;
  const bool set = contexts->name_is_address_ ? X509_VERIFY_PARAM_set1_ip_asc(parameters, name.c_str()) == 1
                                              : X509_VERIFY_PARAM_set1_host(parameters, name.data(), name.size()) == 1;
  if (!set) return 0;
  X509_STORE_CTX_set_verify_cb(chain, keep_verdict);
  if (X509_verify_cert(chain) == 1) return 1;
  const std::scoped_lock lock(contexts->mutex_);
  contexts->last_refusal_ = refusal(chain, name);
  return 0;
}

void TlsContexts::indicate_name(SSL* connection) const {
  if (name_is_address_ || SSL_is_init_finished(connection) == 1) return;
  // The macro for this casts in C.
  SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(server_name_.c_str()));
}

std::string TlsContexts::last_refusal() const {
  const std::scoped_lock lock(mutex_);
  return last_refusal_;
}

base::Result<void> check_tls(const TlsConfig& config) {
  TlsConfig given = config;
  if (!given.ca_pem.empty()) {
    const auto store = read_store(given.ca_pem);
    if (!store) return tl::unexpected(store.error());
  }
  if (given.client_cert_pem.empty() && given.client_key_pem.empty()) return {};
  // The authorities are checked: a second certificate in their place saves the system's from being loaded.
  if (given.ca_pem.empty()) given.ca_pem = given.client_cert_pem;
  TlsContexts contexts("check", false);
  const std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
  return contexts.prepare(given, context.get());
}

void prepare_openssl() {
  OPENSSL_init_ssl(0, nullptr);
  system_authorities();
  ::setenv(X509_get_default_cert_file_env(), "/dev/null", 1);
  ::setenv(X509_get_default_cert_dir_env(), "/dev/null", 1);
}

}  // namespace http
