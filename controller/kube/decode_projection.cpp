#include "kube/decode_projection.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>
#include <vector>

namespace kube::decoding {
namespace {

using Paths = std::vector<std::string_view>;

// Writes one object, and below it what the paths lead to. Recursion is as deep as the longest path.
class Selection {
 public:
  // False where nothing was selected: then nothing is written either.
  bool object(const Value& object, const Paths& paths, bool is_metadata) {
    const std::size_t start = buffer_.GetSize();
    buffer_.Put('{');
    bool empty = true;
    for (const Member& candidate : object.GetObject()) {
      const std::string_view name = text_of(candidate.name);
      if (is_metadata && name == "managedFields") continue;
      bool whole = false;
      Paths below;
      for (const std::string_view path : paths) {
        if (!path.starts_with(name)) continue;
        if (path.size() == name.size()) whole = true;
        if (path.size() > name.size() && path[name.size()] == '.') below.push_back(path.substr(name.size() + 1));
      }
      if (whole || !below.empty()) empty = !member(candidate, whole, below, empty, name == "metadata") && empty;
    }
    buffer_.Put('}');
    if (empty) buffer_.Pop(buffer_.GetSize() - start);
    return !empty;
  }

  // Everything of an object's metadata but managedFields, which is half of the object and of no use here.
  bool all_metadata(const Value& metadata) {
    Paths names;
    for (const Member& each : metadata.GetObject()) {
      if (text_of(each.name).find('.') == std::string_view::npos) names.push_back(text_of(each.name));
    }
    return object(metadata, names, true);
  }

  std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

 private:
  bool member(const Member& selected, bool whole, const Paths& below, bool first, bool is_metadata) {
    if (!whole && !selected.value.IsObject() && !selected.value.IsArray()) return false;
    const std::size_t start = buffer_.GetSize();
    if (!first) buffer_.Put(',');
    write(selected.name);
    buffer_.Put(':');
    bool written = true;
    if (!whole) {
      written = selected.value.IsArray() ? elements(selected.value, below) : object(selected.value, below, is_metadata);
    } else if (is_metadata && selected.value.IsObject()) {
      written = all_metadata(selected.value);
    } else {
      write(selected.value);
    }
    if (!written) buffer_.Pop(buffer_.GetSize() - start);
    return written;
  }

  // Of each element what the paths lead to below it; the place of one in which they lead to nothing is kept.
  bool elements(const Value& list, const Paths& below) {
    buffer_.Put('[');
    bool empty = true;
    for (const Value& element : list.GetArray()) {
      if (&element != list.Begin()) buffer_.Put(',');
      if (element.IsObject() && object(element, below, false)) {
        empty = false;
      } else {
        buffer_.Put('{');
        buffer_.Put('}');
      }
    }
    buffer_.Put(']');
    return !empty;
  }

  void write(const Value& value) {
    writer_.Reset(buffer_);
    value.Accept(writer_);
  }

  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

}  // namespace

std::string project(const Value& object, const Projection& projection) {
  if (!object.IsObject()) return {};
  Selection selection;
  return selection.object(object, Paths(projection.paths.begin(), projection.paths.end()), false) ? selection.text()
                                                                                                  : std::string();
}

}  // namespace kube::decoding
