//! Time stamps (RFC 3161): the request, and what is checked of the answer. A time stamp is signed data (CMS, RFC 5652) about a hash, a time and a nonce.
//!
//! Checked: the hash and the nonce are those of the request; the signature is over exactly that; the signer's certificate leads to a certificate of the operator's
//! authority, is meant for time stamps and was valid at the time. Not checked: revocation lists, and the policy of the authority.

use super::der::{
    BOOLEAN, CONTEXT_0, CONTEXT_1, Element, GENERALIZED_TIME, INTEGER, Malformed, NULL, OBJECT_IDENTIFIER, OCTET_STRING, Reader,
    SEQUENCE, SET, element, unsigned, without_zeros,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::time::Duration;
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

/// The content types of the HTTP messages (RFC 3161 §3.4).
pub(super) const QUERY: &str = "application/timestamp-query";

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const SHA384: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02];
const SHA512: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03];
/// The extended key usage of those who time stamp (RFC 3161 §2.3).
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];

/// Why a time stamp is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TspError {
    /// The bytes are no time stamp.
    #[error("the answer is not a time stamp")]
    Malformed,
    /// The authority refused.
    #[error("the authority refused the time stamp with status {0}")]
    Refused(u8),
    /// It is about something else.
    #[error("the time stamp is for other data")]
    OtherData,
    /// It answers another request.
    #[error("the time stamp answers another request")]
    OtherNonce,
    /// Nobody who may has signed it.
    #[error("the signature of the time stamp is not one of the authority in audit.tsa_authority")]
    Signature,
}

impl From<Malformed> for TspError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

/// A request for a time stamp over a SHA-256, with the certificate of the signer in the answer.
pub(super) fn request(digest: &[u8; 32], nonce: &[u8; 8]) -> Vec<u8> {
    let algorithm = element(SEQUENCE, &[&element(OBJECT_IDENTIFIER, &[SHA256]), &element(NULL, &[])]);
    let imprint = element(SEQUENCE, &[&algorithm, &element(OCTET_STRING, &[digest])]);
    element(SEQUENCE, &[&unsigned(&[1]), &imprint, &unsigned(nonce), &element(BOOLEAN, &[&[0xff]])])
}

/// The token of an answer.
pub(super) fn token_of(answer: &[u8]) -> Result<Vec<u8>, TspError> {
    let mut answer = Reader::of(answer).expect(SEQUENCE)?.inside();
    let status = answer.expect(SEQUENCE)?.inside().expect(INTEGER)?;
    match *status.content {
        // Granted, maybe with changes.
        [0 | 1] => Ok(answer.expect(SEQUENCE)?.whole.to_vec()),
        [status] => Err(TspError::Refused(status)),
        _ => Err(TspError::Malformed),
    }
}

/// Checks a token; returns its time. Without a nonce, it is one that was checked when it came.
pub(super) fn verify(
    token: &[u8],
    digest: &[u8; 32],
    nonce: Option<&[u8; 8]>,
    authority: &[CertificateDer<'_>],
) -> Result<Timestamp, TspError> {
    let signed = SignedData::read(token)?;
    let info = Info::read(signed.content)?;
    if info.digest != digest {
        return Err(TspError::OtherData);
    }
    if nonce.is_some_and(|nonce| info.nonce.is_none_or(|of_token| without_zeros(of_token) != without_zeros(nonce))) {
        return Err(TspError::OtherNonce);
    }
    signed.check(info.at, authority)?;
    Ok(info.at)
}

/// `TSTInfo` (RFC 3161 §2.4.2).
struct Info<'a> {
    digest: &'a [u8],
    at: Timestamp,
    nonce: Option<&'a [u8]>,
}

impl<'a> Info<'a> {
    fn read(content: &'a [u8]) -> Result<Self, TspError> {
        let mut info = Reader::of(content).expect(SEQUENCE)?.inside();
        info.expect(INTEGER)?;
        info.expect(OBJECT_IDENTIFIER)?;
        let mut imprint = info.expect(SEQUENCE)?.inside();
        if imprint.expect(SEQUENCE)?.inside().expect(OBJECT_IDENTIFIER)?.content != SHA256 {
            return Err(TspError::OtherData);
        }
        let digest = imprint.expect(OCTET_STRING)?.content;
        info.expect(INTEGER)?;
        let at = time(info.expect(GENERALIZED_TIME)?.content).ok_or(TspError::Malformed)?;
        // How exact the time is, and whether tokens are ordered.
        info.optional(SEQUENCE)?;
        info.optional(BOOLEAN)?;
        let nonce = info.optional(INTEGER)?.map(|nonce| nonce.content);
        Ok(Self { digest, at, nonce })
    }
}

/// `20261127161500Z`, or with a fraction of a second.
fn time(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let at = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// `SignedData` with its only signer (RFC 5652 §5.1).
struct SignedData<'a> {
    content: &'a [u8],
    certificates: Vec<CertificateDer<'a>>,
    /// The attributes that are signed, with their tag.
    attributes: Element<'a>,
    hash: Hash,
    signature: &'a [u8],
}

