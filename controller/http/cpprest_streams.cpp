#include "http/cpprest_streams.h"

// The only place of the library. Its headers are big and not clean under our warnings: they are system headers.
#include <cpprest/astreambuf.h>
#include <cpprest/http_client.h>
#include <pplx/threadpool.h>

#include <atomic>
#include <mutex>
#include <utility>

#include "http/exchange.h"
#include "http/line_splitter.h"
#include "http/tls_source.h"

namespace http {
namespace {

namespace rest = web::http;
namespace streams = Concurrency::streams;
using base::Duration;
using base::Monotonic;
using std::chrono::steady_clock;

constexpr std::size_t max_line = 32u << 20;
constexpr std::size_t max_refusal_body = 1u << 20;
// The library's own timer is an idle timer per client, and runs on while a slow caller holds it back: ours replace it.
constexpr auto library_timeout = std::chrono::hours(24);
// A cancelled request comes back within milliseconds, unless it hangs in the system's resolver.
constexpr auto cancel_patience = std::chrono::milliseconds(100);

// Set while one of our callers is inside the library: only then may a TLS callback ask for new credentials, which can
// take long (an exec plugin). The library's own threads never wait for anything.
thread_local bool calling = false;

// Continuations of ours only hand over: they run where they become due, not in a task of their own. The library's
// interface has no virtual destructor, and is never destroyed through.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class InPlace final : public pplx::scheduler_interface {
 public:
  void schedule(pplx::TaskProc_t work, void* parameter) override { work(parameter); }
};
#pragma GCC diagnostic pop

// Credentials failed: carries our error through the library.
struct TlsSetupFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Held by whatever of a request is still inside the library: the transport outlives the last one.
class Token {
 public:
  explicit Token(std::shared_ptr<std::atomic<int>> open) : open_(std::move(open)) { open_->fetch_add(1); }
  ~Token() {
    open_->fetch_sub(1);
    open_->notify_all();
  }
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;

 private:
  const std::shared_ptr<std::atomic<int>> open_;
};

// Where the library writes an answer's body. When the last part of the library lets go of it, the request's connection
// is back in the pool: that moment is the end of the exchange.
class Sink final : public streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  Sink(std::shared_ptr<Exchange> exchange, std::shared_ptr<Token> token)
      : streambuf_state_manager(std::ios_base::out), token_(std::move(token)), exchange_(std::move(exchange)) {}
  ~Sink() override { exchange_->on_released(); }

  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return pos_type(traits::eof()); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return pos_type(traits::eof()); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return pos_type(traits::eof());
  }
  bool acquire(std::uint8_t*&, std::size_t&) override { return false; }
  void release(std::uint8_t*, std::size_t) override {}

 protected:
  pplx::task<std::size_t> _putn(const std::uint8_t* bytes, std::size_t count) override {
    const std::string_view text(reinterpret_cast<const char*>(bytes), count);
    pplx::task_completion_event<std::size_t> drained;
    // Never an exception: the library would wait for the stream's close on its own thread, for ever if it has but one.
    if (exchange_->on_bytes(text, [drained, count] { drained.set(count); })) return pplx::task_from_result(count);
    return pplx::create_task(drained);
  }
  pplx::task<int_type> _putc(std::uint8_t byte) override {
    return _putn(&byte, 1).then([byte](std::size_t) { return static_cast<int_type>(byte); });
  }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  std::uint8_t* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}
  // Write-only: the reading side is never reached.
  pplx::task<int_type> _bumpc() override { return pplx::task_from_result<int_type>(traits::eof()); }
  int_type _sbumpc() override { return traits::eof(); }
  pplx::task<int_type> _getc() override { return pplx::task_from_result<int_type>(traits::eof()); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<int_type> _nextc() override { return pplx::task_from_result<int_type>(traits::eof()); }
  pplx::task<int_type> _ungetc() override { return pplx::task_from_result<int_type>(traits::eof()); }
  pplx::task<std::size_t> _getn(std::uint8_t*, std::size_t) override { return pplx::task_from_result<std::size_t>(0); }
  std::size_t _scopy(std::uint8_t*, std::size_t) override { return 0; }

 private:
  const std::shared_ptr<Token> token_;
  const std::shared_ptr<Exchange> exchange_;
};

class CppRestStreams final : public Streams {
 public:
  CppRestStreams(TransportOptions options, Peer peer)
      : options_(std::move(options)),
        peer_(std::move(peer)),
        contexts_(options_.tls_server_name.empty() ? peer_.host : options_.tls_server_name,
                  options_.insecure_skip_tls_verify),
        source_(options_.tls),
        client_(make_client()) {}

