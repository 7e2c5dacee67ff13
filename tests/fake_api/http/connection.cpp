#include "fake_api/http/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <thread>

namespace fake_api {
namespace {

namespace beast = boost::beast;
using boost::asio::ip::tcp;

std::string header_of(const beast::http::request<beast::http::string_body>& message, beast::http::field field) {
  const auto value = message[field];
  return {value.data(), value.size()};
}

Request request_of(beast::http::request<beast::http::string_body>&& message) {
  const auto method = message.method_string();
  const auto target = message.target();
  Request request = parse_request({method.data(), method.size()}, {target.data(), target.size()},
                                  header_of(message, beast::http::field::content_type), std::move(message.body()));
  request.authorization = header_of(message, beast::http::field::authorization);
  request.user_agent = header_of(message, beast::http::field::user_agent);
  return request;
}

}  // namespace

Connection::Connection(tcp::socket socket, boost::asio::ssl::context& context) : stream_(std::move(socket), context) {}

void Connection::run(const Handler& handler) {
  boost::system::error_code error;
  stream_.next_layer().set_option(tcp::no_delay(true), error);
  stream_.handshake(boost::asio::ssl::stream_base::server, error);
  beast::flat_buffer buffer;
  while (!error) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.body_limit(std::uint64_t{1} << 30);
    beast::http::read(stream_, buffer, parser, error);
    if (error || !handler(request_of(parser.release()), *this)) break;
  }
  const std::lock_guard lock(close_mutex_);
  boost::system::error_code ignored;
  stream_.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
  stream_.next_layer().close(ignored);
}

void Connection::abort() {
  const std::lock_guard lock(close_mutex_);
  if (stream_.next_layer().is_open()) ::shutdown(stream_.next_layer().native_handle(), SHUT_RDWR);
}

bool Connection::write(std::string_view bytes, const Pace& pace) {
  boost::system::error_code error;
  const std::size_t piece = pace.piece == 0 ? bytes.size() : pace.piece;
  while (!bytes.empty() && !error) {
    const std::string_view now = bytes.substr(0, piece);
    boost::asio::write(stream_, boost::asio::buffer(now.data(), now.size()), error);
    bytes.remove_prefix(now.size());
    if (pace.pause.count() > 0) std::this_thread::sleep_for(pace.pause);
  }
  return !error;
}

bool Connection::reply(const Response& response, const Pace& pace, bool cut) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " Status\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n\r\n";
  text += cut ? response.body.substr(0, response.body.size() / 2) : response.body;
  return write(text, pace) && !cut;
}

bool Connection::begin() {
  reusable_ = false;
  return write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n", {});
}

bool Connection::write_chunk(std::string_view text) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", text.size());
  return write(std::string(size) + std::string(text) + "\r\n", pace_);
}

bool Connection::send(std::string_view text) {
  if (pace_.piece == 0) return write_chunk(text);
  while (!text.empty()) {
    if (!write_chunk(text.substr(0, pace_.piece))) return false;
    text.remove_prefix(std::min(pace_.piece, text.size()));
  }
  return true;
}

bool Connection::end() {
  reusable_ = write("0\r\n\r\n", {});
  return reusable_;
}

void Connection::cut(std::string_view text) {
  if (!text.empty()) write_chunk(text.substr(0, text.size() / 2));
  abort();
}

bool Connection::alive() {
  pollfd state{stream_.next_layer().native_handle(), POLLRDHUP, 0};
  return ::poll(&state, 1, 0) == 0;
}

}  // namespace fake_api
