// Accepts connections and gives each a thread of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "fake_api/http/certificate.h"
#include "fake_api/http/connection.h"
#include "fake_api/server.h"

namespace fake_api {

// Thread-safe; the list of connections is guarded by mutex_. The destructor aborts them all and waits.
class Server::Listener {
 public:
  using Handler = std::function<bool(const Request&, Connection&, std::stop_token)>;

  explicit Listener(Handler handler);
  ~Listener();

  int port() const { return port_; }
  const std::string& ca_pem() const { return certificate_.ca_pem; }
  void abort_all();

 private:
  struct Served {
    std::unique_ptr<Connection> connection;
    std::atomic<bool> over = false;
    std::jthread thread;  // last: it uses the others
  };

  void accept(const std::stop_token& stop);
  void forget_the_ended();

  const Handler handler_;
  const ServerCertificate certificate_;
  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int port_ = 0;
  std::mutex mutex_;
  std::list<Served> served_;
  std::jthread acceptor_thread_;
};

}  // namespace fake_api
