/* rtload - a load generator for realtime HTTP servers: HTTP/1.1, WebSocket, SSE, long polling.
 *
 * One file, C11, Linux epoll, no dependencies:   cc -O2 -Wall -Wextra -pthread -o rtload rtload.c
 * It talks to 127.0.0.1 only. Every run prints exactly one line of JSON on stdout.
 *
 *   rtload MODE --port N [options]          rtload --help lists the options
 *
 * How it works
 *   - N worker threads (-t, default 1), each with its own epoll and its share of the connections.
 *     The main thread only directs: it moves the run through the phases
 *     CONNECT -> READY -> WARM -> MEASURE -> STOP, and in the fan-out modes it is the publisher.
 *   - Sockets are edge triggered and registered once (IN|OUT); there is no epoll_ctl traffic later.
 *   - What a connection sends in http / ws-echo is an endless repetition of one unit (a request, a
 *     masked frame), so "to be sent" is only a byte count and a position in a shared buffer.
 *   - Input goes into one buffer per thread; only an incomplete header is kept per connection. An
 *     idle connection therefore costs rtload some 200 bytes.
 *   - Latency goes into a log-linear histogram (6 significant bits, so at most 1.6 % off).
 *   - Server cost is read from /proc/PID/stat and /proc/PID/status (--pid, may be a,b,c).
 *
 * A published message is  rtl:TTTTTTTTTTTTTTTT.SSSSSSSS.xxxx...  (hex send time in ns, hex sequence
 * number, padding). The receiver looks for that text in whatever framing the server wraps around
 * it, so any server that delivers the payload unchanged can be measured. Warm-up messages begin
 * with rtw: and are not counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ options */

enum mode { M_HTTP, M_CHURN, M_WSECHO, M_HTTPIDLE, M_WSIDLE, M_SSEIDLE, M_POLLIDLE, M_SSEFAN, M_WSFAN, M_POLLFAN };
static const char *const mode_names[] = { "http", "churn", "ws-echo", "http-idle", "ws-idle", "sse-idle",
                                          "poll-idle", "sse-fanout", "ws-fanout", "poll-fanout" };
enum { MAXCUR = 2, MAXPID = 8, RBUF = 256 * 1024, HEAD_MAX = 32 * 1024, STAMP = 29 /* rtl: + 16 + . + 8 */ };

static struct {
    enum mode mode;
    int port, conns, depth, threads, srcs, size, open_rate, max_inflight;
    double duration, warmup, rate, drain, settle;
    int messages, warm_messages, window, pub_depth, prewarm;
    bool binary, batch;
    const char *path, *pub_path, *label;
    char extra[4096];                                        /* extra request headers, CRLF-ended */
    const char *cur_header[MAXCUR], *cur_sink[MAXCUR], *cur_init;
    bool cur_is_param[MAXCUR];
    int ncur_header, ncur_sink, pids[MAXPID], npids;
} o = { .port = 0, .conns = 64, .depth = 1, .threads = 1, .srcs = 0, .size = 128, .open_rate = 0, .max_inflight = 512,
        .duration = 5, .warmup = 1, .rate = 100, .drain = 2, .settle = 1.5, .messages = 500, .warm_messages = 50,
        .pub_depth = 1, .prewarm = 32, .path = "/", .pub_path = "/publish", .label = "" };

static bool is_ws(void) { return o.mode == M_WSECHO || o.mode == M_WSIDLE || o.mode == M_WSFAN; }
static bool is_idle(void) { return o.mode == M_HTTPIDLE || o.mode == M_WSIDLE || o.mode == M_SSEIDLE || o.mode == M_POLLIDLE; }
static bool is_fan(void) { return o.mode >= M_SSEFAN; }
static bool is_poll(void) { return o.mode == M_POLLIDLE || o.mode == M_POLLFAN; }
static bool is_closed_loop(void) { return o.mode == M_HTTP || o.mode == M_WSECHO || o.mode == M_CHURN; }

static void die(const char *fmt, ...) {
    va_list a; va_start(a, fmt); fprintf(stderr, "rtload: "); vfprintf(stderr, fmt, a); fputc('\n', stderr); va_end(a);
    exit(2);
}
static void *xalloc(size_t n) { void *p = calloc(1, n ? n : 1); if (!p) die("out of memory"); return p; }
static uint64_t now_ns(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec; }
static void sleep_until(uint64_t t) {
    struct timespec ts = { (time_t)(t / 1000000000u), (long)(t % 1000000000u) };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR) {}
}
static void sleep_s(double s) { sleep_until(now_ns() + (uint64_t)(s * 1e9)); }

/* ---------------------------------------------------------------- histogram */

enum { HSUB = 64, HSIZE = 60 * HSUB };
typedef struct { uint64_t b[HSIZE], n, max; } hist;

static int hist_slot(uint64_t v) {
    if (v < HSUB) return (int)v;
    int e = 63 - __builtin_clzll(v) - 6;                     /* v>>e lies in 64..127 */
    return (e + 1) * HSUB + (int)((v >> e) - HSUB);
}
static void hist_add(hist *h, uint64_t v) { h->b[hist_slot(v)]++; h->n++; if (v > h->max) h->max = v; }
static void hist_merge(hist *d, const hist *s) {
    for (int i = 0; i < HSIZE; i++) d->b[i] += s->b[i];
    d->n += s->n; if (s->max > d->max) d->max = s->max;
}
static double hist_us(const hist *h, double q) {             /* quantile, in microseconds */
    if (!h->n) return 0;
    uint64_t want = (uint64_t)(q * (double)h->n), seen = 0;
    if (want >= h->n) want = h->n - 1;
    for (int i = 0; i < HSIZE; i++) {
        seen += h->b[i];
        if (seen > want) {
            uint64_t v = i < HSUB ? (uint64_t)i : (((uint64_t)(i % HSUB) + HSUB) << (i / HSUB - 1));
            return (double)v / 1000.0;
        }
    }
    return (double)h->max / 1000.0;
}

/* --------------------------------------------------- what the server consumes */

typedef struct { double user, sys; long rss_kb, anon_kb; int threads; } usage;

static usage server_usage(void) {
    usage u = { 0, 0, 0, 0, 0 };
    double hz = (double)sysconf(_SC_CLK_TCK);
    for (int i = 0; i < o.npids; i++) {
        char p[64], buf[4096]; FILE *f;
        snprintf(p, sizeof p, "/proc/%d/stat", o.pids[i]);
        if ((f = fopen(p, "r"))) {
            size_t n = fread(buf, 1, sizeof buf - 1, f); buf[n] = 0; fclose(f);
            char *q = strrchr(buf, ')'); unsigned long ut = 0, st = 0;
            if (q && sscanf(q + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &ut, &st) == 2) { u.user += (double)ut / hz; u.sys += (double)st / hz; }
        }
        snprintf(p, sizeof p, "/proc/%d/status", o.pids[i]);
        if ((f = fopen(p, "r"))) {
            long v;
            while (fgets(buf, sizeof buf, f)) {
                if (sscanf(buf, "VmRSS: %ld", &v) == 1) u.rss_kb += v;
                else if (sscanf(buf, "RssAnon: %ld", &v) == 1) u.anon_kb += v;
                else if (sscanf(buf, "Threads: %ld", &v) == 1) u.threads += (int)v;
            }
            fclose(f);
        }
    }
    return u;
}
static double self_cpu(void) {
    struct rusage r; getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}
