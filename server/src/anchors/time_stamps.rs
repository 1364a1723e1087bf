//! Time stamps of an authority (RFC 3161). Its signature shows that the seals existed at a time; who has the database and all keys of this installation
//! cannot make it.
//!
//! The tokens are in the table of deposits, and in files next to the seals: `audit/stamps/FROM-TO.tst`. With such a file, the lines of those seals and the
//! certificate of the authority, `openssl ts -verify -token_in` checks it without us.

use super::{
    Compared, Error, Finding, Place, lines, newest_deposited, record,
    tsp::{self, QUERY},
};
use crate::{
    config::keys,
    endpoint::{Endpoint, certificates},
};
use async_trait::async_trait;
use domain::{
    Domain,
    audit::{Anchor, anchors_between, deposits_after},
    randomness::Randomness,
};
use http::{Method, StatusCode, header};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashSet,
    ffi::OsStr,
    fmt, fs, io,
    path::{Path, PathBuf},
};

const NAME: &str = "time_stamp";
/// A token with the certificates of its signer has some thousand bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The authority, and the folder for its tokens.
pub struct TimeStamps {
    endpoint: Endpoint,
    path: String,
    authority: Vec<CertificateDer<'static>>,
    folder: PathBuf,
}

impl fmt::Debug for TimeStamps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimeStamps").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl TimeStamps {
    /// The authority of a configuration; none if it names none. The folder need not exist.
    ///
    /// # Errors
    /// [`Error::Configuration`].
    pub fn of(keys: &keys::Audit, folder: PathBuf) -> Result<Option<Self>, Error> {
        let (Some(url), Some(authority)) = (&keys.tsa_url, &keys.tsa_authority) else { return Ok(None) };
        Ok(Some(Self {
            endpoint: Endpoint::new(url.origin().clone(), None, LONGEST_ANSWER).map_err(Error::of_endpoint("audit.tsa_url"))?,
            path: url.path().to_owned(),
            authority: certificates(authority).map_err(Error::of_endpoint("audit.tsa_authority"))?,
            folder,
        }))
    }

    /// Gets a time stamp over these bytes, and checks it; returns the token and its time.
    ///
    /// # Errors
    /// [`Error`].
    pub async fn stamp(&self, source: &dyn Randomness, bytes: &[u8]) -> Result<(Vec<u8>, Timestamp), Error> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let mut nonce = [0; 8];
        source.fill(&mut nonce);
        let headers = vec![(header::CONTENT_TYPE, QUERY.to_owned())];
        let service = || self.endpoint.url().to_string();
        let sent = self.endpoint.send(Method::POST, &self.path, headers, tsp::request(&digest, &nonce)).await;
        let (status, answer) = sent.map_err(|cause| Error::Silent { service: service(), cause })?;
        if status != StatusCode::OK {
            return Err(Error::Refused { service: service(), answer: status.to_string() });
        }
        let token = tsp::token_of(&answer)?;
        let at = tsp::verify(&token, &digest, Some(&nonce), &self.authority)?;
        Ok((token, at))
    }

    /// Compares all time stamps, those of the database and those of the files, with the seals of the database.
    ///
    /// # Errors
    /// [`Error`] when the database does not answer or the files cannot be read.
    pub async fn compare(&self, domain: &Domain) -> Result<Compared, Error> {
        let (mut compared, mut seen, mut after) = (Compared::default(), HashSet::new(), 0);
        loop {
            let page = deposits_after(domain, NAME, after).await?;
            let Some(last) = page.last() else { break };
            after = last.seal_from;
            for deposit in &page {
                let token = deposit.receipt.as_deref().unwrap_or_default();
                seen.insert((deposit.seal_from, deposit.seal_to));
                self.compare_one(domain, (deposit.seal_from, deposit.seal_to), token, &mut compared).await?;
                if compared.finding.is_some() {
                    return Ok(compared);
                }
            }
        }
        // Rows can be deleted together with the seals; the files of this copy are somewhere else.
        for (seals, path) in self.files()?.into_iter().filter(|(seals, _)| !seen.contains(seals)) {
            self.compare_one(domain, seals, &fs::read(path)?, &mut compared).await?;
            if compared.finding.is_some() {
                break;
            }
        }
        Ok(compared)
    }

    async fn compare_one(
        &self,
        domain: &Domain,
        (seal_from, seal_to): (i64, i64),
        token: &[u8],
        compared: &mut Compared,
    ) -> Result<(), Error> {
        let seals = anchors_between(domain, seal_from, seal_to).await?;
        let digest: [u8; 32] = Sha256::digest(lines(&seals)).into();
        match tsp::verify(token, &digest, None, &self.authority) {
            Ok(at) => {
                compared.deposits += 1;
                compared.seals += seal_to - seal_from + 1;
                compared.newest_at = compared.newest_at.max(Some(at));
            }
            Err(why) => compared.finding = Some(Finding::TimeStampDiffers { seal_from, seal_to, why }),
        }
        Ok(())
    }

    /// The files, with the seals that their names say.
    fn files(&self) -> io::Result<Vec<((i64, i64), PathBuf)>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let path = entry?.path();
            files.extend(seals_of(&path).map(|seals| (seals, path)));
        }
        files.sort();
        Ok(files)
    }

    fn write(&self, seal_from: i64, seal_to: i64, token: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join(format!("{seal_from:012}-{seal_to:012}.tst")), token)
    }
}

/// The seals of a file with a token, by its name.
fn seals_of(path: &Path) -> Option<(i64, i64)> {
    let name = path.file_stem().and_then(OsStr::to_str).filter(|_| path.extension() == Some(OsStr::new("tst")))?;
    let (from, to) = name.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()?))
}

#[async_trait]
impl Place for TimeStamps {
    fn name(&self) -> &str {
        NAME
    }

    async fn newest(&self, domain: &Domain) -> Result<i64, Error> {
        newest_deposited(domain, NAME).await
    }

    async fn keep(&self, domain: &Domain, seals: &[Anchor]) -> Result<(), Error> {
        let (Some(first), Some(last)) = (seals.first(), seals.last()) else { return Ok(()) };
        let (token, _) = self.stamp(domain.randomness(), &lines(seals)).await?;
        self.write(first.number, last.number, &token)?;
        record(domain, NAME, seals, Some(token)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_which_seals_it_is_about() {
        assert_eq!(seals_of(Path::new("stamps/000000000001-000000000360.tst")), Some((1, 360)));
        for other in ["1-2.tmp", "1.tst", "a-2.tst", ".tst"] {
            assert_eq!(seals_of(Path::new(other)), None, "{other}");
        }
    }
}
