//! Apps that use the API in a person's name.

use crate::{errors::FieldFault, ids::AppId, scopes::ApiScope, text::single_line};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest name of an app, in characters.
const LONGEST_NAME: usize = 60;

/// The longest address, in characters.
const LONGEST_ADDRESS: usize = 500;

/// The most addresses of an app.
const MOST_ADDRESSES: usize = 10;

/// The name under which the request of an app is kept while its person is asked.
pub const KEPT_REQUEST: &str = "identity.app_request";

/// The name of an app.
///
/// # Errors
/// `Missing`; `TooLong` beyond 60 characters; `ForbiddenCharacter`.
pub fn app_name(text: &str) -> Result<String, FieldFault> {
    single_line(text, LONGEST_NAME)
}

/// The addresses to which an app may have people sent back, one a line. Each is `https`, or `http` on the person's own machine, or has a scheme of the app's own
/// that is a domain name backwards (RFC 8252 §7).
///
/// # Errors
/// `Missing`; `Malformed`; `TooLong` beyond 500 characters or 10 addresses.
pub fn redirects(text: &str) -> Result<Vec<String>, FieldFault> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return Err(FieldFault::Missing);
    }
    if lines.len() > MOST_ADDRESSES {
        return Err(FieldFault::too_long(MOST_ADDRESSES * LONGEST_ADDRESS));
    }
    lines.into_iter().map(redirect).collect()
}

fn redirect(text: &str) -> Result<String, FieldFault> {
    if text.len() > LONGEST_ADDRESS {
        return Err(FieldFault::too_long(LONGEST_ADDRESS));
    }
    if text
        .chars()
        .any(|c| !c.is_ascii_graphic() || matches!(c, '#' | '"' | '\'' | '<' | '>' | '\\' | '{' | '}' | '|' | '^' | '`'))
    {
        return Err(FieldFault::Malformed);
    }
    form_source(text).map(|_| text.to_owned()).ok_or(FieldFault::Malformed)
}

/// What the content security policy calls the place of such an address: `https://app.example`, or `com.example.app:`. `None` for an address that no app may have.
#[must_use]
pub fn form_source(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let authority = || rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?']).next()).filter(|name| is_authority(name));
    match scheme {
        "https" => Some(format!("https://{}", authority()?)),
        "http" => {
            let authority = authority()?;
            let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
            matches!(host, "127.0.0.1" | "localhost").then(|| format!("http://{authority}"))
        }
        own => {
            let is_reversed = own.contains('.') && own.starts_with(|c: char| c.is_ascii_lowercase());
            let is_plain = own.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
            (is_reversed && is_plain).then(|| format!("{own}:"))
        }
    }
}

/// A host with or without a port, and nothing else: no user, no brackets.
fn is_authority(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "0"));
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    is_host && !port.is_empty() && port.len() <= 5 && port.chars().all(|c| c.is_ascii_digit())
}

/// An app in the list of administrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppRow {
    /// The app, which is its `client_id`.
    pub id: AppId,
    /// The name that people see.
    pub name: String,
    /// Where people may be sent back to.
    pub redirects: Vec<String>,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// How many people have connected it.
    pub people: i64,
    /// The name of the administrator who registered it.
    pub made_by: String,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// An app that a person has connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectedApp {
    /// The app.
    pub id: AppId,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

/// What an app asks a person for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// The name of the app.
    pub app: String,
    /// What it would be allowed.
    pub scopes: Vec<ApiScope>,
    /// Where the answer leads: `https://app.example`.
    pub place: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_registered() {
        let good = "https://app.example/back\n http://127.0.0.1:4711/back \n\nhttp://localhost/\ncom.example.app:/back";
        assert_eq!(redirects(good).map(|all| all.len()), Ok(4));
        for bad in [
            "http://app.example/back",
            "https://app.example/back#part",
            "https://user@app.example/",
            "https://app.example;evil/",
            "https:app.example",
            "https://",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://127.0.0.1.evil.example/",
            "http://[::1]/",
            "/back",
        ] {
            assert_eq!(redirects(bad), Err(FieldFault::Malformed), "{bad}");
        }
        assert_eq!(redirects(" \n "), Err(FieldFault::Missing));
        assert_eq!(form_source("https://app.example:8443/back?x=1").as_deref(), Some("https://app.example:8443"));
        assert_eq!(form_source("com.example.app:/back").as_deref(), Some("com.example.app:"));
    }
}