static long kernel_tcp_pages(void) {                         /* socket buffer pages held by TCP, whole machine */
    FILE *f = fopen("/proc/net/sockstat", "r"); char l[256]; long v = 0;
    if (!f) return 0;
    while (fgets(l, sizeof l, f)) { char *m = strstr(l, "TCP:"); if (m && (m = strstr(l, "mem "))) v = atol(m + 4); }
    fclose(f); return v;
}

/* -------------------------------------------------------------- connections */

enum { C_NONE, C_CONNECTING, C_HANDSHAKE, C_OPEN, C_DEAD };
enum { H_HEAD, H_LENGTH, H_CHUNK_SIZE, H_CHUNK_DATA, H_CHUNK_END, H_TRAILER, H_UNTIL_CLOSE };

typedef struct conn {
    int fd;
    uint8_t state, hstate, ws_fin, mlen, done_one, close_after;
    int status;
    uint64_t left;                                           /* bytes of body, chunk or frame still to come */
    uint64_t ws_off;                                         /* bytes of the current WS message seen so far */
    uint64_t owed; uint32_t pos;                             /* closed loop: bytes to send, position in the unit */
    char *out; uint32_t out_len, out_off;                    /* other output: handshake, poll request, pong */
    char *carry; uint32_t carry_len;                         /* incomplete header kept for the next read */
    char mcarry[STAMP];                                      /* incomplete message stamp, mlen bytes */
    uint64_t *ts; uint32_t ts_head, ts_n;                    /* send times of what is outstanding */
    uint64_t *seen; uint32_t next_seq;                       /* fan-out: received bitmap, highest seq + 1 */
    char *cur[MAXCUR];                                       /* long poll: cursor values to send next */
    uint64_t opened_at; int src;
} conn;

typedef struct worker {
    pthread_t th; int id, ep, nconn, opened, phase_seen;
    conn *c; char *rbuf;
    uint64_t next_open;
    /* counters; read by the main thread while running, hence atomic (relaxed) */
    _Atomic uint64_t ready, failed, dead, ops, answers, delivered, last_recv, inflight;
    uint64_t errors, bytes_in, bytes_out, dups, ooo, mismatches, reconnects, repolls, bad;
    hist *lat;
} worker;

enum { P_CONNECT, P_WARM, P_MEASURE, P_STOP };
static _Atomic int phase;
static worker *workers;
static char *unit; static size_t unit_len, unit_reps;        /* closed loop: unit_reps copies, back to back */
static char *ws_payload;                                     /* what a ws-echo server must send back */
static char *hello; static size_t hello_len;                 /* handshake or first request */

static void relaxed_add(_Atomic uint64_t *v, uint64_t n) {   /* single writer, so no locked instruction needed */
    atomic_store_explicit(v, atomic_load_explicit(v, memory_order_relaxed) + n, memory_order_relaxed);
}
static uint64_t relaxed(_Atomic uint64_t *v) { return atomic_load_explicit(v, memory_order_relaxed); }
static bool measuring(void) { return atomic_load_explicit(&phase, memory_order_relaxed) == P_MEASURE; }

static void conn_reset(conn *c) {
    free(c->out); free(c->carry); c->out = c->carry = NULL;
    c->out_len = c->out_off = c->carry_len = 0; c->hstate = H_HEAD; c->left = 0; c->mlen = 0;
    c->owed = 0; c->pos = 0; c->ts_n = 0; c->ws_off = 0; c->done_one = 0; c->close_after = 0;
}
static void conn_out(conn *c, const char *p, size_t n) {     /* append to the private output */
    char *m = malloc(c->out_len - c->out_off + n); if (!m) die("out of memory");
    uint32_t keep = c->out_len - c->out_off;
    if (keep) memcpy(m, c->out + c->out_off, keep);
    memcpy(m + keep, p, n); free(c->out); c->out = m; c->out_off = 0; c->out_len = keep + (uint32_t)n;
}
static void conn_open(worker *w, conn *c) {
    struct sockaddr_in a = { .sin_family = AF_INET };
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) { relaxed_add(&w->failed, 1); c->state = C_DEAD; return; }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);   /* port chosen at connect: reuse per 4-tuple */
    a.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)(c->src % o.srcs));
    if (bind(c->fd, (struct sockaddr *)&a, sizeof a) < 0) goto bad;
    a.sin_port = htons((uint16_t)o.port); a.sin_addr.s_addr = htonl(0x7f000001u);
    c->opened_at = now_ns();
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) < 0 && errno != EINPROGRESS) goto bad;
    c->state = C_CONNECTING; relaxed_add(&w->inflight, 1);
    conn_out(c, hello, hello_len);
    struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c };
    if (epoll_ctl(w->ep, EPOLL_CTL_ADD, c->fd, &e) < 0) die("epoll_ctl: %s", strerror(errno));
    return;
bad:
    close(c->fd); c->fd = -1; c->state = C_DEAD; relaxed_add(&w->failed, 1);
}
static void conn_kill(worker *w, conn *c) {                  /* the connection ended when it should not have */
    if (c->state == C_CONNECTING || c->state == C_HANDSHAKE) { relaxed_add(&w->failed, 1); relaxed_add(&w->inflight, (uint64_t)-1); }
    else if (c->state == C_OPEN) relaxed_add(&w->dead, 1);
    if (c->fd >= 0) close(c->fd);
    c->fd = -1; conn_reset(c); c->state = C_DEAD;
}
/* Sends what is due. Returns false when the connection died. */
static bool conn_flush(worker *w, conn *c) {
    while (c->out_off < c->out_len) {
        ssize_t n = send(c->fd, c->out + c->out_off, c->out_len - c->out_off, MSG_NOSIGNAL);
        if (n < 0) { if (errno == EAGAIN || errno == ENOTCONN) return true; conn_kill(w, c); return false; }
        c->out_off += (uint32_t)n; w->bytes_out += (uint64_t)n;
    }
    if (c->out) { free(c->out); c->out = NULL; c->out_len = c->out_off = 0; }
    while (c->owed) {
        size_t room = unit_len * unit_reps - c->pos, n = c->owed < room ? (size_t)c->owed : room;
        ssize_t k = send(c->fd, unit + c->pos, n, MSG_NOSIGNAL);
        if (k < 0) { if (errno == EAGAIN) return true; conn_kill(w, c); return false; }
        c->owed -= (uint64_t)k; c->pos = (uint32_t)((c->pos + (size_t)k) % unit_len); w->bytes_out += (uint64_t)k;
    }
    return true;
}
static void queue_units(conn *c, uint32_t n, uint64_t t) {   /* n more requests/messages go out, stamped t */
    for (uint32_t i = 0; i < n; i++) { c->ts[(c->ts_head + c->ts_n) % (uint32_t)o.depth] = t; c->ts_n++; }
    c->owed += (uint64_t)n * unit_len;
}
static void unit_done(worker *w, conn *c, uint64_t t) {      /* the oldest outstanding one was answered */
    if (!c->ts_n) { w->errors++; return; }
    uint64_t sent = c->ts[c->ts_head]; c->ts_head = (c->ts_head + 1) % (uint32_t)o.depth; c->ts_n--;
    relaxed_add(&w->answers, 1);
    if (measuring()) { hist_add(w->lat, t - sent); relaxed_add(&w->ops, 1); }
}

