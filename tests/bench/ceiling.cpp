#include "ceiling.h"

#include <curl/curl.h>
#include <time.h>

#include <atomic>
#include <memory>
#include <thread>

#include "kube/client.h"

namespace bench {
namespace {

std::size_t discard(char*, std::size_t size, std::size_t count, void*) { return size * count; }

curl_blob blob(const std::string& text) { return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY}; }

std::string url(const Target& target, const std::string& namespace_name, const Apply& apply) {
  const kube::ResourceType& type = *apply.type;
  std::string text = target.server + (type.group.empty() ? "/api/" : "/apis/" + std::string(type.group) + "/");
  text +=
      std::string(type.version) + "/namespaces/" + namespace_name + "/" + std::string(type.plural) + "/" + apply.name;
  if (apply.status) text += "/status";
  return text + "?fieldManager=" + std::string(kube::field_manager) + "&force=true";
}

// One connection, used by one thread.
class Connection {
 public:
  Connection(const Target& target, bool http2) : handle_(curl_easy_init()) {
    headers_ = curl_slist_append(headers_, "Content-Type: application/apply-patch+yaml");
    headers_ = curl_slist_append(headers_, "Expect:");
    if (!target.authorization.empty()) {
      headers_ = curl_slist_append(headers_, ("Authorization: " + target.authorization).c_str());
    }
    curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, "PATCH");
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(handle_, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
    ca_ = blob(target.ca_pem);
    curl_easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &ca_);
    if (!target.client_cert_pem.empty()) {
      certificate_ = blob(target.client_cert_pem);
      key_ = blob(target.client_key_pem);
      curl_easy_setopt(handle_, CURLOPT_SSLCERT_BLOB, &certificate_);
      curl_easy_setopt(handle_, CURLOPT_SSLKEY_BLOB, &key_);
    }
  }
  ~Connection() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(handle_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool send(const std::string& to, const std::string& body) {
    curl_easy_setopt(handle_, CURLOPT_URL, to.c_str());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(handle_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    if (curl_easy_perform(handle_) != CURLE_OK) return false;
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 || status == 201;
  }

 private:
  CURL* handle_;
  curl_slist* headers_ = nullptr;
  curl_blob ca_{};
  curl_blob certificate_{};
  curl_blob key_{};
};

double process_cpu_seconds() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

}  // namespace

CeilingResult run_ceiling(const Target& target, const std::string& namespace_name,
                          const std::vector<std::vector<Apply>>& clusters, int parallel, bool http2) {
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> applies{0};
  std::atomic<std::size_t> errors{0};
  const auto work = [&] {
    Connection connection(target, http2);
    for (std::size_t i = next++; i < clusters.size(); i = next++) {
      for (const Apply& apply : clusters[i]) {
        if (!connection.send(url(target, namespace_name, apply), apply.body)) ++errors;
        ++applies;
      }
    }
  };

  const auto start = std::chrono::steady_clock::now();
  const double cpu_before = process_cpu_seconds();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < parallel; ++i) threads.emplace_back(work);
  }
  CeilingResult result;
  result.elapsed = std::chrono::steady_clock::now() - start;
  result.cpu = std::chrono::duration<double>(process_cpu_seconds() - cpu_before);
  result.applies = applies;
  result.errors = errors;
  return result;
}

}  // namespace bench