  // Requests that were given up on may still be inside the library: it must be done with them first.
  ~CppRestStreams() override {
    for (int open = open_->load(); open != 0; open = open_->load()) open_->wait(open);
  }

  Result<Response> stream(const Request& request, Duration idle, const LineSplitter::OnLine& on_line,
                          std::stop_token stop) override;

 private:
  using Client = rest::client::http_client;

  rest::client::http_client_config configuration();
  std::shared_ptr<Client> make_client() {
    return std::make_shared<Client>(unbracketed(options_.base_url, peer_), configuration());
  }
  std::shared_ptr<Client> current_client();
  TlsConfig tls_config();
  std::shared_ptr<Exchange> start(const Request& request, const pplx::cancellation_token& token);
  void observe(const pplx::task<rest::http_response>& answer, const std::shared_ptr<Exchange>& exchange,
               const std::shared_ptr<Token>& token);
  Error error_of(const std::exception_ptr& thrown) const;
  Result<Response> drain(Exchange& exchange, Duration idle, const LineSplitter::OnLine& on_line,
                         const std::stop_token& stop) const;
  static void cancel(const pplx::cancellation_token_source& source, Exchange& exchange);

  const TransportOptions options_;
  const Peer peer_;
  TlsContexts contexts_;
  TlsSource source_;
  std::mutex mutex_;
  const std::shared_ptr<std::atomic<int>> open_ = std::make_shared<std::atomic<int>>(0);
  const std::shared_ptr<InPlace> in_place_ = std::make_shared<InPlace>();
  std::shared_ptr<Client> client_;  // guarded by mutex_; requests hold what they need of an older one
};

// Where the certificates have changed, later requests go over new connections.
std::shared_ptr<CppRestStreams::Client> CppRestStreams::current_client() {
  const auto news = peer_.tls ? source_.news() : std::nullopt;
  std::shared_ptr<Client> old;  // closes its idle connections when it goes: not under the mutex
  const std::scoped_lock lock(mutex_);
  if (news) old = std::exchange(client_, make_client());
  return client_;
}

TlsConfig CppRestStreams::tls_config() {
  if (!calling) return source_.last();
  auto asked = source_.ask();
  if (!asked) throw TlsSetupFailed(asked.error().message);
  return std::move(*asked);
}

rest::client::http_client_config CppRestStreams::configuration() {
  rest::client::http_client_config config;
  config.set_timeout(library_timeout);
  config.set_max_redirects(0);
  if (!peer_.tls) return config;
  config.set_validate_certificates(!options_.insecure_skip_tls_verify);
  // The server name is set below, and never to an address.
  config.set_tlsext_sni_enabled(false);
  config.set_ssl_context_callback([this](boost::asio::ssl::context& context) {
    const auto prepared = contexts_.prepare(tls_config(), context.native_handle());
    if (!prepared) throw TlsSetupFailed(prepared.error().message);
  });
  config.set_nativehandle_options([this](rest::client::native_handle handle) {
    using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;
    contexts_.indicate_name(static_cast<TlsStream*>(handle)->native_handle());
  });
  return config;
}

Error CppRestStreams::error_of(const std::exception_ptr& thrown) const {
  try {
    std::rethrow_exception(thrown);
  } catch (const TlsSetupFailed& error) {
    return tls_not_set_up(peer_, error.what());
  } catch (const rest::http_exception& error) {
    return describe_failure(peer_, error.what(), error.error_code().value(), contexts_.last_refusal());
  } catch (const std::exception& error) {
    return describe_failure(peer_, error.what(), 0, {});
  }
}

void CppRestStreams::observe(const pplx::task<rest::http_response>& answer, const std::shared_ptr<Exchange>& exchange,
                             const std::shared_ptr<Token>& token) {
  const auto at_end = [this, exchange, token](const pplx::task<utility::size64_t>& body) {
    try {
      body.get();
      exchange->on_end(std::nullopt);
    } catch (...) {
      exchange->on_end(error_of(std::current_exception()));
    }
  };
  answer.then(
      [this, exchange, at_end](const pplx::task<rest::http_response>& head) {
        try {
          const rest::http_response response = head.get();
          std::vector<Header> headers;
          headers.reserve(response.headers().size());
          for (const auto& [name, value] : response.headers()) headers.push_back({name, value});
          if (response.status_code() == rest::status_codes::Unauthorized) source_.distrust();
          exchange->on_head(response.status_code(), std::move(headers));
          pplx::create_task(response._get_impl()->_get_data_available(), pplx::task_options(in_place_))
              .then(at_end, pplx::task_options(in_place_));
        } catch (...) {
          exchange->on_end(error_of(std::current_exception()));
        }
      },
      pplx::task_options(in_place_));
}

