// A small HTTP client over libcurl: for the API server, and in e2e for Heat's two APIs.
#pragma once

#include <string>

namespace integration {

struct Answer {
  int status = 0;  // 0: none came, `error` says why
  std::string body;
  std::string error;

  bool ok() const { return status >= 200 && status < 300; }
  std::string text() const { return std::to_string(status) + " " + error + " " + body.substr(0, 500); }
};

// What the client shows to be known by; nothing where a part is empty.
struct Credentials {
  std::string certificate;  // in PEM, with its key
  std::string key;
  std::string token;  // a bearer's
};

// For one thread at a time. It follows no redirect. No child process inherits its connection.
class HttpClient {
 public:
  // Whether a connection is kept for the next request, as libraries do, or made anew for each, as curl does.
  enum class Connections { kept, fresh };

  // `authority`, in PEM: by whom alone servers are known that speak TLS; empty: as the machine knows them.
  explicit HttpClient(Connections connections = Connections::kept, std::string authority = "",
                      Credentials credentials = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Answer get(const std::string& url) { return send("GET", url); }
  // A body makes it JSON.
  Answer send(const std::string& method, const std::string& url, const std::string& body = "");
  // A form, as CloudFormation's API takes its calls.
  Answer post_form(const std::string& url, const std::string& form);
  // As it stands in a query or a form.
  std::string encoded(const std::string& text) const;

 private:
  Answer perform(const std::string& url);

  void* curl_;  // CURL, whose header stays out of this one
  Connections connections_;
  const std::string authority_;
  const Credentials credentials_;
};

}  // namespace integration