impl<'a> SignedData<'a> {
    fn read(token: &'a [u8]) -> Result<Self, TspError> {
        let mut outer = Reader::of(token).expect(SEQUENCE)?.inside();
        if outer.expect(OBJECT_IDENTIFIER)?.content != SIGNED_DATA {
            return Err(TspError::Malformed);
        }
        let mut signed = outer.expect(CONTEXT_0)?.inside().expect(SEQUENCE)?.inside();
        signed.expect(INTEGER)?;
        signed.expect(SET)?;
        let mut encapsulated = signed.expect(SEQUENCE)?.inside();
        if encapsulated.expect(OBJECT_IDENTIFIER)?.content != TST_INFO {
            return Err(TspError::Malformed);
        }
        let content = encapsulated.expect(CONTEXT_0)?.inside().expect(OCTET_STRING)?.content;
        let mut certificates = Vec::new();
        if let Some(set) = signed.optional(CONTEXT_0)? {
            let mut set = set.inside();
            while !set.is_empty() {
                certificates.push(CertificateDer::from(set.any()?.whole));
            }
        }
        signed.optional(CONTEXT_1)?;
        let mut signer = signed.expect(SET)?.inside().expect(SEQUENCE)?.inside();
        signer.expect(INTEGER)?;
        // Which certificate it is; all of them are tried.
        signer.any()?;
        let hash = Hash::named(signer.expect(SEQUENCE)?.inside().expect(OBJECT_IDENTIFIER)?.content)?;
        let attributes = signer.expect(CONTEXT_0)?;
        signer.expect(SEQUENCE)?;
        let signature = signer.expect(OCTET_STRING)?.content;
        Ok(Self { content, certificates, attributes, hash, signature })
    }

    /// Checks that the attributes are about the content, that they are signed, and who has signed them.
    fn check(&self, at: Timestamp, authority: &[CertificateDer<'_>]) -> Result<(), TspError> {
        if self.attribute(CONTENT_TYPE, OBJECT_IDENTIFIER)? != TST_INFO
            || self.attribute(MESSAGE_DIGEST, OCTET_STRING)? != self.hash.of(self.content)
        {
            return Err(TspError::Signature);
        }
        // The signature is over the attributes as a SET (RFC 5652 §5.4).
        let mut attributes = self.attributes.whole.to_vec();
        attributes[0] = SET;
        let signed_by = |certificate: &&CertificateDer<'_>| {
            EndEntityCert::try_from(*certificate).is_ok_and(|certificate| {
                let algorithms = self.hash.signature_algorithms();
                algorithms.iter().any(|algorithm| certificate.verify_signature(*algorithm, &attributes, self.signature).is_ok())
            })
        };
        let signer = self.certificates.iter().find(signed_by).ok_or(TspError::Signature)?;
        let signer = EndEntityCert::try_from(signer).map_err(|_| TspError::Signature)?;
        let mut trusted = Vec::with_capacity(authority.len());
        for certificate in authority {
            trusted.push(anchor_from_trusted_cert(certificate).map_err(|_| TspError::Signature)?);
        }
        let seconds = u64::try_from(at.as_second()).map_err(|_| TspError::Malformed)?;
        let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        let (algorithms, usage) = (webpki::ALL_VERIFICATION_ALGS, KeyUsage::required(TIME_STAMPING));
        let path = signer.verify_for_usage(algorithms, &trusted, &self.certificates, at, usage, None, None);
        path.map(drop).map_err(|_| TspError::Signature)
    }

    /// The only value of a signed attribute.
    fn attribute(&self, kind: &[u8], tag: u8) -> Result<&'a [u8], TspError> {
        let mut attributes = self.attributes.inside();
        while !attributes.is_empty() {
            let mut attribute = attributes.expect(SEQUENCE)?.inside();
            if attribute.expect(OBJECT_IDENTIFIER)?.content == kind {
                return Ok(attribute.expect(SET)?.inside().expect(tag)?.content);
            }
        }
        Err(TspError::Malformed)
    }
}

/// The hash of a signer.
#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(identifier: &[u8]) -> Result<Self, TspError> {
        match identifier {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            // SHA-1 proves nothing any more.
            _ => Err(TspError::Signature),
        }
    }

    fn of(self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(content).to_vec(),
            Self::Sha384 => Sha384::digest(content).to_vec(),
            Self::Sha512 => Sha512::digest(content).to_vec(),
        }
    }

    fn signature_algorithms(self) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
        match self {
            Self::Sha256 => vec![ring::RSA_PKCS1_2048_8192_SHA256, ring::ECDSA_P256_SHA256, ring::ECDSA_P384_SHA256],
            Self::Sha384 => vec![ring::RSA_PKCS1_2048_8192_SHA384, ring::ECDSA_P256_SHA384, ring::ECDSA_P384_SHA384],
            Self::Sha512 => vec![ring::RSA_PKCS1_2048_8192_SHA512],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_form_that_openssl_gives_it() {
        // `openssl ts -query -sha256 -cert` over `hello` and a line feed.
        let openssl = "3044020101303130\
                       0d060960864801650304020105000420\
                       5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\
                       0209008b62c939edd6453b0101ff";
        let digest = Sha256::digest(b"hello\n").into();
        let nonce = [0x8b, 0x62, 0xc9, 0x39, 0xed, 0xd6, 0x45, 0x3b];
        assert_eq!(hex::encode(request(&digest, &nonce)), openssl);
    }

    #[test]
    fn a_refusal_is_told_and_nonsense_is_refused() {
        // PKIStatusInfo with status 2, rejection, and no token.
        assert_eq!(token_of(&[0x30, 5, 0x30, 3, 2, 1, 2]), Err(TspError::Refused(2)));
        for bytes in [&[][..], b"<html>", &[0x30, 5, 0x30, 3, 2, 1, 0]] {
            assert_eq!(token_of(bytes), Err(TspError::Malformed));
        }
        assert_eq!(verify(&[0x30, 0], &[0; 32], None, &[]), Err(TspError::Malformed));
    }

    #[test]
    fn times_are_read_with_and_without_a_fraction() {
        let expected: Timestamp = "2026-11-27T16:11:15Z".parse().unwrap();
        assert_eq!((time(b"20261127161115Z"), time(b"20261127161115.25Z")), (Some(expected), Some(expected)));
        assert_eq!((time(b"20261127161115"), time(b"2611271611Z")), (None, None));
    }
}
