#!/bin/sh
# Starts nginx in the compose files: writes the name of the site from AJET_HTTP_PUBLIC_URL, so that it is said in one place
# (.env), and becomes nginx. Used instead of the image's own start scripts, which want to write into /etc.
set -eu

fail() {
    echo "AJET_HTTP_PUBLIC_URL must be like https://chat.example.org, without a path: it is '$url'" >&2
    exit 1
}

url=${AJET_HTTP_PUBLIC_URL%/}
host=${url#https://}
case $url in https://?*) ;; *) fail ;; esac
# It becomes part of nginx' configuration: names, addresses and a port only.
case $host in *[!A-Za-z0-9.:-]*) fail ;; esac
name=${host%%:*}
[ -n "$name" ] || fail

printf 'server_name %s;\nset $ajet_public_url https://%s;\n' "$name" "$host" > "${AJET_SITE_CONF:-/tmp/site.conf}"
exec nginx -g 'daemon off;'