/* ------------------------------------------------- fan-out: message recognition */

static uint64_t unhex(const char *p, int n, bool *ok) {
    uint64_t v = 0;
    for (int i = 0; i < n; i++) {
        int ch = (unsigned char)p[i], d = ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
        if (d < 0) { *ok = false; return 0; }
        v = v << 4 | (uint64_t)d;
    }
    return v;
}
static void stamp_seen(worker *w, conn *c, const char *p, uint64_t t) {      /* p points to a whole stamp */
    bool ok = p[20] == '.';
    uint64_t sent = unhex(p + 4, 16, &ok), seq = unhex(p + 21, 8, &ok);
    if (!ok || seq >= (uint64_t)o.messages) { w->bad++; return; }
    if (c->seen[seq >> 6] >> (seq & 63) & 1) { w->dups++; return; }
    c->seen[seq >> 6] |= (uint64_t)1 << (seq & 63);
    if (seq < c->next_seq) w->ooo++; else c->next_seq = (uint32_t)seq + 1;
    hist_add(w->lat, t > sent ? t - sent : 0);
    relaxed_add(&w->delivered, 1);
    atomic_store_explicit(&w->last_recv, t, memory_order_relaxed);
}
/* Finds stamps in a piece of payload; a stamp may be cut by the end of the piece. */
static void scan(worker *w, conn *c, const char *p, size_t n, uint64_t t) {
    if (c->mlen) {
        size_t take = (size_t)(STAMP - c->mlen) < n ? (size_t)(STAMP - c->mlen) : n;
        char tmp[STAMP]; memcpy(tmp, c->mcarry, c->mlen); memcpy(tmp + c->mlen, p, take);
        size_t have = c->mlen + take, cmp = have < 4 ? have : 4;
        if (memcmp(tmp, "rtl:", cmp) != 0) c->mlen = 0;                      /* it was not one: rescan p itself */
        else if (have < STAMP) { memcpy(c->mcarry, tmp, have); c->mlen = (uint8_t)have; return; }
        else { stamp_seen(w, c, tmp, t); c->mlen = 0; p += take; n -= take; }
    }
    const char *end = p + n;
    while (p < end) {
        const char *q = memchr(p, 'r', (size_t)(end - p));
        if (!q) return;
        size_t have = (size_t)(end - q);
        if (have >= STAMP) {
            if (memcmp(q, "rtl:", 4) == 0) { stamp_seen(w, c, q, t); p = q + STAMP; } else p = q + 1;
        } else if (memcmp(q, "rtl:", have < 4 ? have : 4) == 0) { memcpy(c->mcarry, q, have); c->mlen = (uint8_t)have; return; }
        else p = q + 1;
    }
}

/* ------------------------------------------------------------- HTTP responses */

