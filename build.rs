//! Packs the built-in definitions for the binary, and has the linker make it small.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=fixtures");
    println!("cargo:rerun-if-changed=src/store/starter");
    println!("cargo:rerun-if-changed=scenarios");
    println!("cargo:rerun-if-changed=build.rs");
    pack(Path::new("fixtures"))?;
    link_small();
    Ok(())
}

/// Packs each folder of `root`, and writes `packed.rs`: a list of their names with their bytes.
///
/// A packed folder is LZ4 with its size in front. In it are path, length and bytes of one file after the other:
/// the path ends with a zero, the length is of 4 bytes, the least significant first.
fn pack(root: &Path) -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut list = String::from("[\n");
    for folder in sorted(root)?.into_iter().filter(|path| path.is_dir()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let mut plain = Vec::new();
        gather(root, &folder, &mut plain)?;
        let packed = lz4_flex::block::compress_prepend_size(&plain);
        fs::write(out.join(format!("{name}.lz4")), packed)?;
        list += &format!("    ({name:?}, include_bytes!(\"{name}.lz4\")),\n");
    }
    fs::write(out.join("packed.rs"), list + "]\n")
}

fn gather(root: &Path, folder: &Path, plain: &mut Vec<u8>) -> io::Result<()> {
    for path in sorted(folder)? {
        if path.is_dir() {
            gather(root, &path, plain)?;
            continue;
        }
        let text = fs::read(&path)?;
        let inside = path.strip_prefix(root).unwrap_or(&path);
        plain.extend(inside.to_string_lossy().replace('\\', "/").bytes());
        plain.push(0);
        plain.extend((text.len() as u32).to_le_bytes());
        plain.extend(text);
    }
    Ok(())
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Folds functions that came out the same into one, where the linker can. Rust promises no function an address of
/// its own, so none may be missed.
fn link_small() {
    const FOLD: &str = "-Wl,--icf=all";
    let is = |key: &str, value: &str| env::var(key).is_ok_and(|found| found == value);
    let worthwhile = is("PROFILE", "release") && is("CARGO_CFG_TARGET_OS", "linux");
    if worthwhile && links_with(FOLD) == Some(true) {
        println!("cargo:rustc-link-arg-bins={FOLD}");
    }
}

/// Whether a program of nothing can be linked so: not every linker knows every option.
fn links_with(option: &str) -> Option<bool> {
    let out = PathBuf::from(env::var_os("OUT_DIR")?);
    let trial = out.join("trial.rs");
    fs::write(&trial, "fn main() {}\n").ok()?;
    let mut rustc = Command::new(env::var_os("RUSTC")?);
    rustc.arg(&trial).arg("-o").arg(out.join("trial"));
    rustc.arg("--target").arg(env::var_os("TARGET")?);
    rustc.arg("-C").arg(format!("link-arg={option}"));
    if let Ok(linker) = env::var("RUSTC_LINKER") {
        rustc.arg("-C").arg(format!("linker={linker}"));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\x1f').filter(|flag| !flag.is_empty()));
    Some(rustc.output().ok()?.status.success())
}