std::shared_ptr<Exchange> CppRestStreams::start(const Request& request, const pplx::cancellation_token& token) {
  auto exchange = std::make_shared<Exchange>();
  try {
    rest::http_request call(request.method);
    call.set_request_uri(request.target);
    if (peer_.host.find(':') != std::string::npos) call.headers()["Host"] = peer_.text();
    for (const Header& header : request.headers) call.headers()[header.name] = header.value;
    const auto request_token = std::make_shared<Token>(open_);
    const std::shared_ptr<streams::details::basic_streambuf<std::uint8_t>> sink =
        std::make_shared<Sink>(exchange, request_token);
    call.set_response_stream(streams::ostream(streams::streambuf<std::uint8_t>(sink)));
    const auto client = current_client();
    calling = true;
    const auto answer = client->request(call, token);
    calling = false;
    observe(answer, exchange, request_token);
  } catch (...) {
    calling = false;
    // Nothing went out, but the sink may still go.
    exchange->on_end(error_of(std::current_exception()));
  }
  return exchange;
}

// On the library's thread: there, nothing else works on the connection that is closed.
void CppRestStreams::cancel(const pplx::cancellation_token_source& source, Exchange& exchange) {
  crossplat::threadpool::shared_instance().service().post([source] { source.cancel(); });
  exchange.abandon();
  exchange.wait_released(steady_clock::now() + cancel_patience, {});
}

Result<Response> CppRestStreams::drain(Exchange& exchange, Duration idle, const LineSplitter::OnLine& on_line,
                                       const std::stop_token& stop) const {
  const auto headed = exchange.wait_head(steady_clock::now() + idle, stop);
  if (headed == Exchange::Wake::timeout) return tl::unexpected(silence(peer_, idle));
  if (headed == Exchange::Wake::stopped) return tl::unexpected(stopped(peer_));
  if (!exchange.has_head()) {
    return tl::unexpected(exchange.failure().value_or(Error{Failure::broken, "no answer from " + peer_.text()}));
  }
  Response response = exchange.take_head();
  const bool lines = response.status >= 200 && response.status < 300;
  LineSplitter splitter(max_line);
  std::string bytes;
  while (!stop.stop_requested()) {
    const auto woken = exchange.next(bytes, idle, stop);
    if (woken == Exchange::Wake::timeout) return tl::unexpected(silence(peer_, idle));
    if (woken == Exchange::Wake::stopped) break;
    if (bytes.empty()) {
      if (auto failure = exchange.failure()) return tl::unexpected(std::move(*failure));
      if (lines) splitter.finish(on_line);
      return response;
    }
    if (lines) {
      const auto outcome = splitter.feed(bytes, on_line);
      if (outcome == LineSplitter::Outcome::stopped) return response;
      if (outcome == LineSplitter::Outcome::too_long) return tl::unexpected(too_large(peer_, "a line", max_line));
    } else {
      response.body.append(bytes, 0, max_refusal_body - response.body.size());
      if (response.body.size() == max_refusal_body) return response;
    }
  }
  return tl::unexpected(stopped(peer_));
}

Result<Response> CppRestStreams::stream(const Request& request, Duration idle, const LineSplitter::OnLine& on_line,
                                        std::stop_token stop) {
  const pplx::cancellation_token_source source;
  const auto exchange = start(request, source.get_token());
  // on_line is the caller's: what it throws must not leave a request behind.
  struct Cancelled {
    const pplx::cancellation_token_source& source;
    Exchange& exchange;
    ~Cancelled() {
      if (!exchange.ended()) cancel(source, exchange);
    }
  };
  const Cancelled at_exit{source, *exchange};
  return drain(*exchange, idle, on_line, stop);
}

}  // namespace

base::Result<std::unique_ptr<Streams>> make_cpprest_streams(TransportOptions options, Peer peer) {
  try {
    return std::make_unique<CppRestStreams>(std::move(options), std::move(peer));
  } catch (const std::exception& error) {
    return base::failure(std::string("the URL cannot be used: ") + error.what());
  }
}

void initialize_cpprest(unsigned threads) {
  prepare_openssl();
  crossplat::threadpool::initialize_with_threads(threads);
}

}  // namespace http
