//! The signature of Twilio's reports (<https://www.twilio.com/docs/usage/security#validating-requests>): HMAC-SHA1, with the account's token as key, over the
//! address that was asked and the names and values of the form in the order of the names.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Whether a signature is the one of this form, sent to this address. The comparison takes the same time wherever they differ.
pub(super) fn fits(token: &str, url: &str, form: &[(String, String)], signature: &str) -> bool {
    let Ok(signature) = BASE64.decode(signature) else { return false };
    let mut sorted: Vec<_> = form.iter().collect();
    sorted.sort();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("any length is a key");
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Twilio's documentation.
    #[test]
    fn the_documented_example_fits() {
        let form = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ];
        let form = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let url = "https://example.com/myapp.php?foo=1&bar=2";
        let signature = "L/OH5YylLD5NRKLltdqwSvS0BnU=";
        assert!(fits("12345", url, &form, signature));
        assert!(!fits("12346", url, &form, signature));
        assert!(!fits("12345", url, &form[1..], signature));
        assert!(!fits("12345", "https://example.com/myapp.php", &form, signature));
        assert!(!fits("12345", url, &form, "no signature"));
    }
}
