// The few calls of libmicrohttpd that take a list of options, and the socket it listens at.
#define _GNU_SOURCE
#include "CWebServer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Leaves a request's target as it was sent: what it means is decided in one place, by the router.
static size_t leave(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

struct MHD_Daemon *sg_web_start(const sg_web_settings *s) {
    // Not epoll: with it the library at times misses the end of a connection that comes while it has no room, and then
    // takes no further one until a time-out.
    unsigned flags = MHD_USE_POLL | MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME;
    struct MHD_OptionItem secret[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)s->key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s->certificate},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    if (s->key != NULL) flags |= MHD_USE_TLS;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, s->came, s->context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)s->socket,
        MHD_OPTION_CONNECTION_LIMIT, s->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->connections_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->connection_memory,
        MHD_OPTION_CONNECTION_TIMEOUT, s->idle_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, leave, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, s->began, s->context,
        MHD_OPTION_NOTIFY_COMPLETED, s->ended, s->context,
        MHD_OPTION_NOTIFY_CONNECTION, s->connected, s->context,
        MHD_OPTION_ARRAY, s->key != NULL ? secret : none,
        MHD_OPTION_END);
}

int sg_web_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

void sg_web_address(struct MHD_Connection *connection, char *text, size_t room) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (room == 0) return;
    text[0] = 0;
    if (info == NULL || info->client_addr == NULL) return;
    const struct sockaddr *address = info->client_addr;
    const void *number = address->sa_family == AF_INET6 ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
                                                        : (const void *)&((const struct sockaddr_in *)address)->sin_addr;
    if (inet_ntop(address->sa_family, number, text, (socklen_t)room) == NULL) text[0] = 0;
}

int sg_web_listen(const char *address, uint16_t *port, int *reason) {
    struct sockaddr_storage place;
    memset(&place, 0, sizeof place);
    struct sockaddr_in *four = (struct sockaddr_in *)&place;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&place;
    socklen_t size;
    if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons(*port);
        size = sizeof *four;
    } else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons(*port);
        size = sizeof *six;
    } else {
        *reason = EINVAL;
        return -1;
    }
    int yes = 1;
    int listening = socket(place.ss_family, SOCK_STREAM, 0);
    if (listening < 0) {
        *reason = errno;
        return -1;
    }
    fcntl(listening, F_SETFD, FD_CLOEXEC);
    // A port of a server that has just ended is free again; one that another listens at is not.
    setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listening, (struct sockaddr *)&place, size) != 0 || listen(listening, 128) != 0 ||
        getsockname(listening, (struct sockaddr *)&place, &size) != 0) {
        *reason = errno;
        close(listening);
        return -1;
    }
    *port = ntohs(place.ss_family == AF_INET6 ? six->sin6_port : four->sin_port);
    return listening;
}
