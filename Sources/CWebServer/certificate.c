// Certificates for HTTPS: one that this machine makes for itself, and a look at one that is given. By GnuTLS, which
// libmicrohttpd speaks TLS by.
#include "CWebServer.h"

#include <arpa/inet.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/// The clock of the machine may be behind that of a student's.
enum { slack_seconds = 24 * 3600 };

static int set_names(gnutls_x509_crt_t certificate, const char *const *names, size_t count) {
    int code = 0;
    for (size_t place = 0; place < count && code >= 0; place++) {
        unsigned flags = place == 0 ? GNUTLS_FSAN_SET : GNUTLS_FSAN_APPEND;
        unsigned char number[16];
        if (inet_pton(AF_INET, names[place], number) == 1) {
            code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, number, 4, flags);
        } else if (inet_pton(AF_INET6, names[place], number) == 1) {
            code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, number, 16, flags);
        } else {
            code = gnutls_x509_crt_set_subject_alt_name(
                certificate, GNUTLS_SAN_DNSNAME, names[place], (unsigned)strlen(names[place]), flags);
        }
    }
    return code;
}

static int fill(
    gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, const char *const *names, size_t count, long seconds) {
    static const char name[] = "stepglass";
    unsigned char serial[16];
    time_t now = time(NULL);
    int code;
    if ((code = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof serial)) < 0) return code;
    serial[0] = (serial[0] & 0x7F) | 1;  // a positive number
    if ((code = gnutls_x509_crt_set_version(certificate, 3)) < 0) return code;
    if ((code = gnutls_x509_crt_set_serial(certificate, serial, sizeof serial)) < 0) return code;
    if ((code = gnutls_x509_crt_set_activation_time(certificate, now - slack_seconds)) < 0) return code;
    if ((code = gnutls_x509_crt_set_expiration_time(certificate, now + seconds)) < 0) return code;
    code = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, sizeof name - 1);
    if (code < 0) return code;
    if ((code = set_names(certificate, names, count)) < 0) return code;
    if ((code = gnutls_x509_crt_set_basic_constraints(certificate, 0, -1)) < 0) return code;
    if ((code = gnutls_x509_crt_set_key_usage(certificate, GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0) return code;
    if ((code = gnutls_x509_crt_set_key_purpose_oid(certificate, GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0) return code;
    if ((code = gnutls_x509_crt_set_key(certificate, key)) < 0) return code;
    return gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static char *text_of(gnutls_datum_t datum) {
    char *text = malloc(datum.size + 1);
    if (text != NULL) {
        memcpy(text, datum.data, datum.size);
        text[datum.size] = 0;
    }
    gnutls_free(datum.data);
    return text;
}

int sg_web_make_certificate(
    const char *const *names, size_t count, long seconds, char **key_text, char **certificate_text) {
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t certificate = NULL;
    gnutls_datum_t pem = {NULL, 0};
    *key_text = *certificate_text = NULL;
    int code = gnutls_x509_privkey_init(&key);
    if (code >= 0) code = gnutls_x509_crt_init(&certificate);
    unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
    if (code >= 0) code = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, bits, 0);
    if (code >= 0) code = fill(certificate, key, names, count, seconds);
    if (code >= 0) code = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem);
    if (code >= 0) *key_text = text_of(pem);
    if (code >= 0) code = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem);
    if (code >= 0) *certificate_text = text_of(pem);
    if (certificate != NULL) gnutls_x509_crt_deinit(certificate);
    if (key != NULL) gnutls_x509_privkey_deinit(key);
    return code >= 0 && *key_text != NULL && *certificate_text != NULL;
}

sg_web_secret_state sg_web_look_at(const char *key_text, const char *certificate_text, char *fingerprint) {
    gnutls_datum_t key = {(unsigned char *)key_text, (unsigned)strlen(key_text)};
    gnutls_datum_t pem = {(unsigned char *)certificate_text, (unsigned)strlen(certificate_text)};
    gnutls_x509_crt_t certificate = NULL;
    gnutls_certificate_credentials_t both = NULL;
    sg_web_secret_state state = SG_WEB_NO_CERTIFICATE;
    unsigned char hash[32];
    size_t size = sizeof hash;
    fingerprint[0] = 0;
    // The first of the file is the server's own; those of whoever vouches for it come after.
    if (gnutls_x509_crt_init(&certificate) < 0) return state;
    if (gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM) >= 0 &&
        gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, hash, &size) >= 0) {
        for (size_t place = 0; place < size; place++) {
            snprintf(fingerprint + 3 * place, 4, place + 1 < size ? "%02X:" : "%02X", hash[place]);
        }
        state = SG_WEB_OTHER_KEY;
        if (gnutls_certificate_allocate_credentials(&both) >= 0) {
            if (gnutls_certificate_set_x509_key_mem(both, &pem, &key, GNUTLS_X509_FMT_PEM) >= 0) {
                time_t end = gnutls_x509_crt_get_expiration_time(certificate);
                state = end < time(NULL) ? SG_WEB_EXPIRED : SG_WEB_SOUND;
            }
            gnutls_certificate_free_credentials(both);
        }
    }
    gnutls_x509_crt_deinit(certificate);
    return state;
}

long sg_web_seconds_left(const char *certificate_text) {
    gnutls_datum_t pem = {(unsigned char *)certificate_text, (unsigned)strlen(certificate_text)};
    gnutls_x509_crt_t certificate = NULL;
    long left = 0;
    if (gnutls_x509_crt_init(&certificate) < 0) return left;
    if (gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM) >= 0) {
        time_t end = gnutls_x509_crt_get_expiration_time(certificate), now = time(NULL);
        if (end != (time_t)-1 && end > now) left = (long)(end - now);
    }
    gnutls_x509_crt_deinit(certificate);
    return left;
}
