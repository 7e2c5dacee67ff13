// The fake API server: a Store, the verbs, watches, faults and a log, served over HTTP/1.1 and TLS on 127.0.0.1.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "fake_api/api.h"
#include "fake_api/faults.h"
#include "fake_api/request.h"
#include "fake_api/request_log.h"
#include "fake_api/store.h"
#include "fake_api/watch.h"

namespace fake_api {

// What becomes of the answer to a write that has been committed.
struct AfterWrite {
  enum class Reply {
    whole,
    half,  // the connection is closed in the middle of the body: the client knows that it has lost an answer
    none,  // … without a byte: an HTTP library may ask again by itself on another connection
  };
  Reply reply = Reply::whole;
  std::function<void()> then;  // called after the answer has been sent, or lost
};

// Thread-safe. The destructor ends every connection and waits for its threads.
class Server {
 public:
  struct Options {
    Version first_version = 1'204'113;
    std::string token = "fake-token";  // that requests must bear; empty: anybody may
    std::chrono::milliseconds bookmark_interval{60'000};
  };
  // Called for each numbered write over HTTP after the commit and before the answer, one at a time.
  using WriteHook = std::function<AfterWrite(int number, const Request&, const Response&)>;

  Server();
  explicit Server(Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  std::string url() const;  // "https://127.0.0.1:…"
  const std::string& ca_pem() const;
  const std::string& token() const { return options_.token; }
  // YAML of one cluster, one user with the token, one context.
  std::string kubeconfig() const;

  Store& store() { return store_; }
  Api& api() { return api_; }
  Faults& faults() { return faults_; }
  RequestLog& log() { return log_; }
  WatchSettings& watches() { return watches_; }

  // Watches that are being served now, of one kind or of all.
  int active_watches(const std::string& plural = "") const;
  bool wait_watches(int count, std::chrono::steady_clock::time_point deadline, const std::string& plural = "") const;

  void on_write(WriteHook hook);
  // While it is closed every request is dropped before it is looked at.
  void close_gate() { gate_open_ = false; }
  void open_gate() { gate_open_ = true; }
  // Cuts every connection: what a client sees when the server is killed.
  void drop_connections();

 private:
  class Listener;  // sockets and threads

  bool serve(const Request& request, class Connection& connection, std::stop_token stop);
  bool serve_watching(const Request& request, const Fault* fault, class Connection& connection, std::stop_token stop);
  bool serve_unary(const Request& request, const Fault* fault, class Connection& connection);
  AfterWrite hooked(const Request& request, const Response& response);

  const Options options_;
  Store store_;
  Api api_;
  Faults faults_;
  RequestLog log_;
  WatchSettings watches_;
  std::atomic<bool> gate_open_ = true;
  std::mutex hook_mutex_;
  WriteHook hook_;
  mutable std::mutex watches_mutex_;
  mutable std::condition_variable watches_changed_;
  std::map<std::string, int> active_;
  std::unique_ptr<Listener> listener_;  // last: its threads use everything above
};

}  // namespace fake_api
