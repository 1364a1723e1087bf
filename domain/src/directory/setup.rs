//! Setting up an empty installation: its organisation, the first clinic and the first administrator.
//!
//! Invariants
//! - Nothing here works in a database in which somebody is an administrator.
//! - The page is opened by a link that is printed in the terminal of the server or the command. A newer link ends the older ones, and a link works once.

use super::{
    clinics::{parse, unparsed},
    store::{clinics as clinic_store, setup as store},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{self, Entry, NewAccount},
    randomness::secret_text,
};
use model::{
    directory::TypedClinic,
    errors::FieldError,
    identity::EmailAddress,
    ids::{ClinicId, EventId},
    money::Currency,
    text::single_line,
};
use std::fmt;

/// The longest name of an organisation, in characters.
const ORGANISATION_CHARS: usize = 120;

/// What sets up an installation. Texts are unparsed form values.
#[derive(Clone)]
pub struct SetUp {
    /// The link's token.
    pub token: String,
    /// The name of the organisation.
    pub organisation: String,
    /// The first clinic.
    pub clinic: TypedClinic,
    /// The full name of the first administrator.
    pub admin_name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub admin_latin_name: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's new password.
    pub password: String,
    /// Language tag of the administrator's account.
    pub language: String,
}

impl fmt::Debug for SetUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetUp").finish_non_exhaustive()
    }
}

/// What a start of the server knows about setting up.
#[derive(Clone, PartialEq, Eq)]
pub enum FirstLink {
    /// The installation has an administrator.
    NotNeeded,
    /// The token of the first link, which was made now.
    Made(String),
    /// A link was made before; `bedside setup` makes another one.
    MadeBefore,
}

/// Makes the first link, if the installation has no administrator and no link was ever made. A start of the server calls it.
///
/// # Errors
/// `database.unavailable`.
pub async fn first_setup_link(domain: &Domain, access: &Access) -> Result<FirstLink> {
    let mut connection = domain.pool().acquire().await?;
    if store::has_administrator(&mut connection).await? {
        return Ok(FirstLink::NotNeeded);
    }
    if store::has_link(&mut connection).await? {
        return Ok(FirstLink::MadeBefore);
    }
    drop(connection);
    Ok(new_setup_link(domain, access).await?.map_or(FirstLink::NotNeeded, FirstLink::Made))
}

/// Makes a link that opens the page on which an installation is set up, and ends the older ones. Returns its token; `None` if the installation has an
/// administrator.
///
/// # Errors
/// `database.unavailable`.
pub async fn new_setup_link(domain: &Domain, access: &Access) -> Result<Option<String>> {
    let token = secret_text(domain.randomness());
    let mut tx = domain.begin("directory.new_setup_link", access).await?;
    if store::has_administrator(tx.connection()).await? {
        tx.close().await?;
        return Ok(None);
    }
    let id = tx.new_id::<EventId>();
    store::insert_link(&mut tx, id.uuid(), &identity::typed_hash(&token)).await?;
    tx.commit(Audit::of(AuditAction::DirectorySetupLinkMade).with_id("link", id)).await?;
    Ok(Some(token))
}

/// Checks that a link can be used now; it stays unused.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`. Where somebody is an administrator every link is used.
pub async fn check_setup(domain: &Domain, token: &str) -> Result<()> {
    let mut connection = domain.pool().acquire().await?;
    store::check_link(&mut connection, &identity::typed_hash(token), domain.now()).await
}

/// Whether the visitor with this link may send a test mail to this address. Limited like other mails that are sent without signing in.
///
/// # Errors
/// Those of [`check_setup`]; `request.fields_invalid` with the field `test_email`; `request.rate_limited`.
pub async fn may_test_mail(domain: &Domain, access: &Access, token: &str, email: &str) -> Result<EmailAddress> {
    check_setup(domain, token).await?;
    let email = EmailAddress::parse(email).map_err(|fault| Error::field("test_email", fault))?;
    identity::may_ask_for_mail(domain, access, &email)?;
    Ok(email)
}

/// Sets the installation up, and signs its first administrator in; if administrators need a second factor, they set it up before there is a session. The link is
/// dead afterwards.
///
/// # Errors
/// Those of [`check_setup`]; `request.fields_invalid` with the fields `organisation`, those of a clinic, `admin_name`, `admin_latin_name`, `email`, `password`;
/// `server.busy`.
pub async fn set_up(domain: &Domain, access: &Access, command: SetUp) -> Result<Entry> {
    // Without a valid link nobody learns which field is wrong, or makes the server hash a password.
    check_setup(domain, &command.token).await?;
    let mut faults = Faults::default();
    let organisation = faults.take("organisation", single_line(&command.organisation, ORGANISATION_CHARS));
    let clinic = parse(&mut faults, &command.clinic);
    let currency = faults.take("currency", Currency::parse(&command.clinic.currency));
    let account = parse_account(&mut faults, &command);
    faults.check()?;
    let (Some(organisation), Some(clinic), Some(currency), Some(account)) = (organisation, clinic, currency, account) else {
        return Err(unparsed());
    };
    identity::refuse_leaked(domain, &account.password).await?;
    let hashed = domain.hasher().hash(account.password.as_str()).await?;

    let mut tx = domain.begin("directory.set_up", access).await?;
    let now = tx.now();
    store::use_link(&mut tx, &identity::typed_hash(&command.token)).await?;
    store::check_no_administrator(tx.connection()).await?;
    let (admin, entry) = identity::make_administrator(&mut tx, &account, &hashed).await?;
    let id = tx.new_id::<ClinicId>();
    clinic_store::insert_first(&mut tx, id, &clinic, currency, admin).await?;
    store::insert_organisation(tx.connection(), &organisation, admin, now).await?;
    tx.commit(entry.noted_in(Audit::of(AuditAction::DirectorySetUp).by(admin).on(ResourceKind::Clinic, id))).await?;
    Ok(entry)
}

/// Parses the account of the first administrator, whose time zone is the clinic's. A wrong time zone is reported as a fault of the clinic.
fn parse_account(faults: &mut Faults, command: &SetUp) -> Option<NewAccount> {
    let mut own = Faults::default();
    let names = [command.admin_name.as_str(), &command.admin_latin_name];
    let zone = &command.clinic.time_zone;
    let account = NewAccount::parse(&mut own, names, &command.email, &command.password, zone, &command.language);
    if let Err(error) = own.check() {
        let named = error.field_errors().iter().filter(|wrong| wrong.field != "time_zone");
        faults.extend(named.map(|wrong| match wrong.field.as_str() {
            "name" => FieldError::new("admin_name", wrong.fault),
            "latin_name" => FieldError::new("admin_latin_name", wrong.fault),
            other => FieldError::new(other, wrong.fault),
        }));
    }
    account
}
