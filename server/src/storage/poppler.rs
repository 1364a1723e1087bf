//! The first page of PDFs, drawn by `pdftoppm` of poppler (Debian's `poppler-utils`). It reads what strangers have written, so it runs in a process of its own that has
//! little memory and time, writes no files, knows no environment and, where the kernel allows it, has no network.

use async_trait::async_trait;
use domain::files::Previewer;
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// For one page. The process has ten seconds of the processor.
const WITHIN: Duration = Duration::from_secs(30);
/// The most bytes of a picture of this size.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// What the shell answers when there is no such program.
const NO_PROGRAM: i32 = 127;
/// A gigabyte of memory, ten seconds, no files. A library that wants to write a cache gets an error instead of a signal. The first page as a JPEG of 640 pixels, from the
/// standard input to the standard output.
const SCRIPT: &str = "command -v pdftoppm >/dev/null || exit 127
trap '' XFSZ
ulimit -v 1048576 && ulimit -t 10 && ulimit -f 0 && ulimit -c 0 || exit 1
set -- pdftoppm -q -jpeg -f 1 -l 1 -singlefile -scale-to 640 -
if unshare --user --map-root-user --net true 2>/dev/null; then exec unshare --user --map-root-user --net \"$@\"; fi
exec \"$@\"";

/// Draws the first page of PDFs with poppler, if it is installed.
#[derive(Debug, Clone, Copy)]
pub struct Poppler;

#[async_trait]
impl Previewer for Poppler {
    async fn first_page(&self, pdf: Vec<u8>) -> Result<Option<Vec<u8>>, String> {
        timeout(WITHIN, drawn(pdf)).await.unwrap_or_else(|_| Err("pdftoppm did not end in time".to_owned()))
    }
}

async fn drawn(pdf: Vec<u8>) -> Result<Option<Vec<u8>>, String> {
    let child = Command::new("/bin/sh")
        .args(["-c", SCRIPT])
        .env_clear()
        .env("PATH", PATH)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn();
    let mut child = child.map_err(|error| format!("no process for pdftoppm: {error}"))?;
    let (Some(mut to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
        return Err("the process of pdftoppm has no pipes".to_owned());
    };
    let sending = async move {
        // A process that has read enough closes its input.
        let _ = to.write_all(&pdf).await;
    };
    let reading = async move {
        let mut picture = Vec::new();
        from.take(MOST_BYTES).read_to_end(&mut picture).await.map(|_| picture)
    };
    let ((), picture) = tokio::join!(sending, reading);
    let picture = picture.map_err(|error| format!("the picture of pdftoppm cannot be read: {error}"))?;
    let ended = child.wait().await.map_err(|error| format!("the end of pdftoppm is not known: {error}"))?;
    match ended.code() {
        Some(0) if !picture.is_empty() => Ok(Some(picture)),
        Some(NO_PROGRAM) => Ok(None),
        _ => Err(format!("pdftoppm gave no picture: {ended}")),
    }
}
