#include "http/unary.h"

#include <openssl/ssl.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace http {
namespace {

namespace beast = boost::beast;
using base::Duration;
using base::Monotonic;
using std::chrono::steady_clock;
using Outcome = Connection::Outcome;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::size_t max_body = 64u << 20;
constexpr std::uint32_t max_head = 64u << 10;
constexpr std::size_t read_size = 16u << 10;  // the largest TLS record
// Shorter than any API server keeps an idle connection (Go's default for it is minutes).
constexpr auto kept_for = std::chrono::seconds(30);

Response response_of(Parser& parser) {
  auto message = parser.release();
  Response response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  response.body = std::move(message.body());
  return response;
}

// Gives the parser what has come; false: it makes no sense of it.
bool feed(Parser& parser, beast::flat_buffer& buffer, beast::error_code& error) {
  while (buffer.size() > 0 && !parser.is_done()) {
    const std::size_t used = parser.put(buffer.data(), error);
    buffer.consume(used);
    if (error == beast::http::error::need_more) {
      error = {};
      return true;
    }
    if (error) return false;
    if (used == 0) return true;
  }
  return true;
}

}  // namespace

Unary::Unary(const TransportOptions& options, Peer peer)
    : peer_(std::move(peer)),
      resolver_(peer_.host, peer_.port),
      contexts_(options.tls_server_name.empty() ? peer_.host : options.tls_server_name,
                options.insecure_skip_tls_verify),
      source_(options.tls) {}

