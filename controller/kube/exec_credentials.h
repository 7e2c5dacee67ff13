// Credentials that a plugin gives: kept until they expire or the server rejects them, asked for by one thread at a
// time.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kube/credentials.h"
#include "kube/exec_plugin.h"
#include "kube/file_credentials.h"

namespace kube {

// Thread-safe; everything is guarded by mutex_, which is held while the plugin runs: whoever needs its answer waits for
// the one run.
class ExecCredentials final : public Credentials {
 public:
  // `run` is run_exec_plugin with its timeout; tests count its calls.
  using Run = std::function<base::Result<ExecCredential>()>;
  ExecCredentials(Run run, Material ca, const base::Clock& clock);

  base::Result<std::string> authorization() override;
  void rejected(base::Monotonic sent) override;
  base::Result<TlsMaterial> tls() override;

 private:
  base::Result<void> refresh();

  const Run run_;
  const base::Clock& clock_;
  std::mutex mutex_;
  Material ca_;
  std::optional<ExecCredential> held_;
  base::Monotonic fetched_{};
  bool rejected_ = false;
  std::optional<base::Error>
      last_error_;  // of the last run, and when it was: a broken plugin is not run for each request
  base::Monotonic failed_{};
};

}  // namespace kube
