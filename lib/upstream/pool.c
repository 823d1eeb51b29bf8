#include "upstream/pool.h"

#include "base/clock.h"
#include "upstream/line.h"

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_MAX = 128, CA_PATH = 256 };

/* Providers close a connection that nobody uses after a minute or so. */
static const int64_t idle_max_us = 60 * INT64_C(1000000);

struct pool {
	pthread_mutex_t lock; /* of all but the share's contents */
	struct line *newest, *oldest;
	int idle;
	CURLSH *share;
	char ca_path[CA_PATH];
	pthread_mutex_t shared[CURL_LOCK_DATA_LAST];
};

struct pool *pool_new(void)
{
	struct pool *pool = line_have(calloc(1, sizeof(*pool)));

	pthread_mutex_init(&pool->lock, NULL);
	for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
		pthread_mutex_init(&pool->shared[i], NULL);
	return pool;
}

static void lock_shared(CURL *easy, curl_lock_data what, curl_lock_access how,
			void *who)
{
	struct pool *pool = who;

	(void)easy, (void)how;
	pthread_mutex_lock(&pool->shared[what]);
}

static void unlock_shared(CURL *easy, curl_lock_data what, void *who)
{
	struct pool *pool = who;

	(void)easy;
	pthread_mutex_unlock(&pool->shared[what]);
}

static CURLSH *new_share(struct pool *pool)
{
	CURLSH *share = line_have(curl_share_init());

	curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_shared);
	curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_shared);
	curl_share_setopt(share, CURLSHOPT_USERDATA, pool);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
	return share;
}

/* Is PATH a folder of certificates filed by hash, as "5ed36f99.0"? */
static bool filed_by_hash(const char *path)
{
	DIR *folder = opendir(path);
	bool filed = false;

	if (!folder)
		return false;
	for (struct dirent *entry; !filed && (entry = readdir(folder));)
		filed = strspn(entry->d_name, "0123456789abcdef") == 8 &&
			!strcmp(entry->d_name + 8, ".0");
	closedir(folder);
	return filed;
}

/*
 * curl reads its whole bundle of certificates, and keeps it, for each TLS
 * connection. From a folder filed by hash it takes the one that it needs.
 */
static void find_ca_path(struct pool *pool)
{
	CURL *easy = line_have(curl_easy_init());
	char *path = NULL;

	curl_easy_getinfo(easy, CURLINFO_CAPATH, &path);
	if (path && strlen(path) < CA_PATH && filed_by_hash(path))
		memcpy(pool->ca_path, path, strlen(path) + 1);
	curl_easy_cleanup(easy);
}

static void init_curl(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		line_have(NULL);
}

static void open_once(struct pool *pool)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, init_curl);
	pthread_mutex_lock(&pool->lock);
	if (!pool->share) {
		find_ca_path(pool);
		pool->share = new_share(pool);
	}
	pthread_mutex_unlock(&pool->lock);
}

static void unlink_line(struct pool *pool, struct line *line)
{
	*(line->newer ? &line->newer->older : &pool->newest) = line->older;
	*(line->older ? &line->older->newer : &pool->oldest) = line->newer;
	line->newer = line->older = NULL;
	pool->idle--;
}

/* Take off the lines that are too old or too many, as a list by `older`. */
static struct line *cut_excess(struct pool *pool, int64_t now)
{
	struct line *excess = NULL, *last;

	while ((last = pool->oldest) &&
	       (pool->idle > IDLE_MAX ||
		now - last->idle_since > idle_max_us)) {
		unlink_line(pool, last);
		last->older = excess;
		excess = last;
	}
	return excess;
}

static void free_lines(struct line *line)
{
	for (struct line *older; line; line = older) {
		older = line->older;
		line_free(line);
	}
}

/* The newest of those connected to HOST, else of those connected nowhere. */
static struct line *choose(const struct pool *pool, const char *host)
{
	struct line *bare = NULL;

	for (struct line *line = pool->newest; line; line = line->older) {
		if (!strcmp(line->host, host))
			return line;
		if (!bare && !*line->host)
			bare = line;
	}
	return bare;
}

struct line *pool_take(struct pool *pool, const char *host)
{
	struct line *excess, *line;

	open_once(pool);
	pthread_mutex_lock(&pool->lock);
	excess = cut_excess(pool, clock_ticks_us());
	line = choose(pool, host);
	if (line)
		unlink_line(pool, line);
	pthread_mutex_unlock(&pool->lock);
	free_lines(excess);
	return line ? line
		    : line_new(pool->share,
			       *pool->ca_path ? pool->ca_path : NULL);
}

void pool_give(struct pool *pool, struct line *line)
{
	struct line *excess;

	line->idle_since = clock_ticks_us();
	pthread_mutex_lock(&pool->lock);
	line->older = pool->newest;
	line->newer = NULL;
	*(pool->newest ? &pool->newest->newer : &pool->oldest) = line;
	pool->newest = line;
	pool->idle++;
	excess = cut_excess(pool, line->idle_since);
	pthread_mutex_unlock(&pool->lock);
	free_lines(excess);
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	free_lines(pool->newest);
	curl_share_cleanup(pool->share);
	for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
		pthread_mutex_destroy(&pool->shared[i]);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
