//! The passwords of the embedded cluster's roles: random, created once, in a file that only our user can read.

use super::error::Error;
use crate::config::{Secret, private_file};
use serde::{Deserialize, Serialize};
use std::path::Path;
use zeroize::{Zeroize, Zeroizing};

/// One password per role.
#[derive(Clone)]
pub(super) struct Passwords {
    pub(super) superuser: Secret<String>,
    pub(super) owner: Secret<String>,
    pub(super) app: Secret<String>,
}

#[derive(Serialize, Deserialize)]
struct File {
    superuser: String,
    owner: String,
    app: String,
}

impl Drop for File {
    fn drop(&mut self) {
        for password in [&mut self.superuser, &mut self.owner, &mut self.app] {
            password.zeroize();
        }
    }
}

impl Passwords {
    /// Reads the file.
    pub(super) fn load(path: &Path) -> Result<Self, Error> {
        let lost = || Error::PasswordsLost(path.to_owned());
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| lost())?);
        let mut file: File = serde_json::from_str(&text).map_err(|_| lost())?;
        let [superuser, owner, app] =
            [&mut file.superuser, &mut file.owner, &mut file.app].map(|password| Secret::new(std::mem::take(password)));
        let usable = |password: &Secret<String>| {
            let text = password.expose();
            text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        if [&superuser, &owner, &app].into_iter().all(usable) { Ok(Self { superuser, owner, app }) } else { Err(lost()) }
    }

    /// Reads the file, or creates it. Only used before a cluster exists.
    pub(super) fn load_or_create(path: &Path) -> Result<Self, Error> {
        if !path.exists() {
            let file = File { superuser: random()?, owner: random()?, app: random()? };
            let text =
                Zeroizing::new(serde_json::to_string_pretty(&file).map_err(|error| Error::io("written", path)(error.into()))?);
            private_file::write(path, text.as_bytes()).map_err(Error::io("written", path))?;
        }
        Self::load(path)
    }
}

/// 256 random bits in hexadecimal, so that the text never needs quoting.
fn random() -> Result<String, Error> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| Error::io("read", "/dev/urandom")(error.into()))?;
    Ok(hex::encode(bytes.as_slice()))
}
