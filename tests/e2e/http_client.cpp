#include "http_client.h"

#include <curl/curl.h>

#include <new>
#include <utility>

namespace e2e {
namespace {

// Above Heat's own longest answer: the proxy gives up after 120 s.
constexpr long patience_seconds = 150;

std::size_t append(char* data, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

// Before the first thread is made: libcurl wants its global state set up by one.
const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);

}  // namespace

HttpClient::HttpClient(Connections connections, std::string authority)
    : curl_(curl_easy_init()), connections_(connections), authority_(std::move(authority)) {
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
  if (!authority_.empty()) {
    std::string pem = authority_;
    curl_blob blob{pem.data(), pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl_, CURLOPT_CAINFO_BLOB, &blob);
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

}  // namespace e2e
