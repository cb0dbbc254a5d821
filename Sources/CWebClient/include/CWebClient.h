// One request over HTTP with libcurl, whose settings are variadic functions, which Swift cannot call.
#ifndef CWEBCLIENT_H
#define CWEBCLIENT_H
#include <stddef.h>

/// What a request is made of. Texts end in 0.
typedef struct {
    /// http or https; nothing else is asked.
    const char *url;
    /// What is posted, as JSON; null: the page is got.
    const char *body;
    size_t body_count;
    /// The value of Authorization; null: none is sent.
    const char *authorization;
    /// Bytes of an answer beyond which it is given up.
    size_t answer_limit;
    long connect_milliseconds;
    long total_milliseconds;
    /// Asked again and again while the request is under way; other than 0 gives it up.
    int (*is_cancelled)(void);
} sg_web_request;

typedef enum {
    SG_WEB_ANSWERED,
    /// Nobody listens there, or the name is not known.
    SG_WEB_UNREACHED,
    SG_WEB_TIMED_OUT,
    SG_WEB_CANCELLED,
    /// The answer is longer than the limit.
    SG_WEB_TOO_LONG,
    /// The connection ended before the answer did, or what came is no HTTP.
    SG_WEB_BROKEN,
    /// The certificate is not good.
    SG_WEB_UNTRUSTED,
    /// TLS was asked for, and what answers does not speak it.
    SG_WEB_NO_TLS,
    /// The library cannot.
    SG_WEB_FAILED,
} sg_web_outcome;

typedef struct {
    sg_web_outcome outcome;
    long status;
    /// Seconds that the server asks to be left alone; 0: none.
    long retry_after;
    /// Belongs to the caller, who calls `sg_web_free`.
    unsigned char *bytes;
    size_t count;
} sg_web_answer;

/// Makes the request and waits for its end. Redirections are not followed, no proxy is used, and nothing is read from
/// files: what is sent goes to the address and to nobody else. For one thread at a time.
sg_web_answer sg_web_ask(const sg_web_request *request);

void sg_web_free(sg_web_answer *answer);

/// Closes the connection that is kept for the next request.
void sg_web_close(void);

#endif
