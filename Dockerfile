# galat without a screen, for pipelines and for machines without Rust.
#
#   docker build -t galat .
#   docker run --rm -p 4010:4010 galat telemedicine
#   docker run --rm -p 4009:4009 -p 4010-4014:4010-4014 -e GALAT_TOKEN=a-secret-of-your-own galat
#   docker run --rm -it -e GALAT_HEADLESS=false -p 4010:4010 galat telemedicine        with the screen
#   docker run --rm -v "$PWD/fixtures:/mock/fixtures" -p 4020:4020 galat shop          your own definitions

FROM rust:1-slim-bookworm AS build
WORKDIR /source
COPY . .
# What was fetched and compiled once is there again the next time.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo install --locked --path . --root /out

FROM debian:bookworm-slim
COPY --from=build /out/bin/galat /usr/local/bin/galat
RUN useradd --create-home galat && install -d -o galat -g galat /mock && galat man /usr/local/share/man/man1
USER galat
WORKDIR /mock
# Reachable from outside the container; the control API then asks for its token: GALAT_TOKEN, or the one in the log.
ENV GALAT_HOST=0.0.0.0 GALAT_CONTROL=0.0.0.0:4009 GALAT_HEADLESS=true
EXPOSE 4009 4010-4014
ENTRYPOINT ["galat"]
