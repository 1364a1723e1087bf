//! What text messages say.

use crate::config::address::PublicUrl;
use domain::{identity::TextContent, notices::Text};
use words::{locale_of, say};

/// The text of a message.
pub(super) fn body(text: &Text, url: &PublicUrl) -> String {
    let l = locale_of(&text.language);
    match &text.content {
        TextContent::PhoneCode { code } => say!(l, mail.text.code, code = code.as_str()),
        TextContent::ResetPassword { token } => {
            format!("{}\n{}", say!(l, mail.text.reset), url.link(&format!("/reset-password/{token}")))
        }
    }
}
