//! How scripts, styles and fonts are sent, and what pages say about them.

use crate::house::{Answer, Client, House, house, house_with};
use axum::{body::Body, http::Request};
use leptos::config::LeptosOptions;
use server::serve::router;
use std::{fs, path::Path};

const VERSION: &str = "0123456789abcdef";

/// A site with one version of the bundle, as `cargo xtask bundle --release` makes it.
fn site() -> tempfile::TempDir {
    let site = tempfile::tempdir().unwrap();
    let folder = site.path().join("pkg").join(VERSION);
    fs::create_dir_all(&folder).unwrap();
    fs::write(site.path().join("pkg/version"), VERSION).unwrap();
    fs::write(site.path().join("robots.txt"), "User-agent: *").unwrap();
    fs::write(folder.join("parts.json"), r#"{"open": ["chunk_1", "split_open"], "admin": ["split_admin"]}"#).unwrap();
    fs::write(folder.join("bedside.js"), "plain").unwrap();
    fs::write(folder.join("bedside.js.gz"), "as gzip").unwrap();
    fs::write(folder.join("bedside.js.br"), "as brotli").unwrap();
    site
}

fn client(house: &House, site: &Path) -> Client {
    let options = LeptosOptions::builder().output_name("bedside").site_root(site.to_str().unwrap()).build();
    Client { router: router(&house.state, options), ..house.stranger() }
}

async fn get(client: &Client, path: &str, accept: &str) -> Answer {
    client.send(Request::get(path).header("accept-encoding", accept).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_versioned_file_is_kept_for_ever_and_sent_as_it_was_compressed() {
    let (house, site) = (house().await, site());
    let client = client(&house, site.path());
    let script = format!("/pkg/{VERSION}/bedside.js");
    for (accept, encoding, content) in [("br, gzip", "br", "as brotli"), ("gzip", "gzip", "as gzip"), ("identity", "", "plain")] {
        let answer = get(&client, &script, accept).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, encoding), "{accept}");
        assert_eq!(answer.bytes, content.as_bytes(), "{accept}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable", "{accept}");
        assert_eq!(answer.header("content-type"), "text/javascript", "{accept}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{accept}");
    }
    let robots = get(&client, "/robots.txt", "gzip").await;
    assert_eq!(robots.header("cache-control"), "public, max-age=0, must-revalidate");
}

#[tokio::test]
async fn a_font_is_kept_for_ever_and_sent_as_it_is() {
    let (house, site) = (house().await, site());
    let folder = site.path().join("pkg").join(VERSION).join("fonts/noto");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("slice.woff2"), [b'a'; 4096]).unwrap();
    let client = client(&house, site.path());
    let answer = get(&client, &format!("/pkg/{VERSION}/fonts/noto/slice.woff2"), "br, gzip").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "font/woff2"));
    assert_eq!((answer.header("content-encoding"), answer.bytes.len()), ("", 4096));
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
}

#[tokio::test]
async fn a_file_of_a_version_that_is_gone_is_no_page_and_not_kept() {
    let (house, site) = (house().await, site());
    let client = client(&house, site.path());
    let answer = get(&client, "/pkg/fedcba9876543210/bedside.js", "gzip").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (404, "no-store"));
    assert!(answer.bytes.is_empty());
}

#[tokio::test]
async fn pages_name_the_version_and_load_nothing_for_scripts_that_do_not_run() {
    let (house, site) = (house().await, site());
    let client = client(&house, site.path());
    let page = String::from_utf8(get(&client, "/", "identity").await.bytes).unwrap();
    let fonts = ["fonts/atkinson-hyperlegible-next-latin.woff2", "fonts/noto/east-asian.css"];
    for file in ["bedside.css", "net.js", "favicon.svg"].into_iter().chain(fonts) {
        assert!(page.contains(&format!("\"/pkg/{VERSION}/{file}\"")), "{file}: {page}");
    }
    let files =
        ["bedside.js", "bedside.wasm", "chunk_1.wasm", "split_open.wasm"].map(|file| format!("\"/pkg/{VERSION}/{file}\""));
    let [script, module, shared, own] = &files;
    assert!(page.contains(&format!("({script}, {module}, [{shared}, {own}])")), "{page}");
    // Only the script itself may name them.
    assert!(!page.contains(&format!("href=\"/pkg/{VERSION}/bedside.js")), "{page}");
    assert!(!page.contains(&format!("href=\"/pkg/{VERSION}/bedside.wasm")), "{page}");
}

#[tokio::test]
async fn files_can_come_from_another_origin() {
    let house = house_with(&[("assets.base_url", "https://cdn.example")]).await;
    let site = site();
    let client = client(&house, site.path());
    let answer = get(&client, "/", "identity").await;
    let policy = answer.header("content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self' https://cdn.example "), "{policy}");
    let page = String::from_utf8(answer.bytes).unwrap();
    assert!(page.contains(&format!("href=\"https://cdn.example/pkg/{VERSION}/bedside.css\"")), "{page}");
    let script = get(&client, &format!("/pkg/{VERSION}/bedside.js"), "br").await;
    assert_eq!(script.header("access-control-allow-origin"), "*");
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    let page = get(&client, "/sign-in", "identity").await;
    assert_eq!(page.header("access-control-allow-origin"), "");
}
