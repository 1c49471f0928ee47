//! Tells cargo that the binary holds a copy of the definitions, so that a change of one builds it anew.

fn main() {
    println!("cargo:rerun-if-changed=fixtures");
    println!("cargo:rerun-if-changed=build.rs");
}
