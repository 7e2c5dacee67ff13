#include "http_client.h"

#include <curl/curl.h>
#include <fcntl.h>

#include <new>
#include <utility>

namespace integration {
namespace {

// Above Heat's own longest answer: the proxy gives up after 120 s.
constexpr long patience_seconds = 150;

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

int close_in_children(void* /*client*/, curl_socket_t socket, curlsocktype /*purpose*/) {
  return fcntl(socket, F_SETFD, FD_CLOEXEC) == 0 ? CURL_SOCKOPT_OK : CURL_SOCKOPT_ERROR;
}

void set_pem(CURL* curl, CURLoption option, std::string pem) {
  if (pem.empty()) return;
  curl_blob blob{pem.data(), pem.size(), CURL_BLOB_COPY};
  curl_easy_setopt(curl, option, &blob);
}

// Before the first thread is made: libcurl wants its global state set up by one.
const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);

}  // namespace

HttpClient::HttpClient(Connections connections, std::string authority, Credentials credentials)
    : curl_(curl_easy_init()),
      connections_(connections),
      authority_(std::move(authority)),
      credentials_(std::move(credentials)) {
  if (initialised != CURLE_OK || curl_ == nullptr) throw std::bad_alloc();
}

HttpClient::~HttpClient() { curl_easy_cleanup(curl_); }

Answer HttpClient::perform(const std::string& url) {
  Answer answer;
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT, patience_seconds);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl_, CURLOPT_SOCKOPTFUNCTION, &close_in_children);
  set_pem(curl_, CURLOPT_CAINFO_BLOB, authority_);
  set_pem(curl_, CURLOPT_SSLCERT_BLOB, credentials_.certificate);
  set_pem(curl_, CURLOPT_SSLKEY_BLOB, credentials_.key);
  if (!credentials_.token.empty()) {
    curl_easy_setopt(curl_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
    curl_easy_setopt(curl_, CURLOPT_XOAUTH2_BEARER, credentials_.token.c_str());
  }
  if (connections_ == Connections::fresh) {
    curl_easy_setopt(curl_, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(curl_, CURLOPT_FORBID_REUSE, 1L);
  }
  const CURLcode done = curl_easy_perform(curl_);
  if (done != CURLE_OK) {
    answer.error = curl_easy_strerror(done);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

Answer HttpClient::send(const std::string& method, const std::string& url, const std::string& body) {
  curl_slist* headers = curl_slist_append(nullptr, "Accept: application/json");
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!body.empty()) {
    headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, body.c_str());
  }
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
  Answer answer = perform(url);
  curl_slist_free_all(headers);
  return answer;
}

Answer HttpClient::post_form(const std::string& url, const std::string& form) {
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, form.c_str());
  return perform(url);
}

std::string HttpClient::encoded(const std::string& text) const {
  char* escaped = curl_easy_escape(curl_, text.data(), static_cast<int>(text.size()));
  std::string result = escaped == nullptr ? std::string() : escaped;
  curl_free(escaped);
  return result;
}

}  // namespace integration
