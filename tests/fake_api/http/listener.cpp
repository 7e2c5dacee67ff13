#include "fake_api/http/listener.h"

#include <sys/socket.h>

namespace fake_api {

using boost::asio::ip::tcp;

Server::Listener::Listener(Handler handler)
    : handler_(std::move(handler)),
      certificate_(make_server_certificate()),
      context_(boost::asio::ssl::context::tls_server),
      acceptor_(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
  const std::string& certificate = certificate_.certificate_pem;
  context_.use_certificate_chain(boost::asio::buffer(certificate.data(), certificate.size()));
  context_.use_private_key(boost::asio::buffer(certificate_.key_pem.data(), certificate_.key_pem.size()),
                           boost::asio::ssl::context::pem);
  port_ = acceptor_.local_endpoint().port();
  acceptor_thread_ = std::jthread([this](const std::stop_token& stop) { accept(stop); });
}

Server::Listener::~Listener() {
  acceptor_thread_.request_stop();
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  acceptor_thread_.join();
  const std::lock_guard lock(mutex_);
  for (Served& one : served_) {
    one.thread.request_stop();
    one.connection->abort();
  }
  served_.clear();
}

void Server::Listener::abort_all() {
  const std::lock_guard lock(mutex_);
  for (Served& one : served_) one.connection->abort();
}

void Server::Listener::forget_the_ended() {
  std::erase_if(served_, [](const Served& one) { return one.over.load(); });
}

void Server::Listener::accept(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    boost::system::error_code error;
    tcp::socket socket(io_);
    acceptor_.accept(socket, error);
    if (error) continue;
    const std::lock_guard lock(mutex_);
    forget_the_ended();
    Served& one = served_.emplace_back();
    one.connection = std::make_unique<Connection>(std::move(socket), context_);
    one.thread = std::jthread([this, &one](const std::stop_token& connection_stop) {
      one.connection->run([&](const Request& request, Connection& connection) {
        return handler_(request, connection, connection_stop);
      });
      one.over = true;
    });
  }
}

}  // namespace fake_api
