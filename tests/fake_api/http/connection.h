// One TLS connection: reads requests one after the other, gives each to a handler, writes what the handler says.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "fake_api/faults.h"
#include "fake_api/request.h"
#include "fake_api/watch.h"

namespace fake_api {

// Not thread-safe but for abort(): one thread runs it.
class Connection final : public WatchSink {
 public:
  // Answers one request through the connection; false closes it.
  using Handler = std::function<bool(const Request&, Connection&)>;

  Connection(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& context);

  // Until the client closes, the handler says so, or abort().
  void run(const Handler& handler);
  // From any thread: closes the socket under whatever it waits for.
  void abort();

  // Writes a whole answer; `cut` stops in the middle of its body. False: the client is gone, or it was cut.
  bool reply(const Response& response, const Pace& pace, bool cut);
  // How the chunks of the watch that begins now travel.
  void set_pace(const Pace& pace) { pace_ = pace; }

  // Whether the last watch was ended in an orderly way, so that the connection can serve another request.
  bool reusable() const { return reusable_; }

  bool begin() override;
  bool send(std::string_view text) override;
  bool end() override;
  bool alive() override;
  void cut(std::string_view text) override;

 private:
  bool write(std::string_view bytes, const Pace& pace);
  bool write_chunk(std::string_view text);

  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::mutex close_mutex_;  // guards the socket against abort() while it is closed
  Pace pace_;
  bool reusable_ = true;
};

}  // namespace fake_api
