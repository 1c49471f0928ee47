//! TLS and HTTP/2: what is answered is the same, and faults harm what they should.

mod lines;
mod streams;
mod streams_client;
