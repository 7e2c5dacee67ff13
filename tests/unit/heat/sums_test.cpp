#include "heat/config/sums.h"

#include <gtest/gtest.h>

namespace heat {
namespace {

TEST(Sums, ReachIsTheNextPowerOfTwoAtLeastFour) {
  const std::pair<long, long> expected[] = {{0, 4},  {1, 4},   {4, 4},     {5, 8},    {8, 8},
                                            {9, 16}, {16, 16}, {129, 256}, {200, 256}};
  for (const auto& [replicas, reached] : expected) EXPECT_EQ(reach(replicas), reached) << replicas;
}

TEST(Sums, AmqpConnectionsOfTheExample) {
  // 3 engines with 4 workers: 72 when idle, 408 at most.
  EXPECT_EQ(amqp_connections(12).idle, 72);
  EXPECT_EQ(amqp_connections(12).ceiling, 408);
}

TEST(Sums, PoolIsHeatsOwnWhereThereIsRoom) {
  const auto pool = database_pool(8, 1000);
  ASSERT_TRUE(pool);
  EXPECT_EQ(pool->pool_size, 5);
  EXPECT_EQ(pool->threads, 64);
}

TEST(Sums, CeilingStaysWithinMaxConnectionsAndUsesIt) {
  for (const long workers : {4L, 8L, 12L, 64L, 512L, 16384L}) {
    for (const long most : {100L, 151L, 500L, 1000L, 5000L, 20000L, 1000000L}) {
      const auto pool = database_pool(workers, most);
      if (!pool) {
        EXPECT_LT(most, least_connections(workers));
        continue;
      }
      EXPECT_LE(workers * pool->ceiling() + 1, most);
      EXPECT_TRUE(pool->ceiling() == 69 || workers * (pool->ceiling() + 1) + 1 > most);
      EXPECT_GE(pool->pool_size, 2);
      EXPECT_GE(pool->threads, 8);
    }
  }
}

TEST(Sums, LeastConnectionsIsTheLeast) {
  for (const long workers : {4L, 8L, 512L}) {
    EXPECT_TRUE(database_pool(workers, least_connections(workers)));
    EXPECT_FALSE(database_pool(workers, least_connections(workers) - 1));
  }
}

TEST(Sums, OneProxyLeavesAThreadForProbes) {
  Api api;
  api.workers = 1;
  for (const long threads : {1L, 2L, 16L}) {
    api.threads = threads;
    EXPECT_EQ(calls_from_one_proxy(api, 2), std::max(1L, threads - 1));
  }
}

TEST(Sums, AllProxiesWithinReachTogetherFitIntoThreadsAndQueueOfAPod) {
  Api api;
  for (const long threads : {2L, 16L, 64L, 1024L}) {
    api.workers = 1;
    api.threads = threads;
    for (const long proxies : {1L, 2L, 4L, 8L, 16L}) {
      const long callers = reach(proxies) + 1;
      const long probes = callers + 2;
      const long calls = calls_from_one_proxy(api, proxies);
      EXPECT_LE(callers * calls + probes, threads + api_listen_queue) << threads << " threads, " << proxies;
      EXPECT_GE(calls, 1);
      // And one more would not fit, or would take the thread that is for probes.
      EXPECT_TRUE(calls == threads - 1 || callers * (calls + 1) + probes > threads + api_listen_queue);
    }
  }
}

}  // namespace
}  // namespace heat
