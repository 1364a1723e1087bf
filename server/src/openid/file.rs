//! The file with the providers.

use crate::config::{Secret, address::ServiceUrl, private_file};
use model::{access::Role, identity::parse_given_role, ids::ClinicId};
use serde::Deserialize;
use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Why the providers cannot be used. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{} cannot be read: {}. `sign_in.providers_file` names the file with the providers", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
    /// Others can read the secrets.
    #[error("other users can read {}, which has the secrets of the providers. Let only the server's user read it: chmod 600", .0.display())]
    Open(PathBuf),
    /// It is not TOML, or has a key that is not known, or lacks one. The text does not show the line, which may contain a secret.
    #[error("{} is not a list of providers: line {}. docs/operations.md names the keys", .0.display(), .1)]
    Malformed(PathBuf, usize),
    /// A provider is not what it must be.
    #[error("the provider `{0}`: {1}")]
    Provider(String, String),
}

/// A provider.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) key: String,
    pub(super) name: String,
    /// As the provider writes it.
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<Secret<String>>,
    pub(super) authority: Option<PathBuf>,
    pub(super) scopes: Vec<String>,
    pub(super) two_factors: Vec<String>,
    pub(super) roles_claim: Option<String>,
    pub(super) roles: Vec<RoleOfValue>,
    pub(super) roles_for_days: u32,
    pub(super) make_accounts: bool,
    pub(super) make_patients: bool,
    pub(super) email_domains: Vec<String>,
}

/// A role that a value of the claim gives.
#[derive(Debug, Clone)]
pub(super) struct RoleOfValue {
    pub(super) value: String,
    pub(super) role: Role,
    pub(super) clinic: Option<ClinicId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    provider: Vec<WrittenProvider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenProvider {
    key: String,
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Option<String>,
    authority: Option<PathBuf>,
    #[serde(default = "scopes")]
    scopes: Vec<String>,
    #[serde(default)]
    two_factors: Vec<String>,
    roles_claim: Option<String>,
    #[serde(default)]
    roles: Vec<WrittenRole>,
    #[serde(default = "roles_for_days")]
    roles_for_days: u32,
    #[serde(default)]
    make_accounts: bool,
    #[serde(default)]
    make_patients: bool,
    #[serde(default)]
    email_domains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    value: String,
    role: String,
    clinic: Option<String>,
}

fn scopes() -> Vec<String> {
    ["email", "profile"].map(str::to_owned).to_vec()
}

const fn roles_for_days() -> u32 {
    7
}

/// Reads and checks the file.
pub(super) fn read(path: &Path) -> Result<Vec<Settings>, Error> {
    let unreadable = |error| Error::Unreadable(path.to_owned(), error);
    if private_file::others_may_read(path).map_err(unreadable)? {
        return Err(Error::Open(path.to_owned()));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let written: Written = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        Error::Malformed(path.to_owned(), line)
    })?;
    let mut keys = HashSet::new();
    written
        .provider
        .into_iter()
        .map(|provider| {
            let key = provider.key.clone();
            if !keys.insert(key.clone()) {
                return Err(Error::Provider(key, "there are two with this key. Give each another one".to_owned()));
            }
            checked(provider).map_err(|fault| Error::Provider(key, fault))
        })
        .collect()
}

fn checked(written: WrittenProvider) -> Result<Settings, String> {
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !is_word(&written.key) || written.key.len() > 40 {
        return Err("`key` must be a word of lower-case letters, digits and hyphens".to_owned());
    }
    if written.name.trim().is_empty() || written.client_id.is_empty() {
        return Err("`name` and `client_id` must not be empty".to_owned());
    }
    let issuer: ServiceUrl =
        written.issuer.parse().map_err(|_| "`issuer` must be an address, such as https://login.example".to_owned())?;
    if !issuer.origin().is_https() && !issuer.origin().is_loopback() {
        return Err("`issuer` must begin with https://, except on this machine".to_owned());
    }
    if written.roles_claim.is_none() && !written.roles.is_empty() {
        return Err("`roles` needs `roles_claim`, the claim whose values it names".to_owned());
    }
    if !(1..=90).contains(&written.roles_for_days) {
        return Err("`roles_for_days` must be a number of days from 1 to 90".to_owned());
    }
    if written.make_accounts && (written.roles.is_empty() || written.email_domains.is_empty()) {
        return Err("`make_accounts` needs `roles`, because only who has a role gets an account, and `email_domains`".to_owned());
    }
    Ok(Settings {
        key: written.key,
        name: written.name.trim().to_owned(),
        issuer: written.issuer,
        client_id: written.client_id,
        client_secret: written.client_secret.filter(|secret| !secret.is_empty()).map(Secret::new),
        authority: written.authority,
        scopes: written.scopes,
        two_factors: written.two_factors,
        roles_claim: written.roles_claim,
        roles: written.roles.into_iter().map(role).collect::<Result<_, _>>()?,
        roles_for_days: written.roles_for_days,
        make_accounts: written.make_accounts,
        make_patients: written.make_patients,
        email_domains: written.email_domains.into_iter().map(|domain| domain.to_ascii_lowercase()).collect(),
    })
}

fn role(written: WrittenRole) -> Result<RoleOfValue, String> {
    let WrittenRole { value, role, clinic } = written;
    let parsed = parse_given_role(&role).map_err(|_| {
        format!("`{role}` is no role that can be given. Doctors apply, and their licences are checked; all other roles of the staff can be given")
    })?;
    let clinic = clinic.map(|id| id.parse::<ClinicId>().map_err(|_| format!("`{id}` is not the id of a clinic"))).transpose()?;
    Ok(RoleOfValue { value, role: parsed, clinic })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[[provider]]\nkey = \"clinic\"\nname = \"Riverside\"\nissuer = \"https://login.example\"\nclient_id = \"bedside\"\n";

    fn of(text: &str) -> Result<Vec<Settings>, Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("providers.toml");
        private_file::write(&path, text.as_bytes()).unwrap();
        read(&path)
    }

    #[test]
    fn a_provider_needs_little_and_its_roles_are_parsed() {
        let read = of(GOOD).unwrap();
        assert_eq!((read[0].scopes.len(), read[0].make_accounts, read[0].client_secret.is_none()), (2, false, true));
        assert_eq!(read[0].roles_for_days, 7);
        let more = "roles_claim = \"groups\"\nroles = [{ value = \"nurses\", role = \"nurse\" }]\n";
        assert_eq!(of(&format!("{GOOD}{more}")).unwrap()[0].roles[0].role, Role::Nurse);
    }

    #[test]
    fn each_fault_is_named_and_no_secret_is_shown() {
        for (more, said) in [
            ("make_accounts = true\n", "make_accounts"),
            ("roles = [{ value = \"a\", role = \"nurse\" }]\n", "roles_claim"),
            ("roles_claim = \"g\"\nroles = [{ value = \"a\", role = \"patient\" }]\n", "no role that can be given"),
            ("roles_for_days = 0\n", "from 1 to 90"),
            ("client_secret = 5\n", "is not a list of providers"),
            ("klient = \"x\"\n", "is not a list of providers"),
        ] {
            let text = of(&format!("{GOOD}{more}")).unwrap_err().to_string();
            assert!(text.contains(said), "{more}: {text}");
        }
        let plain = of(&GOOD.replace("https://login.example", "http://login.example")).unwrap_err().to_string();
        assert!(plain.contains("https://"), "{plain}");
        assert!(of(&format!("{GOOD}{GOOD}")).unwrap_err().to_string().contains("two with this key"));
    }
}
