//! argv in, exit code out; everything else lives in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    galat::app::run(std::env::args_os())
}
