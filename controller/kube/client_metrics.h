// rest_client_* metrics under client-go's names, each series looked up once.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"

namespace kube {

// Thread-safe: the maps are guarded by mutex_.
class ClientMetrics {
 public:
  ClientMetrics(base::Metrics& metrics, std::string host);

  // `code` 0: there was no answer ("<error>", as client-go has it).
  void count(const std::string& method, int code);
  void time(const std::string& method, base::Duration duration);
  void count_retry(const std::string& method, int code);

 private:
  using Key = std::pair<std::string, int>;

  prometheus::Counter& requests(const Key& key);
  prometheus::Histogram& durations(const std::string& method);

  base::Metrics& metrics_;
  const std::string host_;
  std::mutex mutex_;
  std::map<Key, prometheus::Counter*> requests_;
  std::map<Key, prometheus::Counter*> retries_;
  std::map<std::string, prometheus::Histogram*> durations_;
};

}  // namespace kube
