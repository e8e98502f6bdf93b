// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/reply_reader.hpp"

#include <hiredis/read.h>

#include "policy/must.hpp"

namespace postern::cluster {
namespace {

// A value's place: in the list that it belongs to, which has room for all of it from the start, or
// on its own.
Reply& place_of(const redisReadTask* task) {
  if (task->parent == nullptr) return *std::make_unique<Reply>().release();
  auto& parent = *static_cast<Reply*>(task->parent->obj);
  return parent.list[static_cast<std::size_t>(task->idx)];
}

void* make_text(const redisReadTask* task, char* text, std::size_t size) {
  Reply& reply = place_of(task);
  reply.kind = task->type == REDIS_REPLY_ERROR ? Reply::Kind::kError : Reply::Kind::kText;
  reply.text.assign(text, size);
  return &reply;
}

// Null where there would be too many values: those that a list has room for count at once.
void* make_list(const redisReadTask* task, int size) {
  auto& values = *static_cast<std::size_t*>(task->privdata);
  if (size < 0 || values + static_cast<std::size_t>(size) > ReplyReader::kMostValues) {
    return nullptr;
  }
  values += static_cast<std::size_t>(size);
  Reply& reply = place_of(task);
  reply.kind = Reply::Kind::kList;
  reply.list.resize(static_cast<std::size_t>(size));
  return &reply;
}

void* make_integer(const redisReadTask* task, long long value) {
  Reply& reply = place_of(task);
  reply.kind = Reply::Kind::kInteger;
  reply.integer = value;
  return &reply;
}

void* make_nothing(const redisReadTask* task) { return &place_of(task); }

// Of a whole reply: what stands in a list is the list's.
void free_reply(void* reply) { std::unique_ptr<Reply>(static_cast<Reply*>(reply)).reset(); }

// hiredis wants to be able to change them.
redisReplyObjectFunctions* makers() noexcept {
  static redisReplyObjectFunctions all = {make_text, make_list, make_integer, make_nothing,
                                          free_reply};
  return &all;
}

}  // namespace

void ReplyReader::Free::operator()(redisReader* reader) const noexcept { redisReaderFree(reader); }

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(makers())) {
  policy::must(reader_ != nullptr, "redisReaderCreateWithFunctions");
  reader_->privdata = &values_;
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::feed(std::span<const char> bytes) {
  if (broken_) return;
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) broken_ = true;
}

std::optional<Reply> ReplyReader::next() {
  void* complete = nullptr;
  if (broken_) return std::nullopt;
  if (redisReaderGetReply(reader_.get(), &complete) != REDIS_OK) {
    broken_ = true;
    return std::nullopt;
  }
  if (complete == nullptr) {
    broken_ = reader_->len - reader_->pos > kMostBytes;
    return std::nullopt;
  }
  values_ = 0;
  const std::unique_ptr<Reply> reply(static_cast<Reply*>(complete));
  return std::move(*reply);
}

}  // namespace postern::cluster
