//! argv in, exit code out; everything else lives in the library.

fn main() {}
