//! The console is built apart: when its files change, they are taken into the binary anew.

fn main() {
    println!("cargo::rerun-if-changed=../../console/dist");
}
