#include "http/peer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace http {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

std::string seconds(base::Duration duration) {
  const auto milliseconds = duration.count();
  if (milliseconds % 1000 == 0) return std::to_string(milliseconds / 1000) + " s";
  return std::to_string(milliseconds) + " ms";
}

}  // namespace

std::string Peer::text() const {
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

base::Result<Peer> parse_peer(std::string_view base_url) {
  const std::string quoted = "\"" + std::string(base_url) + "\"";
  Peer peer;
  std::string_view rest = base_url;
  if (starts_with(rest, "https://")) {
    peer.tls = true;
    rest.remove_prefix(8);
  } else if (starts_with(rest, "http://")) {
    rest.remove_prefix(7);
  } else {
    return base::failure(quoted + " is no URL that can be used: it must start with https:// (or http://)");
  }
  peer.port = peer.tls ? 443 : 80;
  const std::size_t path = rest.find('/');
  if (path != std::string_view::npos) peer.path = rest.substr(path, rest.find_first_of("?#", path) - path);
  while (peer.path.ends_with('/')) peer.path.pop_back();
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.find('@') != std::string_view::npos) {
    return base::failure("the URL holds a user name: give credentials separately");
  }
  std::string_view port;
  if (starts_with(rest, "[")) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return base::failure(quoted + ": a ] is missing");
    peer.host = rest.substr(1, end - 1);
    port = rest.substr(end + 1);
  } else {
    const std::size_t colon = rest.find(':');
    peer.host = rest.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
  }
  if (peer.host.empty()) return base::failure(quoted + " names no host");
  if (port.empty()) return peer;
  port.remove_prefix(1);
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), peer.port);
  if (error != std::errc() || stop != port.data() + port.size() || peer.port < 1 || peer.port > 65535) {
    return base::failure(quoted + ": \"" + std::string(port) + "\" is no port");
  }
  return peer;
}

std::string unbracketed(const std::string& base_url, const Peer& peer) {
  const std::size_t bracket = base_url.find("://[");
  if (bracket == std::string::npos) return base_url;
  const std::size_t host = bracket + 3;
  const std::size_t path = base_url.find('/', host);
  return base_url.substr(0, host) + peer.host + ":" + std::to_string(peer.port) +
         (path == std::string::npos ? "" : base_url.substr(path));
}

Error handshake_failed(const Peer& peer, int code, const std::string& refusal) {
  const std::string start = "TLS with " + peer.text() + " failed: ";
  // Below the packed codes of OpenSSL are errno values and asio's own: the peer closed the connection.
  const auto packed = static_cast<unsigned long>(static_cast<unsigned int>(code));
  if (ERR_GET_LIB(packed) != ERR_LIB_SSL) {
    return {Failure::tls, start + "the server closed the connection during the handshake: check that the port speaks " +
                              "TLS, and its log"};
  }
  switch (ERR_GET_REASON(packed)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return {Failure::tls, start + (refusal.empty() ? std::string("its certificate is refused") : refusal)};
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return {Failure::tls, start + "the server does not speak TLS on this port: check the port, or use http://"};
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return {Failure::tls, start + "no common TLS version (1.2 or later is needed)"};
    default:
      break;
  }
  const char* reason = ERR_reason_error_string(packed);
  return {Failure::tls, start + (reason != nullptr ? reason : "unknown reason")};
}

Error cannot_connect(const Peer& peer, int code) {
  const std::string start = "cannot connect to " + peer.text() + ": ";
  // cpprestsdk reports a refused connection as EHOSTUNREACH; which of the two it was cannot be told.
  if (code == EHOSTUNREACH || code == ECONNREFUSED) {
    return {Failure::unreachable,
            start + "connection refused or no route: check that the server runs, the address and firewalls"};
  }
  return {Failure::unreachable, start + std::strerror(code) + ": check the address and the network"};
}

Error cannot_resolve(const Peer& peer) {
  return {Failure::unreachable, "cannot resolve " + peer.host + ": check the name and the DNS configuration"};
}

Error tls_not_set_up(const Peer& peer, const std::string& why) {
  return {Failure::tls, "TLS with " + peer.text() + " cannot be set up: " + why};
}

Error broke_while_sending(const Peer& peer) {
  return {Failure::broken, "the connection to " + peer.text() + " broke while the request was sent"};
}

Error no_answer(const Peer& peer) {
  return {Failure::broken, peer.text() + " closed the connection without an answer" +
                               (peer.tls ? "" : ": check the port, or use https://")};
}

Error answer_cut(const Peer& peer) {
  return {Failure::broken, peer.text() + " closed the connection in the middle of its answer"};
}

Error not_http(const Peer& peer) {
  return {Failure::broken,
          peer.text() + " does not answer in HTTP" + (peer.tls ? "" : ": check the port, or use https://")};
}

Error describe_failure(const Peer& peer, std::string_view what, int code, const std::string& refusal) {
  if (starts_with(what, "Error resolving address") || starts_with(what, "Failed to resolve address")) {
    return cannot_resolve(peer);
  }
  if (starts_with(what, "Failed to connect")) return cannot_connect(peer, code);
  if (starts_with(what, "Error in SSL handshake")) return handshake_failed(peer, code, refusal);
  if (starts_with(what, "Invalid")) return not_http(peer);
  if (starts_with(what, "Failed to write")) return broke_while_sending(peer);
  if (starts_with(what, "Failed to read HTTP status line")) return no_answer(peer);
  if (starts_with(what, "Failed to read") || starts_with(what, "Retrieving")) return answer_cut(peer);
  return {Failure::broken, "the exchange with " + peer.text() + " failed: " + std::string(what)};
}

Error deadline_passed(const Peer& peer, base::Duration deadline) {
  return {Failure::timeout, "no answer from " + peer.text() + " within " + seconds(deadline) +
                                ": check the network and the server's load"};
}

Error silence(const Peer& peer, base::Duration idle) {
  return {Failure::timeout, "not a byte from " + peer.text() + " for " + seconds(idle) + ": the connection is dead"};
}

Error stopped(const Peer& peer) { return {Failure::stopped, "the exchange with " + peer.text() + " was stopped"}; }

Error too_large(const Peer& peer, std::string_view what, std::size_t limit) {
  return {Failure::too_large,
          std::string(what) + " from " + peer.text() + " is longer than " + std::to_string(limit >> 20) + " MiB"};
}

}  // namespace http
