//! The content of a mail, and its text and HTML forms.

use super::calendar::Method;
use std::fmt::Write as _;

/// The content of a mail, in the reader's language.
#[derive(Debug, Clone, Default)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<String>,
    /// Pairs of a label and a value.
    pub(super) facts: Vec<(String, String)>,
    /// The label and the URL.
    pub(super) button: Option<(String, String)>,
    pub(super) link_hint: String,
    /// Paragraphs below the button.
    pub(super) after: Vec<String>,
    pub(super) closing: Vec<String>,
    /// An iCalendar object and its method.
    pub(super) calendar: Option<(String, Method)>,
}

impl Letter {
    /// The text part of the mail.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.greeting);
        for paragraph in &self.paragraphs {
            let _ = write!(text, "{paragraph}\n\n");
        }
        for (label, value) in &self.facts {
            let _ = writeln!(text, "{label}: {value}");
        }
        if !self.facts.is_empty() {
            text.push('\n');
        }
        if let Some((label, url)) = &self.button {
            let _ = write!(text, "{label}:\n{url}\n\n");
        }
        for paragraph in &self.after {
            let _ = write!(text, "{paragraph}\n\n");
        }
        text.push_str(&self.closing.join("\n"));
        text.push('\n');
        text
    }

    /// The HTML part of the mail: one column, no images, no external resources.
    pub(super) fn html(&self, language: &str) -> String {
        let mut body = format!("<p>{}</p>", escape(&self.greeting));
        for paragraph in &self.paragraphs {
            let _ = write!(body, "<p>{}</p>", escape(paragraph));
        }
        if !self.facts.is_empty() {
            body.push_str("<table role=\"presentation\" style=\"border-collapse:collapse;margin:16px 0\">");
            for (label, value) in &self.facts {
                let _ = write!(
                    body,
                    "<tr><td style=\"padding:4px 24px 4px 0;color:#4c5560\">{}</td><td style=\"padding:4px 0\"><strong dir=\"auto\">{}</strong></td></tr>",
                    escape(label),
                    escape(value)
                );
            }
            body.push_str("</table>");
        }
        if let Some((label, url)) = &self.button {
            let _ = write!(
                body,
                "<p style=\"margin:24px 0\"><a href=\"{0}\" style=\"background:#00626a;color:#ffffff;padding:12px 24px;border-radius:8px;\
                 font-weight:bold;text-decoration:none;display:inline-block\">{1}</a></p>\
                 <p style=\"font-size:14px;color:#4c5560\">{2}<br><a href=\"{0}\" style=\"color:#00626a\">{0}</a></p>",
                escape(url),
                escape(label),
                escape(&self.link_hint)
            );
        }
        for paragraph in &self.after {
            let _ = write!(body, "<p>{}</p>", escape(paragraph));
        }
        let closing: Vec<String> = self.closing.iter().map(|line| escape(line)).collect();
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\
             <body style=\"margin:0;background:#f7f4ee;color:#1d2530;font:17px/1.55 sans-serif\">\
             <div style=\"max-width:560px;margin:0 auto;padding:32px 24px\"><div style=\"background:#ffffff;border-radius:14px;padding:32px\">{body}</div>\
             <p style=\"font-size:14px;color:#4c5560;padding:0 8px\">{}</p></div></body></html>",
            escape(language),
            escape(&self.subject),
            closing.join("<br>")
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_cannot_become_markup() {
        let letter = Letter { paragraphs: vec!["<script>\"&\"</script>".into()], ..Letter::default() };
        assert!(letter.html("en").contains("<p>&lt;script&gt;&quot;&amp;&quot;&lt;/script&gt;</p>"));
        assert!(letter.text().contains("<script>\"&\"</script>"));
    }

    #[test]
    fn names_in_the_facts_have_their_own_direction() {
        let letter = Letter { facts: vec![("Doctor".into(), "سامي".into())], ..Letter::default() };
        assert!(letter.html("en").contains("<strong dir=\"auto\">سامي</strong>"));
    }
}
