#include "kube/file_credentials.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/logging.h"
#include "http/tls.h"

namespace kube {
namespace {

constexpr std::size_t max_file = 1u << 20;

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool same(const TlsMaterial& left, const TlsMaterial& right) {
  return left.ca_pem == right.ca_pem && left.client_cert_pem == right.client_cert_pem &&
         left.client_key_pem == right.client_key_pem;
}

}  // namespace

base::Result<std::string> read_file(const std::string& path) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"), close);
  if (!file) return base::failure("cannot read " + path + ": " + std::strerror(errno));
  std::string text;
  char bytes[4096];
  while (const std::size_t got = std::fread(bytes, 1, sizeof bytes, file.get())) {
    text.append(bytes, got);
    if (text.size() > max_file) return base::failure(path + " is larger than 1 MiB: is it the right file?");
  }
  if (std::ferror(file.get()) != 0) return base::failure("cannot read " + path + ": " + std::strerror(errno));
  return text;
}

Material Material::given(std::string text) {
  Material material;
  material.text_ = std::move(text);
  return material;
}

Material Material::in_file(std::string entry, std::string path, Shape shape, base::Duration period) {
  Material material;
  material.entry_ = std::move(entry);
  material.path_ = std::move(path);
  material.shape_ = shape;
  material.period_ = period;
  return material;
}

base::Result<std::string> Material::from_file() const {
  auto text = read_file(path_);
  if (!text) return base::failure(entry_ + ": " + text.error().message);
  if (shape_ == Shape::text) return text;
  std::string token = trimmed(*text);
  if (token.empty()) return base::failure(entry_ + ": " + path_ + " is empty: it must hold a token");
  return token;
}

base::Result<std::string> Material::read(const base::Clock& clock) {
  const base::Monotonic now = clock.now();
  const bool fresh = text_ && !distrusted_ && now - read_at_ < period_;
  if (!is_file() || fresh) return text_.value_or(std::string());
  auto text = from_file();
  if (text) {
    text_ = std::move(*text);
  } else if (text_) {
    base::log::warn("a file of credentials cannot be read; what was read last is used on",
                    {{"error", text.error().message}});
  } else {
    return text;
  }
  read_at_ = now;
  distrusted_ = false;
  return *text_;
}

void Material::distrust(base::Monotonic moment) {
  if (read_at_ < moment) distrusted_ = true;
}

FileCredentials::FileCredentials(FileCredentialsParts parts, const base::Clock& clock)
    : clock_(clock), parts_(std::move(parts)) {}

base::Result<std::string> FileCredentials::authorization() {
  const std::scoped_lock lock(mutex_);
  if (!parts_.token.present()) return parts_.authorization;
  auto token = parts_.token.read(clock_);
  if (token) return "Bearer " + *token;
  if (!parts_.fallback_token.empty()) return "Bearer " + parts_.fallback_token;
  return token;
}

void FileCredentials::rejected(base::Monotonic sent) {
  const std::scoped_lock lock(mutex_);
  for (Material* material : {&parts_.token, &parts_.ca, &parts_.client_cert, &parts_.client_key}) {
    material->distrust(sent);
  }
}

base::Result<TlsMaterial> FileCredentials::read_tls() {
  auto ca = parts_.ca.read(clock_);
  if (!ca) return tl::unexpected(ca.error());
  auto certificate = parts_.client_cert.read(clock_);
  if (!certificate) return tl::unexpected(certificate.error());
  auto key = parts_.client_key.read(clock_);
  if (!key) return tl::unexpected(key.error());
  return TlsMaterial{std::move(*ca), std::move(*certificate), std::move(*key)};
}

base::Result<TlsMaterial> FileCredentials::tls() {
  const std::scoped_lock lock(mutex_);
  auto material = read_tls();
  if (!material) return material;
  if (good_ && same(*good_, *material)) return *good_;
  const auto checked = http::check_tls({material->ca_pem, material->client_cert_pem, material->client_key_pem});
  if (checked) {
    good_ = std::move(*material);
    return *good_;
  }
  if (!good_) return tl::unexpected(checked.error());
  base::log::warn("changed TLS files are not usable; the last good ones are used on",
                  {{"error", checked.error().message}});
  // Whoever replaces them file by file is soon done.
  for (Material* part : {&parts_.ca, &parts_.client_cert, &parts_.client_key}) part->distrust(base::Monotonic::max());
  return *good_;
}

}  // namespace kube
