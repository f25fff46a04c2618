# syntax=docker/dockerfile:1
# The server in an image, with the operators' commands: docker build -t ajet-chat .
#
# What a tag of a base image points to changes. Where every change is to be decided about, replace the tags by digests
# (FROM rust:1.95-bookworm@sha256:…): docs/operators.md says how.

# The page's scripts, which the build embeds, and what shortens them. PostgreSQL (optional) and the browser driver (dev) are not
# needed: they serve the development stack and the tests.
FROM node:22-bookworm-slim AS scripts
WORKDIR /tools
COPY tools/package.json tools/package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# The same Debian as below: the executable is linked against its libc.
FROM rust:1.95-bookworm AS build
WORKDIR /src
# Queries are checked against the committed .sqlx; no database is needed. Line tables stay out of the image; a panic says
# where it happened without them.
ENV SQLX_OFFLINE=true CARGO_PROFILE_RELEASE_STRIP=debuginfo
COPY . .
COPY --from=scripts /usr/local/bin/node /usr/local/bin/node
COPY --from=scripts /tools/node_modules .tools/node_modules
# Caches of the builder, not layers: what did not change is not built again.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package ajet-chatd --package ajet-cli --bin ajet-chatd --bin ajet-chat \
    && install -D -t /out target/release/ajet-chatd target/release/ajet-chat

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="ajet-chat" \
      org.opencontainers.image.description="Self-hosted team chat server" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
# Authorities for TLS to PostgreSQL, NATS and the object store. One of your own: db.tls_ca, nats.tls_ca.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# ajet-chat for operators: docker compose exec ajet-chat ajet-chat cluster status
COPY --from=build /out/ajet-chatd /out/ajet-chat /usr/local/bin/
# Read where it is mounted: /app/config/ajet-chat.toml. Nothing is ever written, so the root file system may be read-only.
WORKDIR /app
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
ENV AJET_PROFILE=prod AJET_HTTP_ADDR=0.0.0.0:8080
EXPOSE 8080
# SIGTERM drains: allow it 30 s. No HEALTHCHECK: /livez and /readyz mean different things, and who runs the image knows
# which one it needs.
STOPSIGNAL SIGTERM
ENTRYPOINT ["ajet-chatd"]
CMD ["serve"]
