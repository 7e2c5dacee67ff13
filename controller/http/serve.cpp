#include "http/serve.h"

#include <civetweb.h>

#include <charconv>
#include <cstring>
#include <future>
#include <mutex>
#include <utility>

namespace http {
namespace {

// "host:port" as this project writes it, in civetweb's words: ":8080" is every address of either family.
base::Result<std::string> listening_ports(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  int port = -1;
  if (colon != std::string::npos) {
    const char* first = address.data() + colon + 1;
    const char* last = address.data() + address.size();
    const auto [stop, error] = std::from_chars(first, last, port);
    if (error != std::errc() || stop != last) port = -1;
  }
  if (port < 0 || port > 65535) {
    return base::failure("\"" + address +
                         "\" is no address to listen on: write it as :8080, 127.0.0.1:8080 or [::1]:8080");
  }
  if (colon == 0) return "+" + std::to_string(port);
  return address;
}

class CivetServer final : public Server {
 public:
  explicit CivetServer(std::map<std::string, std::function<Page()>> pages) : pages_(std::move(pages)) {}
  ~CivetServer() override {
    if (context_ != nullptr) stop();
    mg_exit_library();
  }

  base::Result<void> start(const std::string& address);
  int port() const override;

 private:
  static int keep_message(const mg_connection* connection, const char* message);
  static int answer(mg_connection* connection, void* self);
  void write(mg_connection* connection, const Page& page, bool with_body) const;
  void stop();

  const std::map<std::string, std::function<Page()>> pages_;  // constant after construction
  mg_context* context_ = nullptr;                             // constant after start()
  std::string host_;                                          // constant after start(): where to reach ourselves
  std::mutex mutex_;
  std::string last_message_;  // guarded by mutex_
};

base::Result<void> CivetServer::start(const std::string& address) {
  mg_init_library(0);
  const auto ports = listening_ports(address);
  if (!ports) return tl::unexpected(ports.error());
  const char* options[] = {"listening_ports",
                           ports->c_str(),
                           "num_threads",
                           "2",
                           "enable_keep_alive",
                           "no",
                           "request_timeout_ms",
                           "10000",
                           "enable_directory_listing",
                           "no",
                           nullptr};
  mg_callbacks callbacks;
  std::memset(&callbacks, 0, sizeof callbacks);
  callbacks.log_message = keep_message;
  context_ = mg_start(&callbacks, this, options);
  if (context_ == nullptr) {
    const std::scoped_lock lock(mutex_);
    return base::failure("cannot listen on \"" + address +
                         "\": " + (last_message_.empty() ? std::string("unknown reason") : last_message_) +
                         "; choose another address, or 0 for none");
  }
  mg_set_request_handler(context_, "/", answer, this);
  host_ = address.substr(0, address.rfind(':'));
  if (host_.empty()) host_ = "127.0.0.1";
  if (host_.front() == '[') host_ = host_.substr(1, host_.size() - 2);
  return {};
}

// civetweb looks whether it shall stop every 2 s, and after each connection: so it is given one.
void CivetServer::stop() {
  const auto stopped = std::async(std::launch::async, [this] { mg_stop(context_); });
  const int own_port = port();
  do {
    char reason[128];
    mg_connection* knock = mg_connect_client(host_.c_str(), own_port, 0, reason, sizeof reason);
    if (knock != nullptr) mg_close_connection(knock);
  } while (stopped.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready);
}

int CivetServer::port() const {
  mg_server_port ports[1];
  return mg_get_server_ports(context_, 1, ports) > 0 ? ports[0].port : 0;
}

// civetweb tells why it does not start here only; nothing of it goes to stderr.
int CivetServer::keep_message(const mg_connection* connection, const char* message) {
  auto* self = static_cast<CivetServer*>(mg_get_user_data(mg_get_context(connection)));
  if (self == nullptr) return 1;
  const std::scoped_lock lock(self->mutex_);
  // The first one is the cause; the later ones follow from it.
  if (self->last_message_.empty()) self->last_message_ = message;
  return 1;
}

int CivetServer::answer(mg_connection* connection, void* data) {
  const auto* self = static_cast<const CivetServer*>(data);
  const mg_request_info* request = mg_get_request_info(connection);
  const bool head = std::strcmp(request->request_method, "HEAD") == 0;
  if (!head && std::strcmp(request->request_method, "GET") != 0) {
    self->write(connection, {405, "text/plain; charset=utf-8", "only GET and HEAD\n"}, true);
    return 405;
  }
  const auto found = self->pages_.find(request->local_uri);
  if (found == self->pages_.end()) {
    self->write(connection, {404, "text/plain; charset=utf-8", "not found\n"}, !head);
    return 404;
  }
  const Page page = found->second();
  self->write(connection, page, !head);
  return page.status;
}

void CivetServer::write(mg_connection* connection, const Page& page, bool with_body) const {
  const std::string head =
      "HTTP/1.1 " + std::to_string(page.status) + " " + mg_get_response_code_text(connection, page.status) +
      "\r\nContent-Type: " + page.content_type + "\r\nContent-Length: " + std::to_string(page.body.size()) +
      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
  mg_write(connection, head.data(), head.size());
  if (with_body) mg_write(connection, page.body.data(), page.body.size());
}

}  // namespace

base::Result<std::unique_ptr<Server>> serve(const std::string& address,
                                            std::map<std::string, std::function<Page()>> pages) {
  auto server = std::make_unique<CivetServer>(std::move(pages));
  const auto started = server->start(address);
  if (!started) return tl::unexpected(started.error());
  return server;
}

}  // namespace http
