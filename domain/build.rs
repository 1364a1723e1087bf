//! Rebuilds the crate when a migration changes, because the migrations are embedded in the library.
fn main() {
    println!("cargo:rerun-if-changed=../migrations");
    println!("cargo:rerun-if-changed=sqlx.toml");
}
