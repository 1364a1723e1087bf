//! Passwords that became public. A service that collects them is asked about a new one, if the operator has named such a service.
//!
//! The service learns the first five hexadecimal digits of the password's SHA-1, which some hundred passwords share, and answers with the rest of each hash
//! that begins so (<https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange>). Neither the password nor its hash leaves this server.

use crate::{Domain, Error, Result};
use model::{errors::FieldFault, identity::Password};
use sha1::{Digest as _, Sha1};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// How many digits of a hash the service learns.
const PREFIX_DIGITS: usize = 5;

/// Refuses a new password that became public. While the service does not answer, passwords are accepted.
///
/// # Errors
/// `request.fields_invalid` with the field `password`.
pub(crate) async fn refuse_leaked(domain: &Domain, password: &Password) -> Result<()> {
    let Some(service) = domain.leaked_passwords() else { return Ok(()) };
    let digits = hash_digits(password.as_str());
    let (prefix, rest) = digits.split_at(PREFIX_DIGITS);
    match service.beginning_with(prefix).await {
        Ok(lines) if is_listed(&lines, rest) => Err(Error::field("password", FieldFault::Leaked)),
        Ok(_) => Ok(()),
        Err(cause) => {
            tracing::warn!(cause, "a new password was accepted without asking whether it became public");
            Ok(())
        }
    }
}

fn hash_digits(password: &str) -> Zeroizing<String> {
    let mut digits = Zeroizing::new(String::new());
    for byte in Sha1::digest(password.as_bytes()) {
        let _ = write!(digits, "{byte:02X}");
    }
    digits
}

fn is_listed(lines: &str, rest: &str) -> bool {
    lines.lines().filter_map(|line| line.trim().split_once(':')).any(|(digits, seen)| {
        let is_padding = seen.trim().trim_start_matches('0').is_empty();
        digits.eq_ignore_ascii_case(rest) && !is_padding
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_found_among_the_lines_unless_it_was_never_seen() {
        let digits = hash_digits("password");
        assert_eq!(digits.as_str(), "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8");
        let rest = &digits[PREFIX_DIGITS..];
        for (lines, listed) in [
            (format!("0018A45C4D1DEF81644B54AB7F969B88D65:10\r\n{rest}:3861493\r\n"), true),
            (format!("{}:2", rest.to_lowercase()), true),
            (format!("{rest}:0"), false),
            (format!("{rest}0:2"), false),
            (String::new(), false),
        ] {
            assert_eq!(is_listed(&lines, rest), listed, "{lines}");
        }
    }
}
