// The few calls of libcurl that make one request.
#include "CWebClient.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

/// One connection is kept from request to request: steps come one after the other.
static CURL *kept = NULL;

typedef struct {
    sg_web_answer *answer;
    size_t room;
    size_t limit;
    int is_too_long;
} arrival;

static size_t arrive(char *bytes, size_t size, size_t count, void *context) {
    arrival *a = context;
    size_t more = size * count;
    if (more > a->limit - a->answer->count) {
        a->is_too_long = 1;
        return 0;
    }
    size_t needed = a->answer->count + more;
    if (needed > a->room) {
        size_t room = a->room < 4096 ? 4096 : a->room;
        while (room < needed) room *= 2;
        unsigned char *moved = realloc(a->answer->bytes, room);
        if (moved == NULL) return 0;
        a->answer->bytes = moved;
        a->room = room;
    }
    memcpy(a->answer->bytes + a->answer->count, bytes, more);
    a->answer->count = needed;
    return more;
}

static int watch(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    const sg_web_request *request = context;
    return request->is_cancelled != NULL && request->is_cancelled() != 0;
}

static sg_web_outcome outcome_of(CURLcode code, int is_too_long) {
    if (is_too_long) return SG_WEB_TOO_LONG;
    switch (code) {
        case CURLE_OK: return SG_WEB_ANSWERED;
        case CURLE_COULDNT_CONNECT:
        case CURLE_COULDNT_RESOLVE_HOST: return SG_WEB_UNREACHED;
        case CURLE_OPERATION_TIMEDOUT: return SG_WEB_TIMED_OUT;
        case CURLE_ABORTED_BY_CALLBACK: return SG_WEB_CANCELLED;
        case CURLE_FILESIZE_EXCEEDED: return SG_WEB_TOO_LONG;
        case CURLE_PEER_FAILED_VERIFICATION: return SG_WEB_UNTRUSTED;
        case CURLE_SSL_CONNECT_ERROR: return SG_WEB_NO_TLS;
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_BAD_CONTENT_ENCODING:
        case CURLE_HTTP2: return SG_WEB_BROKEN;
        default: return SG_WEB_FAILED;
    }
}

sg_web_answer sg_web_ask(const sg_web_request *request) {
    sg_web_answer answer = {.outcome = SG_WEB_FAILED};
    if (kept == NULL) kept = curl_easy_init();
    if (kept == NULL) return answer;
    CURL *curl = kept;
    curl_easy_reset(curl);
    arrival a = {.answer = &answer, .limit = request->answer_limit};
    struct curl_slist *headers = NULL;
    char *authorization = NULL;
    headers = curl_slist_append(headers, "Accept: application/json");
    if (request->body != NULL) headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    if (request->authorization != NULL) {
        size_t count = strlen(request->authorization) + sizeof "Authorization: Bearer ";
        authorization = malloc(count);
        if (authorization == NULL) {
            curl_slist_free_all(headers);
            return answer;
        }
        strcpy(authorization, "Authorization: Bearer ");
        strcat(authorization, request->authorization);
        headers = curl_slist_append(headers, authorization);
    }
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "stepglass");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_milliseconds);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->total_milliseconds);
    curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->answer_limit);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, arrive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &a);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, (void *)request);
    if (request->body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_count);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    }
    CURLcode code = curl_easy_perform(curl);
    answer.outcome = outcome_of(code, a.is_too_long);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) answer.retry_after = (long)wait;
    curl_slist_free_all(headers);
    if (authorization != NULL) {
        memset(authorization, 0, strlen(authorization));
        free(authorization);
    }
    return answer;
}

void sg_web_free(sg_web_answer *answer) {
    free(answer->bytes);
    answer->bytes = NULL;
    answer->count = 0;
}

void sg_web_close(void) {
    if (kept != NULL) curl_easy_cleanup(kept);
    kept = NULL;
}
