// Secrets, read by name: the operator has no right to list or watch them (docs/decisions/0006).
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "heat/observed.h"
#include "kube/client.h"
#include "kube/model/object.h"

namespace reconcile {

// One Secret as last read. `object` is null where there is none of that name.
struct SecretRead {
  kube::ObjectPtr object;
  heat::SecretData data;  // base64 undone

  std::string version() const { return object ? object->resource_version : std::string(); }
};

// Thread-safe; the cache is guarded by mutex_. Values leave it only as copies, and it never logs one.
class Secrets {
 public:
  Secrets(kube::Client& client, const base::Clock& clock);

  // Answers from memory where the last read is younger than `max_age`, else asks the API server.
  kube::Result<SecretRead> read(const kube::ObjectKey& key, base::Duration max_age, std::stop_token stop);
  // What the last read told, where it is younger than `max_age`; never asks.
  std::optional<SecretRead> known(const kube::ObjectKey& key, base::Duration max_age) const;
  // The API server's answer to our own write of that Secret.
  kube::Result<void> wrote(const kube::ObjectKey& key, const std::string& body);
  // What is remembered of it has turned out to be old: the next read asks.
  void forget(const kube::ObjectKey& key);
  // Drops what nobody has read for that long: the HeatClusters that named it are gone, or name another.
  void forget_unread(base::Duration unread_for);

  // How long to wait until Secrets are read again: `interval`, stretched so that all reads together stay under 6 a
  // second.
  base::Duration poll_interval(base::Duration interval) const;
  // How long until the next of those looks: no longer than poll_interval(). All ends of it fall on the beats of a
  // clock, of 10 s at most: a process that wakes for one HeatCluster looks at the others while it is warm, at a
  // fraction of what each would cost by itself.
  base::Duration until_next_poll(base::Duration interval) const;

 private:
  struct Entry {
    SecretRead secret;
    base::Monotonic read_at;
  };

  kube::Client& client_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Entry> entries_;
};

}  // namespace reconcile
