//! Password hashing: argon2id (RFC 9106), off the async threads, a few at a time.

use crate::{Error, Result, capacity::Capacity};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _, Version};
use model::text::secret_form;
use std::{sync::OnceLock, time::Duration};

/// OWASP's recommendation of 2024: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// How long a password waits to be hashed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and verifies passwords. At most as many hashes run at once as there are processors, so that sign-ins cannot use up all memory, and a bounded number
/// waits, so that a flood of sign-ins does not let the others wait for minutes.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    capacity: Capacity,
}

impl Hasher {
    /// A hasher for which at most `waiting` passwords wait.
    #[must_use]
    pub(crate) fn new(waiting: usize) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { capacity: Capacity::new(processors, waiting, PATIENCE) }
    }

    /// Hashes the password in its [`secret_form`]; returns a PHC string. `server.busy` when too many others wait.
    pub(crate) async fn hash(&self, password: &str) -> Result<String> {
        let password = zeroize::Zeroizing::new(secret_form(password));
        self.off_thread(move || hash(&password)).await?
    }

    /// Whether the password matches the PHC string. Without one, the same work is done in vain, so that the duration reveals nothing.
    pub(crate) async fn verify(&self, password: &str, phc: Option<String>) -> Result<bool> {
        let (typed, password) = (zeroize::Zeroizing::new(password.to_owned()), zeroize::Zeroizing::new(secret_form(password)));
        self.off_thread(move || match phc {
            // Before there was a normal form, a password was hashed as it was typed.
            Some(phc) => Ok(verify(&password, &phc)? || (typed != password && verify(&typed, &phc)?)),
            None => {
                verify(&password, nobodys()?)?;
                if typed != password {
                    verify(&typed, nobodys()?)?;
                }
                Ok(false)
            }
        })
        .await?
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = self.capacity.enter().await?;
        tokio::task::spawn_blocking(move || {
            let answer = work();
            drop(place);
            answer
        })
        .await
        .map_err(Error::internal)
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str) -> Result<String> {
    argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

fn verify(password: &str, phc: &str) -> Result<bool> {
    let parsed = PasswordHash::new(phc).map_err(|error| Error::internal(error.to_string()))?;
    Ok(argon2().verify_password(password.as_bytes(), &parsed).is_ok())
}

fn nobodys() -> Result<&'static str> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash);
    }
    let made = hash("nobody has this password")?;
    Ok(HASH.get_or_init(|| made))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::Code;

    #[tokio::test]
    async fn a_password_that_cannot_wait_is_refused_at_once() {
        let hasher = Hasher { capacity: Capacity::new(1, 0, PATIENCE) };
        let running = hasher.capacity.enter().await.unwrap();
        assert_eq!(hasher.hash("a long walk").await.unwrap_err().code(), Code::ServerBusy);
        assert_eq!(hasher.verify("a long walk", None).await.unwrap_err().code(), Code::ServerBusy);
        drop(running);
        assert!(hasher.hash("a long walk").await.is_ok());
    }
}
