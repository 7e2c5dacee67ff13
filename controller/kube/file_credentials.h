// Credentials from a kubeconfig's entries or a ServiceAccount's folder: data given once, or files that somebody
// rotates.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/credentials.h"

namespace kube {

// Reads a whole file of at most 1 MiB. The error names the path and the reason.
base::Result<std::string> read_file(const std::string& path);

// Some text, given or in a file that is read again after a while. Not thread-safe.
class Material {
 public:
  enum class Shape { text, token };  // a token is trimmed, and must not be empty

  Material() = default;  // empty text
  static Material given(std::string text);
  // `entry`: how messages name it. Read at most every `period`, and when it was found wanting.
  static Material in_file(std::string entry, std::string path, Shape shape, base::Duration period);

  // What was read last, where the file cannot be read now (a warning says so); an error while nothing was read yet.
  base::Result<std::string> read(const base::Clock& clock);
  // Read again at the next call, unless that was done after `moment`.
  void distrust(base::Monotonic moment);
  bool is_file() const { return !path_.empty(); }
  bool present() const { return is_file() || text_.has_value(); }

 private:
  base::Result<std::string> from_file() const;

  std::string entry_;
  std::string path_;
  Shape shape_ = Shape::text;
  base::Duration period_{0};
  std::optional<std::string> text_;
  base::Monotonic read_at_{};
  bool distrusted_ = false;
};

struct FileCredentialsParts {
  Material ca;
  Material client_cert;
  Material client_key;
  Material token;              // of "Authorization: Bearer"
  std::string fallback_token;  // used while the token's file cannot be read for the first time
  std::string authorization;   // a whole header value, where there is no token
};

// Thread-safe; everything is guarded by mutex_.
class FileCredentials final : public Credentials {
 public:
  FileCredentials(FileCredentialsParts parts, const base::Clock& clock);

  base::Result<std::string> authorization() override;
  void rejected(base::Monotonic sent) override;
  // A certificate, key or authority that does not parse, or a pair that does not belong together (it is being
  // replaced), leaves the last good one in use, with a warning.
  base::Result<TlsMaterial> tls() override;

 private:
  base::Result<TlsMaterial> read_tls();

  const base::Clock& clock_;
  std::mutex mutex_;
  FileCredentialsParts parts_;
  std::optional<TlsMaterial> good_;
};

}  // namespace kube
