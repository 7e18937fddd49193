# syntax=docker/dockerfile:1
# The production command, static, alone in its image.

FROM golang:1.26.8-bookworm AS build
WORKDIR /src
# What "rapporteur version" says; of a release: --build-arg VERSION=v1.2.3
ARG VERSION=
ENV CGO_ENABLED=0 GOTOOLCHAIN=local GOCACHE=/cache/build GOMODCACHE=/cache/modules
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/cache go mod download
COPY . .
RUN --mount=type=cache,target=/cache \
    go build -trimpath -buildvcs=false -ldflags="-s -w -buildid= -X github.com/rapporteur/rapporteur/cmd/internal/wiring.release=$VERSION" \
      -o /out/rapporteur ./cmd/rapporteur && \
    mkdir /out/attachments

# Certificates, time zones and an account without rights; no shell.
FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="rapporteur" \
      org.opencontainers.image.description="Reporting-compliance workflow engine for Security Council resolutions" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/rapporteur /usr/local/bin/rapporteur
# A volume begins as what it covers: a folder of the account that writes to it.
COPY --from=build --chown=nonroot:nonroot --chmod=700 /out/attachments /var/lib/rapporteur/attachments
USER nonroot:nonroot
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/rapporteur"]
CMD ["serve"]
