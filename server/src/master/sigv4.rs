//! AWS Signature Version 4 of a POST to `/` (docs.aws.amazon.com, "Create a signed AWS API request").

use hmac::{Hmac, Mac};
use jiff::{Timestamp, tz::TimeZone};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The credentials that sign.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) access_key_id: &'a str,
    pub(super) secret_access_key: &'a str,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

/// The time as the header `x-amz-date` has it.
pub(super) fn amz_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

impl Signer<'_> {
    /// The value of the header `authorization`. The headers are those that are signed: in lower case, sorted by name, with `host` and `x-amz-date`.
    pub(super) fn authorization(&self, date: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
        let canonical: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let signed = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let request = format!("POST\n/\n\n{canonical}\n{signed}\n{}", hex::encode(Sha256::digest(body)));

        let day = date.get(..8).unwrap_or(date);
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex::encode(Sha256::digest(request.as_bytes())));

        let mut key = Zeroizing::new(format!("AWS4{}", self.secret_access_key).into_bytes());
        for part in [day, self.region, self.service, "aws4_request"] {
            key = Zeroizing::new(signed_with(&key, part));
        }
        let signature = hex::encode(signed_with(&key, &text));
        let credential = format!("{}/{scope}", self.access_key_id);
        format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={signature}")
    }
}

/// HMAC-SHA256.
fn signed_with(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length is a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `post-vanilla` of the AWS Signature Version 4 test suite.
    #[test]
    fn a_request_is_signed_as_in_the_test_suite_of_aws() {
        let signer = Signer {
            access_key_id: "AKIDEXAMPLE",
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "service",
        };
        let date = amz_date("2015-08-30T12:36:00Z".parse().unwrap());
        let headers = [("host", "example.amazonaws.com"), ("x-amz-date", &*date)];
        assert_eq!(
            signer.authorization(&date, &headers, b""),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
    }
}
