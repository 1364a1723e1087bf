//! The development mailbox: all mails and text messages that were written to files, newest first. Only in development mode, and only where one of the two is not sent.

use crate::{
    config::{Config, keys::Mode},
    serve::AppState,
    sms::{ENDING, Written},
};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use mail_parser::MessageParser;
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, path::Path, time::SystemTime};

/// One mail, as read from its file.
#[derive(Debug, Serialize)]
struct Kept {
    to: String,
    subject: String,
    text: String,
    html: String,
    message_id: String,
    attachments: Vec<String>,
}

/// Which mails a script wants.
#[derive(Debug, Deserialize)]
struct Wanted {
    /// Only those to this address; all when there is none.
    to: Option<String>,
}

/// The routes `/dev/mail` for people and `/dev/mail.json` for scripts; no routes in production.
pub fn routes(config: &Config) -> Router<AppState> {
    if config.mode != Mode::Development || (config.mail.smtp_url.is_some() && config.sms.account_sid.is_some()) {
        return Router::new();
    }
    Router::new().route("/dev/mail", get(page)).route("/dev/mail.json", get(list))
}

async fn list(State(state): State<AppState>, Query(wanted): Query<Wanted>) -> Response {
    match read(&state.config.outbox_dir(), wanted.to.as_deref()).await {
        Ok(kept) => Json(kept).into_response(),
        Err(error) => unreadable(&error),
    }
}

async fn page(State(state): State<AppState>) -> Response {
    let kept = match read(&state.config.outbox_dir(), None).await {
        Ok(kept) => kept,
        Err(error) => return unreadable(&error),
    };
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Mail</title><h1>Mail that was written</h1><p>Newest first. Shown in development only.</p>",
    );
    for mail in kept {
        let _ = write!(
            page,
            "<hr><h2>{}</h2><p>To {}</p><pre>{}</pre>",
            escape(&mail.subject),
            escape(&mail.to),
            linked(&escape(&mail.text))
        );
    }
    Html(page).into_response()
}

fn unreadable(error: &std::io::Error) -> Response {
    tracing::error!(error = %error, "the outbox cannot be read");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Reads all mails in the folder, or only those to one address.
async fn read(folder: &Path, to: Option<&str>) -> std::io::Result<Vec<Kept>> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found: Vec<(SystemTime, Kept)> = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        let ends_with = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        let (is_mail, is_text) = (ends_with("eml"), ends_with(ENDING));
        let is_whole = path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.'));
        if !is_whole || !(is_mail || is_text) {
            continue;
        }
        let bytes = tokio::fs::read(&path).await?;
        if to.is_none_or(|to| names(&bytes, to))
            && let Some(kept) = if is_mail { parse(&bytes) } else { parse_text(&bytes) }
        {
            found.push((entry.metadata().await?.modified()?, kept));
        }
    }
    found.sort_by_key(|(written, _)| std::cmp::Reverse(*written));
    Ok(found.into_iter().map(|(_, kept)| kept).collect())
}

/// Whether the header of a mail names this address. To parse a mail takes much longer, and a script that waits for one mail asks again and again.
fn names(bytes: &[u8], address: &str) -> bool {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).contains(address)
}

fn parse(bytes: &[u8]) -> Option<Kept> {
    let message = MessageParser::default().parse(bytes)?;
    let text = |part: Option<std::borrow::Cow<'_, str>>| part.map(std::borrow::Cow::into_owned).unwrap_or_default();
    Some(Kept {
        to: message.to()?.first()?.address()?.to_owned(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: text(message.body_text(0)),
        html: text(message.body_html(0)),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        attachments: message.attachments().filter_map(|part| part.text_contents().map(str::to_owned)).collect(),
    })
}

/// A text message in the form of a mail.
fn parse_text(bytes: &[u8]) -> Option<Kept> {
    let Written { to, text } = serde_json::from_slice(bytes).ok()?;
    let (subject, html, message_id) = ("Text message".to_owned(), String::new(), String::new());
    Some(Kept { to, subject, text, html, message_id, attachments: Vec::new() })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Turns each line that begins with `http` into a link.
fn linked(text: &str) -> String {
    text.lines()
        .map(|line| match line.starts_with("http") {
            true => format!("<a href=\"{line}\">{line}</a>\n"),
            false => format!("{line}\n"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_found_by_an_address_in_its_header() {
        let mail = b"To: Amara Osei <amara@people.example>\r\nSubject: Hello\r\n\r\nFrom lena@people.example";
        assert!(names(mail, "amara@people.example"));
        assert!(!names(mail, "lena@people.example"));
        assert!(!names(b"", "amara@people.example"));
    }
}
