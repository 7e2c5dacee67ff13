# The operator's image: docs/install.md tells how to build it. No daemon is needed:
#   buildah bud --tag localhost/heat-operator:0.1.0 .
#
# Two stages. The first builds on Debian 12 and collects what the program needs at run time; the second is only that: the
# program, its shared libraries, CA certificates. There is no shell and no package manager in it, nothing that could be
# written to, and nothing of it needs to be: it runs with a read-only root as any user.
ARG BASE=docker.io/library/debian:12-slim

FROM ${BASE} AS build
# The first two lines of hack/dependencies.sh (a contract test compares).
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
      g++ cmake ninja-build ccache pkg-config \
      libcpprest-dev libboost-dev libyaml-cpp-dev libssl-dev libspdlog-dev libfmt-dev nlohmann-json3-dev rapidjson-dev \
      libexpected-dev libcli11-dev prometheus-cpp-dev libcivetweb-dev \
      ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY CMakeLists.txt ./
COPY cmake cmake
COPY controller controller
# What was compiled before is not compiled again, for the builder keeps the cache; it gets into no image.
ENV CCACHE_DIR=/ccache
RUN --mount=type=cache,target=/ccache \
    cmake -S . -B /build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE='-O2 -DNDEBUG' -DHEAT_OPERATOR_TESTS=OFF \
      -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
 && cmake --build /build --target heat-operator
COPY hack/image-root.sh hack/image-root.sh
RUN hack/image-root.sh /build/heat-operator /root-of-image

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="heat-operator" \
      org.opencontainers.image.description="Runs OpenStack Heat scaled out, from HeatCluster objects" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /root-of-image /
USER 65532:65532
EXPOSE 8080 8081
ENTRYPOINT ["/usr/bin/heat-operator"]