static void poll_again(worker *w, conn *c) {                 /* the next long-poll request of this client */
    char b[8192]; int n; bool query = strchr(o.path, '?') != NULL;
    n = snprintf(b, sizeof b, "GET %s", o.path);
    for (int i = 0; i < o.ncur_sink; i++)
        if (o.cur_is_param[i] && c->cur[i]) { n += snprintf(b + n, sizeof b - (size_t)n, "%c%s=%s", query ? '&' : '?', o.cur_sink[i], c->cur[i]); query = true; }
    n += snprintf(b + n, sizeof b - (size_t)n, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s", o.port, o.extra);
    for (int i = 0; i < o.ncur_sink; i++)
        if (!o.cur_is_param[i] && c->cur[i]) n += snprintf(b + n, sizeof b - (size_t)n, "%s: %s\r\n", o.cur_sink[i], c->cur[i]);
    n += snprintf(b + n, sizeof b - (size_t)n, "\r\n");
    w->repolls++;
    conn_out(c, b, (size_t)n);
}
/* Takes one header block [p, end), end just past the blank line. Sets status and body framing.
 * Each line is found by memchr; only names that begin with C, T, S or a cursor name are compared. */
static bool take_head(worker *w, conn *c, const char *p, const char *end) {
    if (end - p < 12 || memcmp(p, "HTTP/1.", 7) != 0) { w->errors++; return false; }
    c->status = (p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0');
    bool chunked = false, has_len = false, accept_ok = false; uint64_t len = 0;
    const char *l = memchr(p, '\n', (size_t)(end - p));
    while (l && ++l < end && *l != '\r') {
        const char *e = memchr(l, '\n', (size_t)(end - l)); if (!e) break;
        char k = (char)(*l | 0x20);
        if (k == 'c' && e - l > 15 && strncasecmp(l, "content-length:", 15) == 0) { has_len = true; len = strtoull(l + 15, NULL, 10); }
        else if (k == 'c' && e - l > 11 && strncasecmp(l, "connection:", 11) == 0) { if (memmem(l, (size_t)(e - l), "close", 5)) c->close_after = 1; }
        else if (k == 't' && e - l > 18 && strncasecmp(l, "transfer-encoding:", 18) == 0) chunked = memmem(l, (size_t)(e - l), "chunked", 7) != NULL;
        else if (k == 's' && e - l > 21 && strncasecmp(l, "sec-websocket-accept:", 21) == 0) accept_ok = memmem(l, (size_t)(e - l), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28) != NULL;
        for (int i = 0; i < o.ncur_header; i++) {
            size_t hl = strlen(o.cur_header[i]);
            if ((size_t)(e - l) > hl && l[hl] == ':' && strncasecmp(l, o.cur_header[i], hl) == 0) {
                const char *v = l + hl + 1, *ve = e; while (v < ve && *v == ' ') v++; while (ve > v && (ve[-1] == '\r' || ve[-1] == ' ')) ve--;
                free(c->cur[i]); c->cur[i] = strndup(v, (size_t)(ve - v));
            }
        }
        l = e;
    }
    if (c->status == 101) { if (!accept_ok) { w->errors++; return false; } c->hstate = H_HEAD; return true; }
    c->left = 0;
    if (c->status == 204 || c->status == 304) c->hstate = H_LENGTH;
    else if (chunked) c->hstate = H_CHUNK_SIZE;
    else if (has_len) { c->hstate = H_LENGTH; c->left = len; }
    else c->hstate = H_UNTIL_CLOSE;
    return true;
}
static void body_piece(worker *w, conn *c, const char *p, size_t n, uint64_t t) { if (is_fan()) scan(w, c, p, n, t); }

static void conn_ready(worker *w, conn *c) { c->state = C_OPEN; relaxed_add(&w->inflight, (uint64_t)-1); relaxed_add(&w->ready, 1); }

/* One response has ended. *answered counts those of this read, refilled together. */
static bool response_done(worker *w, conn *c, uint64_t t, uint32_t *answered) {
    bool ok = c->status >= 200 && c->status < 400;
    c->hstate = H_HEAD;
    switch (o.mode) {
    case M_HTTP:
        if (c->state == C_HANDSHAKE) {                       /* the hello was answered */
            conn_ready(w, c); if (!ok) w->errors++;
            if (w->phase_seen != P_CONNECT) queue_units(c, (uint32_t)o.depth, t);                /* a reconnect: carry on at once */
            return true;
        }
        if (!ok) w->errors++;
        unit_done(w, c, t); (*answered)++;
        return true;
    case M_CHURN:
        if (!ok) w->errors++;
        c->done_one = 1;
        return true;
    case M_HTTPIDLE:                                         /* answered once; from here on it only stays open */
        if (!ok || c->close_after) { w->errors++; return false; }
        conn_ready(w, c);
        return true;
    case M_POLLIDLE: case M_POLLFAN:
        if (!ok) w->errors++;
        if (c->close_after) return false;
        poll_again(w, c);
        return true;
    default:                                                 /* an SSE stream or WS handshake must not end */
        w->errors++;
        return false;
    }
}
/* Consumes response bytes; returns how many, or -1 when the connection is to be dropped. */
static ssize_t feed_http(worker *w, conn *c, const char *p, size_t n, uint64_t t) {
    const char *s = p, *end = p + n; uint32_t answered = 0;
    while (s < end || (c->hstate == H_LENGTH && c->left == 0)) {
        size_t have = (size_t)(end - s);
        switch (c->hstate) {
        case H_HEAD: {
            const char *e = NULL, *q = s;
            while ((q = memchr(q, '\n', (size_t)(end - q)))) {               /* a blank line ends the header */
                q++;
                if (end - q >= 2 && q[0] == '\r' && q[1] == '\n') { e = q + 2; break; }
                if (q >= end) break;
            }
            if (!e) { if (have > HEAD_MAX) { w->errors++; return -1; } goto out; }
            if (!take_head(w, c, s, e)) return -1;
            s = e;
            if (is_ws()) {
                if (c->status != 101) { w->errors++; return -1; }
                conn_ready(w, c);
                return s - p;                                /* the rest is frames */
            }
            if (c->hstate == H_LENGTH && c->left == 0) { if (!response_done(w, c, t, &answered)) return -1; }
            else if (o.mode == M_SSEIDLE || o.mode == M_SSEFAN) {
                if (c->status != 200) { w->errors++; return -1; }
                if (c->state == C_HANDSHAKE) conn_ready(w, c);
            }
            break;
        }
        case H_LENGTH: case H_CHUNK_DATA: {
            size_t k = c->left < have ? (size_t)c->left : have;
            body_piece(w, c, s, k, t); s += k; c->left -= k;
            if (c->left == 0) {
                if (c->hstate == H_CHUNK_DATA) c->hstate = H_CHUNK_END;
                else if (!response_done(w, c, t, &answered)) return -1;
            }
            break;
        }
        case H_CHUNK_SIZE: {
            const char *e = memchr(s, '\n', have);
            if (!e) { if (have > 256) { w->errors++; return -1; } goto out; }
            c->left = strtoull(s, NULL, 16); s = e + 1;
            c->hstate = c->left ? H_CHUNK_DATA : H_TRAILER;
            break;
        }
        case H_CHUNK_END:
            if (have < 2) goto out;
            s += 2; c->hstate = H_CHUNK_SIZE;
            break;
        case H_TRAILER: {
            const char *e = memchr(s, '\n', have);
            if (!e) goto out;
            bool last = e - s <= 1; s = e + 1;
            if (last && !response_done(w, c, t, &answered)) return -1;
            break;
        }
        case H_UNTIL_CLOSE: body_piece(w, c, s, have, t); s = end; break;
        }
    }
out:
    if (o.mode == M_HTTP && answered && atomic_load_explicit(&phase, memory_order_relaxed) < P_STOP) {
        if (!o.batch) queue_units(c, answered, t);
        else if (c->ts_n == 0) queue_units(c, (uint32_t)o.depth, t);
    }
    return s - p;
}

/* ------------------------------------------------------------------ WebSocket */

static size_t ws_frame(char *d, int opcode, const char *p, size_t n) {       /* a masked client frame */
    static const unsigned char key[4] = { 0x37, 0xfa, 0x21, 0x3d };
    size_t h = 0;
    d[h++] = (char)(0x80 | opcode);
    if (n < 126) d[h++] = (char)(0x80 | n);
    else if (n < 65536) { d[h++] = (char)(0x80 | 126); d[h++] = (char)(n >> 8); d[h++] = (char)n; }
    else { d[h++] = (char)(0x80 | 127); for (int i = 7; i >= 0; i--) d[h++] = (char)((uint64_t)n >> (8 * i)); }
    memcpy(d + h, key, 4); h += 4;
    for (size_t i = 0; i < n; i++) d[h + i] = (char)(p[i] ^ key[i & 3]);
    return h + n;
}
static void ws_message_done(worker *w, conn *c, uint64_t t, uint32_t *answered) {
    if (o.mode == M_WSECHO) {
        if (c->ws_off != (uint64_t)o.size) w->mismatches++;
        unit_done(w, c, t); (*answered)++;
    }
    c->ws_off = 0;
}
static ssize_t feed_ws(worker *w, conn *c, const char *p, size_t n, uint64_t t) {
    const char *s = p, *end = p + n; uint32_t answered = 0;
    while (s < end) {
        size_t have = (size_t)(end - s);
        if (c->left) {                                       /* inside a data frame */
            size_t k = c->left < have ? (size_t)c->left : have;
            if (o.mode == M_WSECHO) { if (c->ws_off + k > (uint64_t)o.size || memcmp(ws_payload + c->ws_off, s, k) != 0) w->mismatches++; }
            else if (o.mode == M_WSFAN) scan(w, c, s, k, t);
            s += k; c->left -= k; c->ws_off += k;
            if (!c->left && c->ws_fin) ws_message_done(w, c, t, &answered);
            continue;
        }
        if (have < 2) break;
        int op = s[0] & 15; size_t h = 2; uint64_t len = (unsigned char)s[1];
        if (len & 0x80) { w->errors++; return -1; }          /* a server must not mask */
        if (len == 126) { if (have < 4) break; h = 4; len = (uint64_t)(unsigned char)s[2] << 8 | (unsigned char)s[3]; }
        else if (len == 127) { if (have < 10) break; h = 10; len = 0; for (int i = 2; i < 10; i++) len = len << 8 | (unsigned char)s[i]; }
        if (op >= 8) {
            if (have < h + len) break;
            if (op == 8) return -1;
            if (op == 9 && len < 126) { char pong[140]; size_t k = ws_frame(pong, 10, s + h, (size_t)len); conn_out(c, pong, k); }
            s += h + len;
            continue;
        }
        c->ws_fin = (s[0] & 0x80) != 0; c->left = len; s += h;
        if (!len && c->ws_fin) ws_message_done(w, c, t, &answered);
    }
    if (o.mode == M_WSECHO && answered && atomic_load_explicit(&phase, memory_order_relaxed) < P_STOP) {
        if (!o.batch) queue_units(c, answered, t);
        else if (c->ts_n == 0) queue_units(c, (uint32_t)o.depth, t);
    }
    return s - p;
}

/* --------------------------------------------------------------- event handling */

static void churn_end(worker *w, conn *c) {                  /* one short connection is over: start the next */
    if (c->done_one) relaxed_add(&w->answers, 1);
    if (measuring()) {
        if (c->done_one) { hist_add(w->lat, now_ns() - c->opened_at); relaxed_add(&w->ops, 1); } else w->errors++;
    }
    if (c->state == C_CONNECTING || c->state == C_HANDSHAKE) relaxed_add(&w->inflight, (uint64_t)-1);
    close(c->fd); c->fd = -1; conn_reset(c); c->state = C_NONE;
    if (atomic_load_explicit(&phase, memory_order_relaxed) < P_STOP) { c->src++; conn_open(w, c); }
}
/* The server ended a keep-alive connection (some do, every 100 requests): open it again. Requests that
 * were pipelined behind the last answer are simply gone; the server said so with Connection: close. */
static void http_reconnect(worker *w, conn *c) {
    if (measuring()) { w->reconnects++; if (!c->close_after) w->errors++; }
    close(c->fd); c->fd = -1; conn_reset(c); c->ts_head = 0; c->state = C_NONE;
    relaxed_add(&w->ready, (uint64_t)-1);
    if (atomic_load_explicit(&phase, memory_order_relaxed) < P_STOP) conn_open(w, c);
}
/* hup: the peer has closed its side, so there will be no further edge: read to the very end */
static void readable(worker *w, conn *c, bool hup) {
    for (;;) {
        size_t kept = c->carry_len;
        if (kept) { memcpy(w->rbuf, c->carry, kept); free(c->carry); c->carry = NULL; c->carry_len = 0; }
        ssize_t r = recv(c->fd, w->rbuf + kept, RBUF - kept, 0);
        if (r <= 0) {
            if (r < 0 && errno == EAGAIN) r = 0;
            else if (o.mode == M_CHURN) { if (r == 0 && c->hstate == H_UNTIL_CLOSE) c->done_one = 1; churn_end(w, c); return; }
            else if (o.mode == M_HTTP && c->state == C_OPEN && r == 0) { http_reconnect(w, c); return; }
            else { if (is_closed_loop()) w->errors++; conn_kill(w, c); return; }
            if (kept) { c->carry = malloc(kept); memcpy(c->carry, w->rbuf, kept); c->carry_len = (uint32_t)kept; }
            break;
        }
        w->bytes_in += (uint64_t)r;
        uint64_t t = now_ns(); size_t n = kept + (size_t)r, used = 0;
        if (c->state != C_OPEN || !is_ws()) {
            ssize_t k = feed_http(w, c, w->rbuf, n, t);
            if (k < 0) { if (o.mode == M_CHURN) churn_end(w, c); else conn_kill(w, c); return; }
            used = (size_t)k;
        }
        if (c->state == C_OPEN && is_ws()) {
            ssize_t k = feed_ws(w, c, w->rbuf + used, n - used, t);
            if (k < 0) { conn_kill(w, c); return; }
            used += (size_t)k;
        }
        if (used < n) { c->carry_len = (uint32_t)(n - used); c->carry = malloc(n - used); memcpy(c->carry, w->rbuf + used, n - used); }
        if ((c->owed || c->out) && !conn_flush(w, c)) return;
        if ((size_t)r < RBUF - kept && !hup) break;          /* drained; an edge will tell of more */
    }
}
static void event(worker *w, conn *c, uint32_t ev) {
    if (c->fd < 0) return;
    if (c->state == C_CONNECTING) {
        if (ev & (EPOLLERR | EPOLLHUP)) { if (o.mode == M_CHURN) { churn_end(w, c); return; } conn_kill(w, c); return; }
        if (!(ev & EPOLLOUT)) return;
        c->state = C_HANDSHAKE;
        if (!conn_flush(w, c)) return;
        if (is_poll()) conn_ready(w, c);                     /* a long poll stays unanswered: sent is ready */
        else if (o.mode == M_CHURN) { relaxed_add(&w->inflight, (uint64_t)-1); c->state = C_OPEN; }
    } else if ((ev & EPOLLOUT) && (c->owed || c->out) && !conn_flush(w, c)) return;
    if (ev & (EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP)) readable(w, c, (ev & (EPOLLRDHUP | EPOLLERR | EPOLLHUP)) != 0);
}
static void *worker_main(void *arg) {
    worker *w = arg; struct epoll_event evs[512];
    prctl(PR_SET_TIMERSLACK, 1UL);
    w->rbuf = xalloc(RBUF);
    double per_thread = o.open_rate ? (double)o.open_rate / o.threads : 0;
    w->next_open = now_ns();
    for (;;) {
        int ph = atomic_load_explicit(&phase, memory_order_acquire);
        if (ph == P_STOP) break;
        if (ph != w->phase_seen) {
            if (w->phase_seen == P_CONNECT && (o.mode == M_HTTP || o.mode == M_WSECHO)) {        /* fire the first units */
                for (int i = 0; i < w->nconn; i++) if (w->c[i].state == C_OPEN) { queue_units(&w->c[i], (uint32_t)o.depth, now_ns()); conn_flush(w, &w->c[i]); }
            }
            w->phase_seen = ph;
        }
        while (w->opened < w->nconn && relaxed(&w->inflight) < (uint64_t)o.max_inflight) {
            if (per_thread > 0) { if (now_ns() < w->next_open) break; w->next_open += (uint64_t)(1e9 / per_thread); }
            conn_open(w, &w->c[w->opened++]);
        }
        int n = epoll_wait(w->ep, evs, 512, w->opened < w->nconn ? 1 : 5);
        for (int i = 0; i < n; i++) event(w, evs[i].data.ptr, evs[i].events);
    }
    for (int i = 0; i < w->opened; i++) if (w->c[i].fd >= 0) close(w->c[i].fd);
    return NULL;
}

/* ------------------------------------------------------------------- publisher */

static int pub_fd = -1; static char pub_buf[65536]; static size_t pub_len;
static uint64_t pub_errors;

static void pub_connect(void) {
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)o.port), .sin_addr.s_addr = htonl(0x7f000001u) };
    int one = 1; struct timeval tv = { 10, 0 };
    if (pub_fd >= 0) close(pub_fd);
    pub_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); pub_len = 0;
    setsockopt(pub_fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(pub_fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    if (connect(pub_fd, (struct sockaddr *)&a, sizeof a) < 0) die("publisher cannot connect: %s", strerror(errno));
}
static bool pub_read_response(void) {                        /* blocking; the answer must be framed by length or chunks */
    for (;;) {
        char *e = pub_len ? memmem(pub_buf, pub_len, "\r\n\r\n", 4) : NULL;
        if (e) {
            size_t head = (size_t)(e - pub_buf) + 4, total = 0; int status = atoi(pub_buf + 9);
            *e = 0;
            char *cl = strcasestr(pub_buf, "\r\ncontent-length:"), *te = strcasestr(pub_buf, "\r\ntransfer-encoding: chunked");
            *e = '\r';
            if (te) { char *z = memmem(pub_buf + head - 2, pub_len - head + 2, "\r\n0\r\n\r\n", 7); if (z) total = (size_t)(z - pub_buf) + 7; }
            else total = head + (cl && status != 204 ? strtoul(cl + 17, NULL, 10) : 0);
            if (total && pub_len >= total) {
                if (status < 200 || status > 299) pub_errors++;
                memmove(pub_buf, pub_buf + total, pub_len - total); pub_len -= total;
                return true;
            }
        }
        if (pub_len == sizeof pub_buf) { pub_errors++; return false; }
        ssize_t r = recv(pub_fd, pub_buf + pub_len, sizeof pub_buf - pub_len, 0);
        if (r <= 0) { pub_errors++; return false; }
        pub_len += (size_t)r;
    }
}
static void pub_send(const char *tag, uint32_t seq) {
    static char *b; static size_t head;
    if (!b) {
        b = xalloc((size_t)o.size + 8192);
        head = (size_t)snprintf(b, 8192, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n", o.pub_path, o.port, o.extra, o.size);
        memset(b + head, 'x', (size_t)o.size);
    }
    char st[STAMP + 2];
    snprintf(st, sizeof st, "%s:%016llx.%08x.", tag, (unsigned long long)now_ns(), seq);
    memcpy(b + head, st, STAMP + 1);
    size_t n = head + (size_t)o.size, off = 0;
    while (off < n) {
        ssize_t k = send(pub_fd, b + off, n - off, MSG_NOSIGNAL);
        if (k <= 0) { pub_errors++; pub_connect(); return; }
        off += (size_t)k;
    }
}
static uint64_t total_of(size_t field) { uint64_t s = 0; for (int i = 0; i < o.threads; i++) s += relaxed((_Atomic uint64_t *)(void *)((char *)&workers[i] + field)); return s; }
#define TOTAL(f) total_of(offsetof(worker, f))

/* Publishes n messages; returns the time of the first. lag gets how late each one left. */
static uint64_t publish(const char *tag, int n, double rate, int window, hist *lag) {
    uint64_t t0 = now_ns(), alive = TOTAL(ready) - TOTAL(dead); int outstanding = 0;
    for (int i = 0; i < n; i++) {
        if (rate > 0) {
            uint64_t due = t0 + (uint64_t)((double)i * 1e9 / rate);
            if (now_ns() < due) sleep_until(due);
            if (lag) hist_add(lag, now_ns() - due);
        }
        if (window && lag) {                                 /* closed loop over delivery: at most `window` messages under way */
            uint64_t give_up = now_ns() + 20000000000u;
            while (i >= window && TOTAL(delivered) + TOTAL(dead) * (uint64_t)n < (uint64_t)(i - window + 1) * alive && now_ns() < give_up) sleep_until(now_ns() + 20000);
            if (now_ns() >= give_up) { pub_errors++; break; }
        }
        pub_send(tag, (uint32_t)i);
        if (++outstanding >= o.pub_depth) { if (!pub_read_response()) pub_connect(); outstanding--; }
    }
    while (outstanding-- > 0) if (!pub_read_response()) { pub_connect(); break; }
    return t0;
}

/* ------------------------------------------------------------------------ main */

static const char usage_text[] =
    "rtload MODE --port N [options]        target is 127.0.0.1\n"
    "  MODE   http churn http-idle ws-echo ws-idle sse-idle poll-idle sse-fanout ws-fanout poll-fanout\n"
    "  -c N            connections (64)              -t N          worker threads (1)\n"
    "  -d N            depth: pipelined requests or outstanding messages per connection (1)\n"
    "  --path P        (/)                           -H 'K: V'     extra request header\n"
    "  --secs S        measured time, or hold time of the idle modes (5)\n"
    "  --warmup S      unmeasured time before (1)    --batch       refill only when all are answered\n"
    "  --size S        message bytes (128)           --binary      binary WS messages\n"
    "  --open-rate N   connections opened per second (idle, fan-out: 3000; else unlimited)\n"
    "  --srcs N        source addresses 127.0.0.1..N (by need)   --max-inflight N   (512)\n"
    "  --pid A[,B]     server processes whose CPU and RSS are reported   --label TEXT\n"
    "  fan-out: --messages M (500) --rate R per second, 0 = as fast as answered (100)\n"
    "           --pub-path P (/publish) --pub-depth N POSTs under way (1) --warm-messages N (50)\n"
    "           --window N  at most N messages not yet delivered to all (0 = open loop)\n"
    "           --drain S   give up when nothing arrives for S seconds (2)\n"
    "  poll:    --cursor-header NAME taken from each answer and sent back by the sink of the same\n"
    "           rank: --cursor-param NAME (query) or --cursor-reqheader NAME; both may be repeated\n"
    "           --cursor-init VALUE  cursor of the first request\n"
    "  idle:    --prewarm N connections opened and closed before RSS is first read (32) --settle S (1.5)\n";

static void parse_args(int argc, char **argv) {
    if (argc < 2 || !strcmp(argv[1], "--help")) { fputs(usage_text, stderr); exit(2); }
    size_t nm = sizeof mode_names / sizeof *mode_names, m = 0;
    while (m < nm && strcmp(argv[1], mode_names[m])) m++;
    if (m == nm) die("unknown mode %s", argv[1]);
    o.mode = (enum mode)m;
    for (int i = 2; i < argc; i++) {
        const char *a = argv[i];
        if (!strcmp(a, "--binary")) { o.binary = true; continue; }
        if (!strcmp(a, "--batch")) { o.batch = true; continue; }
        if (i + 1 >= argc) die("%s needs a value", a);
        const char *v = argv[++i];
        if (!strcmp(a, "--port")) o.port = atoi(v);
        else if (!strcmp(a, "-c")) o.conns = atoi(v);
        else if (!strcmp(a, "-d")) o.depth = atoi(v);
        else if (!strcmp(a, "-t")) o.threads = atoi(v);
        else if (!strcmp(a, "--path")) o.path = v;
        else if (!strcmp(a, "--pub-path")) o.pub_path = v;
        else if (!strcmp(a, "--label")) o.label = v;
        else if (!strcmp(a, "--secs")) o.duration = atof(v);
        else if (!strcmp(a, "--warmup")) o.warmup = atof(v);
        else if (!strcmp(a, "--size")) o.size = atoi(v);
        else if (!strcmp(a, "--open-rate")) o.open_rate = atoi(v);
        else if (!strcmp(a, "--max-inflight")) o.max_inflight = atoi(v);
        else if (!strcmp(a, "--srcs")) o.srcs = atoi(v);
        else if (!strcmp(a, "--messages")) o.messages = atoi(v);
        else if (!strcmp(a, "--warm-messages")) o.warm_messages = atoi(v);
        else if (!strcmp(a, "--rate")) o.rate = atof(v);
        else if (!strcmp(a, "--window")) o.window = atoi(v);
        else if (!strcmp(a, "--pub-depth")) o.pub_depth = atoi(v);
        else if (!strcmp(a, "--drain")) o.drain = atof(v);
        else if (!strcmp(a, "--settle")) o.settle = atof(v);
        else if (!strcmp(a, "--prewarm")) o.prewarm = atoi(v);
        else if (!strcmp(a, "--cursor-init")) o.cur_init = v;
        else if (!strcmp(a, "--cursor-header")) { if (o.ncur_header < MAXCUR) o.cur_header[o.ncur_header++] = v; }
        else if (!strcmp(a, "--cursor-param") || !strcmp(a, "--cursor-reqheader")) { if (o.ncur_sink < MAXCUR) { o.cur_is_param[o.ncur_sink] = a[9] == 'p'; o.cur_sink[o.ncur_sink++] = v; } }
        else if (!strcmp(a, "-H")) { size_t n = strlen(o.extra); snprintf(o.extra + n, sizeof o.extra - n, "%s\r\n", v); }
        else if (!strcmp(a, "--pid")) { for (const char *q = v; q && *q && o.npids < MAXPID; q = strchr(q, ',') ? strchr(q, ',') + 1 : NULL) o.pids[o.npids++] = atoi(q); }
        else die("unknown option %s", a);
    }
    if (o.port <= 0 || o.port > 65535) die("--port is needed");
    if (o.conns < 1 || o.threads < 1 || o.depth < 1 || o.size < 0 || o.messages < 1 || o.pub_depth < 1) die("a count is out of range");
    if (is_fan() && o.size < STAMP + 1) die("fan-out needs --size %d or more", STAMP + 1);
    if (o.ncur_sink < o.ncur_header) die("each --cursor-header needs a --cursor-param or --cursor-reqheader");
    if (!o.srcs) o.srcs = o.mode == M_CHURN ? 16 : 1 + o.conns / 20000;
    if (o.srcs > 250) o.srcs = 250;
    if (!o.open_rate && !is_closed_loop()) o.open_rate = 3000;
    if (o.threads > o.conns) o.threads = o.conns;
}
static void build_patterns(void) {
    char b[16384]; int n;
    if (is_ws())
        n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n", o.path, o.port, o.extra);
    else if (is_poll() && o.cur_init && o.ncur_sink && o.cur_is_param[0])
        n = snprintf(b, sizeof b, "GET %s%c%s=%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n", o.path, strchr(o.path, '?') ? '&' : '?', o.cur_sink[0], o.cur_init, o.port, o.extra);
    else
        n = snprintf(b, sizeof b, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s\r\n", o.path, o.port, o.extra, o.mode == M_CHURN ? "Connection: close\r\n" : "",
                     o.mode == M_SSEIDLE || o.mode == M_SSEFAN ? "Accept: text/event-stream\r\n" : "");
    hello = strdup(b); hello_len = (size_t)n;
    char *one = NULL;
    if (o.mode == M_HTTP) { one = hello; unit_len = hello_len; }
    if (o.mode == M_WSECHO) {
        ws_payload = xalloc((size_t)o.size + 1); one = xalloc((size_t)o.size + 16);
        unsigned x = 12345;
        for (int i = 0; i < o.size; i++) { x = x * 1103515245u + 12345u; ws_payload[i] = o.binary ? (char)(x >> 16) : (char)('a' + (x >> 16) % 26); }
        unit_len = ws_frame(one, o.binary ? 2 : 1, ws_payload, (size_t)o.size);
    }
    if (one) {
        unit_reps = (size_t)o.depth + 1;
        while (unit_reps > 2 && unit_reps * unit_len > (8u << 20)) unit_reps--;
        unit = xalloc(unit_len * unit_reps);
        for (size_t i = 0; i < unit_reps; i++) memcpy(unit + i * unit_len, one, unit_len);
    }
}
/* Opens and drops a few connections, so that one-off costs (JIT, pools) are not counted per connection. */
static void prewarm(void) {
    int fds[1024], n = o.prewarm < 1024 ? o.prewarm : 1024; char b[4096]; struct timeval tv = { 0, 20000 };
    for (int i = 0; i < n; i++) {
        struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)o.port), .sin_addr.s_addr = htonl(0x7f000001u) };
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(fds[i], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
        if (connect(fds[i], (struct sockaddr *)&a, sizeof a) == 0 && send(fds[i], hello, hello_len, MSG_NOSIGNAL) > 0 && recv(fds[i], b, sizeof b, 0) > 0) { /* answered */ }
    }
    for (int i = 0; i < n; i++) close(fds[i]);
    sleep_s(1.0);
}
int main(int argc, char **argv) {
    parse_args(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_TIMERSLACK, 1UL);
    struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl);
    rlim_t want = (rlim_t)o.conns + 256;
    if (rl.rlim_cur < want) {
        if (rl.rlim_max < want) { struct rlimit up = { want, want }; if (setrlimit(RLIMIT_NOFILE, &up) < 0) die("%d connections need RLIMIT_NOFILE %lu, the hard limit is %lu", o.conns, (unsigned long)want, (unsigned long)rl.rlim_max); }
        else { rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl); }
    }
    build_patterns();
    if (is_idle() && o.prewarm) prewarm();

    usage before = server_usage(); long kp_before = kernel_tcp_pages();
    workers = xalloc(sizeof(worker) * (size_t)o.threads);
    uint64_t t_open = now_ns();
    for (int i = 0; i < o.threads; i++) {
        worker *w = &workers[i];
        w->id = i; w->nconn = o.conns / o.threads + (i < o.conns % o.threads);
        w->c = xalloc(sizeof(conn) * (size_t)w->nconn); w->lat = xalloc(sizeof(hist));
        w->ep = epoll_create1(EPOLL_CLOEXEC);
        for (int k = 0; k < w->nconn; k++) {
            w->c[k].fd = -1; w->c[k].src = k * o.threads + i;
            if (is_closed_loop()) w->c[k].ts = xalloc(sizeof(uint64_t) * (size_t)o.depth);
            if (is_fan()) w->c[k].seen = xalloc(((size_t)o.messages + 63) / 64 * 8);
        }
        if (pthread_create(&w->th, NULL, worker_main, w)) die("pthread_create");
    }
    /* wait until every connection is up or has failed; at most 30 s without progress */
    uint64_t last = (uint64_t)-1, since = now_ns();
    if (o.mode != M_CHURN) for (;;) {
        uint64_t up = TOTAL(ready), bad = TOTAL(failed);
        if (up + bad >= (uint64_t)o.conns) break;
        if (up + bad != last) { last = up + bad; since = now_ns(); }
        if (now_ns() - since > 30000000000u) break;
        sleep_s(0.0005);
    }
    double open_s = (double)(now_ns() - t_open) / 1e9;
    usage opened = server_usage();
    hist *lag = xalloc(sizeof(hist)), *lat = xalloc(sizeof(hist));
    usage u0, u1; double g0, g1; uint64_t t0, t1; long kp_open = 0;

    if (is_idle()) {
        sleep_s(o.settle); opened = server_usage(); kp_open = kernel_tcp_pages();
        u0 = opened; g0 = self_cpu(); t0 = now_ns();
        atomic_store(&phase, P_MEASURE);
        sleep_s(o.duration);
    } else if (is_fan()) {
        pub_connect();
        if (o.warm_messages) publish("rtw", o.warm_messages, o.rate > 0 ? o.rate : 200, 0, NULL);
        sleep_s(0.7);
        u0 = server_usage(); g0 = self_cpu();
        atomic_store(&phase, P_MEASURE);
        t0 = publish("rtl", o.messages, o.rate, o.window, lag);
        uint64_t got = 0, all = (uint64_t)o.messages * (uint64_t)o.conns; since = now_ns();
        for (;;) {                                           /* let the rest arrive */
            uint64_t d = TOTAL(delivered);
            if (d >= all) break;
            if (d != got) { got = d; since = now_ns(); }
            if (now_ns() - since > (uint64_t)(o.drain * 1e9)) break;
            sleep_s(0.001);
        }
    } else {
        atomic_store(&phase, P_WARM); sleep_s(o.warmup);
        u0 = server_usage(); g0 = self_cpu(); t0 = now_ns();
        atomic_store(&phase, P_MEASURE);
        sleep_s(o.duration);
    }
    t1 = now_ns(); u1 = server_usage(); g1 = self_cpu();
    uint64_t ops = TOTAL(ops), answered = TOTAL(answers), delivered = TOTAL(delivered), ready = TOTAL(ready), failed = TOTAL(failed), dead = TOTAL(dead);
    atomic_store(&phase, P_STOP);
    uint64_t errors = 0, reconn = 0, in = 0, out = 0, dups = 0, ooo = 0, mism = 0, repolls = 0, bad = 0, last_recv = 0;
    for (int i = 0; i < o.threads; i++) {
        worker *w = &workers[i]; pthread_join(w->th, NULL);
        errors += w->errors; reconn += w->reconnects; in += w->bytes_in; out += w->bytes_out; dups += w->dups; ooo += w->ooo; mism += w->mismatches; repolls += w->repolls; bad += w->bad;
        if (relaxed(&w->last_recv) > last_recv) last_recv = relaxed(&w->last_recv);
        hist_merge(lat, w->lat);
    }
    double secs = (double)(t1 - t0) / 1e9, us = u1.user - u0.user, sy = u1.sys - u0.sys;
    uint64_t count = is_fan() ? delivered : ops;
    /* all of the run, warm-up too: for whoever counts something from before the run until behind it */
    uint64_t answers = is_fan() ? delivered + (uint64_t)o.warm_messages * (ready - dead) : answered;
    if (is_fan() && last_recv > t0) secs = (double)(last_recv - t0) / 1e9;
    printf("{\"mode\":\"%s\",\"label\":\"%s\",\"path\":\"%s\",\"conns\":%d,\"threads\":%d", mode_names[o.mode], o.label, o.path, o.conns, o.threads);
    if (!is_idle()) {
        printf(",\"depth\":%d,\"secs\":%.3f,\"count\":%llu,\"answers\":%llu,\"per_s\":%.1f,\"errors\":%llu,\"dropped_conns\":%llu,\"failed_conns\":%llu,\"reconnects\":%llu", o.depth, secs, (unsigned long long)count, (unsigned long long)answers,
               (double)count / secs, (unsigned long long)errors, (unsigned long long)dead, (unsigned long long)failed, (unsigned long long)reconn);
        printf(",\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f", hist_us(lat, .5), hist_us(lat, .9), hist_us(lat, .99), hist_us(lat, .999), (double)lat->max / 1000.0);
        printf(",\"bytes_in\":%llu,\"bytes_out\":%llu", (unsigned long long)in, (unsigned long long)out);
    }
    if (o.mode == M_WSECHO) printf(",\"size\":%d,\"mismatches\":%llu", o.size, (unsigned long long)mism);
    if (is_fan()) {
        uint64_t expect = (uint64_t)o.messages * (uint64_t)o.conns;
        printf(",\"size\":%d,\"messages\":%d,\"rate\":%.0f,\"window\":%d,\"expected\":%llu,\"delivered\":%llu,\"lost\":%llu,\"dups\":%llu,\"out_of_order\":%llu,\"bad_stamps\":%llu,\"pub_errors\":%llu,\"pub_lag_p99_us\":%.1f,\"pub_lag_max_us\":%.1f,\"repolls\":%llu",
               o.size, o.messages, o.rate, o.window, (unsigned long long)expect, (unsigned long long)delivered, (unsigned long long)(expect - delivered), (unsigned long long)dups, (unsigned long long)ooo, (unsigned long long)bad,
               (unsigned long long)pub_errors, hist_us(lag, .99), (double)lag->max / 1000.0, (unsigned long long)repolls);
    }
    if (is_idle()) {
        uint64_t alive = ready - dead;
        printf(",\"opened\":%llu,\"failed\":%llu,\"dropped\":%llu,\"errors\":%llu,\"open_s\":%.2f,\"open_per_s\":%.0f,\"hold_s\":%.1f,\"repolls\":%llu", (unsigned long long)ready, (unsigned long long)failed, (unsigned long long)dead,
               (unsigned long long)errors, open_s, (double)ready / open_s, o.duration, (unsigned long long)repolls);
        if (o.npids)
            printf(",\"rss_before_kb\":%ld,\"rss_open_kb\":%ld,\"rss_end_kb\":%ld,\"anon_before_kb\":%ld,\"anon_end_kb\":%ld,\"bytes_per_conn\":%.0f,\"bytes_per_conn_end\":%.0f,\"tcp_buf_bytes_per_conn\":%.0f,\"open_cpu_us_per_conn\":%.1f,\"hold_cpu_s\":%.3f", before.rss_kb, opened.rss_kb, u1.rss_kb,
                   before.anon_kb, u1.anon_kb, (double)(opened.rss_kb - before.rss_kb) * 1024.0 / (double)(alive ? alive : 1), (double)(u1.rss_kb - before.rss_kb) * 1024.0 / (double)(alive ? alive : 1),
                   (double)(kp_open - kp_before) * 4096.0 / (double)(alive ? alive : 1), (opened.user + opened.sys - before.user - before.sys) * 1e6 / (double)(ready ? ready : 1), us + sy);
    } else if (o.npids)
        printf(",\"srv_user_s\":%.2f,\"srv_sys_s\":%.2f,\"srv_us_per_op\":%.3f,\"srv_cores\":%.2f,\"rss_kb\":%ld,\"srv_threads\":%d", us, sy, count ? (us + sy) * 1e6 / (double)count : 0.0, (us + sy) / ((double)(t1 - t0) / 1e9), u1.rss_kb, u1.threads);
    printf(",\"gen_cpu_s\":%.2f,\"gen_cores\":%.2f}\n", g1 - g0, (g1 - g0) / ((double)(t1 - t0) / 1e9));
    return 0;
}