std::string Unary::text_of(const Request& request) const {
  std::string text;
  text.reserve(256 + peer_.path.size() + request.target.size() + request.headers.size() * 64 + request.body.size());
  text.append(request.method).append(" ").append(peer_.path).append(request.target).append(" HTTP/1.1\r\nHost: ");
  text.append(peer_.text()).append("\r\n");
  for (const Header& header : request.headers) {
    text.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  if (!request.body.empty()) text.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  return text.append("\r\n").append(request.body);
}

Result<Response> Unary::send(const Request& request, Duration deadline, const std::stop_token& stop) {
  for (const Header& header : request.headers) {
    if (header.value.find_first_of("\r\n") == std::string::npos) continue;
    return tl::unexpected(Error{Failure::broken, "the value of the header " + header.name + " has a line break"});
  }
  const std::string text = text_of(request);
  const Call call{text, deadline, steady_clock::now() + deadline, stop};
  for (;;) {
    if (stop.stop_requested()) return tl::unexpected(stopped(peer_));
    Kept used = take_kept();
    const bool reused = used.connection != nullptr;
    if (!reused) {
      auto opened = open(call);
      if (!opened) return tl::unexpected(std::move(opened.error()));
      used = std::move(*opened);
    }
    Exchanged exchanged = exchange(*used.connection, call);
    // The server closed it while the request was under way, as it may with one that was idle.
    if (reused && exchanged.never_begun && request.repeatable) continue;
    if (exchanged.answer && exchanged.answer->status == 401) source_.distrust();
    if (exchanged.keep) keep(std::move(used));
    return std::move(exchanged.answer);
  }
}

// Empty where there is none that can be used.
Unary::Kept Unary::take_kept() {
  if (peer_.tls) {
    if (const auto news = source_.news()) (void)context_for(*news);
  }
  std::vector<Kept> useless;  // closed without the mutex
  const std::scoped_lock lock(mutex_);
  const Monotonic now = steady_clock::now();
  while (!kept_.empty()) {
    Kept last = std::move(kept_.back());
    kept_.pop_back();
    const bool good = last.context == context_ && now - last.since < kept_for && last.connection->is_quiet();
    if (good) return last;
    useless.push_back(std::move(last));
  }
  return {};
}

void Unary::keep(Kept connection) {
  connection.since = steady_clock::now();
  std::vector<Kept> old;  // closed without the mutex
  const std::scoped_lock lock(mutex_);
  while (!kept_.empty() && connection.since - kept_.front().since >= kept_for) {
    old.push_back(std::move(kept_.front()));
    kept_.erase(kept_.begin());
  }
  kept_.push_back(std::move(connection));
}

// One context for all connections that are made with the same material.
base::Result<std::shared_ptr<SSL_CTX>> Unary::context_for(const TlsConfig& config) {
  {
    const std::scoped_lock lock(mutex_);
    if (context_ && config == config_) return context_;
  }
  std::shared_ptr<SSL_CTX> made(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (auto prepared = contexts_.prepare(config, made.get()); !prepared) return tl::unexpected(prepared.error());
  // A record's head and content in one read.
  SSL_CTX_set_read_ahead(made.get(), 1);
  const std::scoped_lock lock(mutex_);
  if (context_ && config == config_) return context_;  // somebody else was faster
  config_ = config;
  context_ = made;
  return made;
}

Result<Unary::Kept> Unary::open(const Call& call) {
  Kept opened;
  if (peer_.tls) {
    const auto config = source_.ask();
    if (!config) return tl::unexpected(tls_not_set_up(peer_, config.error().message));
    auto context = context_for(*config);
    if (!context) return tl::unexpected(tls_not_set_up(peer_, context.error().message));
    opened.context = std::move(*context);
  }
  auto connection = connect(call, opened.context.get());
  if (!connection) return tl::unexpected(std::move(connection.error()));
  opened.connection = std::move(*connection);
  return opened;
}

// Tries one address after the other, each with its share of the time.
Result<std::unique_ptr<Connection>> Unary::connect(const Call& call, SSL_CTX* context) {
  const auto addresses = resolver_.resolve(call.until, call.stop);
  if (!addresses) {
    if (addresses.error() == Failure::unreachable) return tl::unexpected(cannot_resolve(peer_));
    return tl::unexpected(failure_of(Outcome::timeout, call, {}));
  }
  Error error = cannot_resolve(peer_);
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    auto connection = std::make_unique<Connection>();
    const std::stop_callback on_stop(call.stop, [&] { connection->interrupt(); });
    const auto share = (call.until - steady_clock::now()) / static_cast<long>(addresses->size() - i);
    Outcome outcome = connection->connect((*addresses)[i], steady_clock::now() + share);
    if (outcome != Outcome::done) {
      error = failure_of(outcome, call, cannot_connect(peer_, connection->error()));
      continue;
    }
    if (context != nullptr) outcome = connection->shake_hands(context, contexts_, call.until);
    if (outcome == Outcome::done) return connection;
    return tl::unexpected(
        failure_of(outcome, call, handshake_failed(peer_, connection->error(), contexts_.last_refusal())));
  }
  return tl::unexpected(std::move(error));
}

// What ended a call: the caller's stop, its deadline, or `otherwise`.
Error Unary::failure_of(Outcome outcome, const Call& call, Error otherwise) const {
  if (call.stop.stop_requested()) return stopped(peer_);
  if (outcome == Outcome::timeout) return deadline_passed(peer_, call.deadline);
  return otherwise;
}

Unary::Exchanged Unary::exchange(Connection& connection, const Call& call) const {
  const std::stop_callback on_stop(call.stop, [&] { connection.interrupt(); });
  const auto fail = [](Error error, bool never_begun = false) {
    return Exchanged{tl::unexpected(std::move(error)), false, never_begun};
  };
  if (const Outcome outcome = connection.write(call.text, call.until); outcome != Outcome::done) {
    return fail(failure_of(outcome, call, broke_while_sending(peer_)), outcome != Outcome::timeout);
  }
  Parser parser;
  parser.eager(true);
  parser.header_limit(max_head);
  parser.body_limit(max_body);
  beast::flat_buffer buffer;
  while (!parser.is_done()) {
    const auto room = buffer.prepare(read_size);
    std::size_t count = 0;
    const Outcome outcome = connection.read(static_cast<char*>(room.data()), room.size(), count, call.until);
    beast::error_code error;
    if (outcome == Outcome::closed && parser.is_header_done() && parser.need_eof()) {
      parser.put_eof(error);
      break;
    }
    if (outcome != Outcome::done) {
      Error cut = parser.got_some() ? answer_cut(peer_) : no_answer(peer_);
      return fail(failure_of(outcome, call, std::move(cut)), outcome != Outcome::timeout && !parser.got_some());
    }
    buffer.commit(count);
    if (!feed(parser, buffer, error)) {
      const bool beyond = error == beast::http::error::body_limit || error == beast::http::error::header_limit;
      return fail(beyond ? too_large(peer_, "an answer", max_body) : not_http(peer_));
    }
  }
  const bool keep = parser.keep_alive() && buffer.size() == 0;
  return {response_of(parser), keep, false};
}

}  // namespace http
