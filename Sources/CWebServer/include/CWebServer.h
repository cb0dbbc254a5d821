// What libmicrohttpd offers through variadic functions only, which Swift cannot call, with fixed arguments.
#ifndef CWEBSERVER_H
#define CWEBSERVER_H
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>

/// What a server is started with. The functions get `context` first and are called from the server's one thread.
typedef struct {
    /// A socket that listens; it belongs to the server from here on.
    int socket;
    unsigned connections;
    unsigned connections_per_address;
    /// Bytes of memory a connection may take; a request's head that does not fit is refused.
    size_t connection_memory;
    /// Seconds without a byte in either direction that end a connection.
    unsigned idle_seconds;
    /// A private key and a certificate as PEM; null: plain HTTP.
    const char *key;
    const char *certificate;
    void *context;
    /// The request's line has come, the target as it was sent; returns what stands for the request from here on.
    void *(*began)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_AccessHandlerCallback came;
    MHD_RequestCompletedCallback ended;
    MHD_NotifyConnectionCallback connected;
} sg_web_settings;

/// Starts a server; null where the library cannot.
struct MHD_Daemon *sg_web_start(const sg_web_settings *settings);

/// The socket of a connection.
int sg_web_socket(struct MHD_Connection *connection);

/// The other side's address as a text, cut to `room` bytes.
void sg_web_address(struct MHD_Connection *connection, char *text, size_t room);

/// A socket that listens at an address (of numbers, IPv4 or IPv6) and port (0: any that is free, which is put there).
/// Returns -1 and the reason, an errno, where that cannot be.
int sg_web_listen(const char *address, uint16_t *port, int *reason);

/// Makes a key and a certificate for it that this machine signs for itself, good for some seconds and for `names`: names of
/// machines or addresses in numbers. Both are PEM texts to be freed. Returns 0 where that cannot be.
int sg_web_make_certificate(const char *const *names, size_t count, long seconds, char **key, char **certificate);

/// What a key and a certificate are worth.
typedef enum { SG_WEB_SOUND, SG_WEB_NO_CERTIFICATE, SG_WEB_OTHER_KEY, SG_WEB_EXPIRED } sg_web_secret_state;

/// Looks at a key and a certificate as PEM; `fingerprint` gets the certificate's SHA-256 as "AB:CD:…", 96 bytes with the end.
sg_web_secret_state sg_web_look_at(const char *key, const char *certificate, char *fingerprint);

/// For how many seconds from now a certificate is good; 0 for one that is not, or is none.
long sg_web_seconds_left(const char *certificate);
#endif
