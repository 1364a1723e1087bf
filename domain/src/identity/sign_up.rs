//! Creating an account, and confirming its email address.

use super::{
    attempts::may_ask_for_mail,
    evenly::evenly,
    links::{self, LinkPurpose},
    names::parse_name,
    notices::Event,
    store::{self, NewUser},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::Tx,
    directory,
    error::Faults,
};
use model::{
    errors::FieldFault,
    identity::{DateFields, DateOfBirth, EmailAddress, Password, PhoneNumber, WrittenName},
    ids::{EventId, UserId},
    locale::TimeZoneName,
};

/// The sign-up form of a patient. Texts are unparsed form values; all faults are returned at once.
#[derive(Clone)]
pub struct SignUp {
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// Email address.
    pub email: String,
    /// The new password.
    pub password: String,
    /// Date of birth: day, month and year as entered in their three fields.
    pub date_of_birth: [String; 3],
    /// Phone number.
    pub phone: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Language tag.
    pub language: String,
}

/// The parts of an account that every kind of user has, parsed.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Full name, with the Latin form if it is needed.
    pub name: WrittenName,
    /// Email address.
    pub email: EmailAddress,
    /// The new password.
    pub password: Password,
    /// IANA time zone.
    pub time_zone: TimeZoneName,
    /// Language tag.
    pub language: String,
}

impl NewAccount {
    /// Parses the form values and records the faults.
    pub(crate) fn parse(
        faults: &mut Faults,
        [name, latin_name]: [&str; 2],
        email: &str,
        password: &str,
        zone: &str,
        language: &str,
    ) -> Option<Self> {
        let name = parse_name(name, latin_name).map_err(|wrong| faults.extend(wrong)).ok();
        let email = faults.take("email", EmailAddress::parse(email));
        let password = match &email {
            Some(email) => faults.take("password", Password::parse_for(password, email)),
            None => faults.take("password", Password::parse(password)),
        };
        let time_zone = faults.take("time_zone", known_zone(zone));
        Some(Self { name: name?, email: email?, password: password?, time_zone: time_zone?, language: language.to_owned() })
    }
}

/// A time zone that this server's time zone data contains.
pub(crate) fn known_zone(text: &str) -> std::result::Result<TimeZoneName, FieldFault> {
    TimeZoneName::parse_known(text, |name| jiff::tz::db().get(name).is_ok())
}

/// Creates a patient's account and mails the link that confirms its address. If the address already has an account, the answer is the same, and the
/// owner of that account gets a mail.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `email`, `password`, `date_of_birth` (or one of its `_day`, `_month`, `_year`),
/// `phone`, `time_zone`; `request.rate_limited`.
pub async fn sign_up(domain: &Domain, access: &Access, command: SignUp) -> Result<()> {
    let mut faults = Faults::default();
    let names = [command.name.as_str(), &command.latin_name];
    let account = NewAccount::parse(&mut faults, names, &command.email, &command.password, &command.time_zone, &command.language);
    let today = domain.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let [day, month, year] = &command.date_of_birth;
    let birth = DateOfBirth::from_fields(DateFields { day, month, year }, today)
        .map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("date_of_birth"))))
        .ok();
    let phone = faults.take("phone", PhoneNumber::parse(&command.phone));
    faults.check()?;
    let (Some(account), Some(birth), Some(phone)) = (account, birth, phone) else {
        return Err(crate::Error::internal("a form passed its check although a field is missing"));
    };

    may_ask_for_mail(domain, access, &account.email)?;
    evenly(make_patient(domain, access, account, birth, phone)).await
}

async fn make_patient(
    domain: &Domain,
    access: &Access,
    account: NewAccount,
    birth: DateOfBirth,
    phone: PhoneNumber,
) -> Result<()> {
    // The password is hashed before it is known whether the address is new.
    let hash = domain.hasher().hash(account.password.as_str()).await?;
    let mut tx = domain.begin("identity.sign_up", access).await?;
    let Some(user) = insert_account(&mut tx, &account, &hash).await? else { return repeated(tx, &account.email).await };
    let patient = directory::insert_patient(&mut tx, &account.name, birth, Some(&phone), &account.time_zone).await?;
    directory::grant_self(&mut tx, patient, user).await?;
    tx.commit(Audit::of(AuditAction::IdentitySignedUp).patient(patient).on(ResourceKind::Account, user)).await
}

/// Inserts user, password and consent and requests the confirmation mail; `None` when the address already has an account.
pub(crate) async fn insert_account(tx: &mut Tx, account: &NewAccount, hash: &str) -> Result<Option<UserId>> {
    let (id, now) = (tx.new_id::<UserId>(), tx.now());
    let user = NewUser {
        id,
        name: &account.name,
        email: &account.email,
        time_zone: account.time_zone.as_str(),
        language: &account.language,
    };
    if store::insert_user(tx.connection(), &user, now).await?.is_none() {
        return Ok(None);
    }
    store::set_password(tx.connection(), id, hash, now).await?;
    let (consent, version) = (tx.new_id::<EventId>().uuid(), tx.domain().settings().terms_version.clone());
    store::insert_consent(tx.connection(), consent, id, &version, now).await?;
    let link = links::create(tx, LinkPurpose::ConfirmEmail, id).await?;
    tx.emit(Event::UserSignedUp { user: id, link }).await?;
    Ok(Some(id))
}

/// Mails the owner of an address that somebody tried to sign up with it.
pub(crate) async fn repeated(mut tx: Tx, email: &EmailAddress) -> Result<()> {
    let Some(existing) = store::credentials(tx.connection(), email).await? else { return tx.close().await };
    tx.emit(Event::SignUpRepeated { user: existing.user }).await?;
    tx.commit(Audit::of(AuditAction::IdentitySignUpRepeated).on(ResourceKind::Account, existing.user)).await
}

/// Confirms an email address with the token of a mailed link.
///
/// # Errors
/// `identity.link_unknown`, `identity.link_expired`, `identity.link_used`.
pub async fn confirm_email(domain: &Domain, access: &Access, token: &str) -> Result<()> {
    let mut tx = domain.begin("identity.confirm_email", access).await?;
    let user = links::redeem(&mut tx, LinkPurpose::ConfirmEmail, token).await?;
    let now = tx.now();
    let email_key = store::confirm(tx.connection(), user, now).await?;
    tx.commit(Audit::of(AuditAction::IdentityEmailConfirmed).by(user).on(ResourceKind::Account, user)).await?;
    domain.attempts().prove(&email_key, user, access.address);
    Ok(())
}

/// Mails the confirmation link again, if there is an unconfirmed account with this address; the answer is the same if there is none.
///
/// # Errors
/// `request.fields_invalid` with the field `email`; `request.rate_limited`.
pub async fn resend_confirmation(domain: &Domain, access: &Access, email: &str) -> Result<()> {
    let email = EmailAddress::parse(email).map_err(|fault| crate::Error::field("email", fault))?;
    may_ask_for_mail(domain, access, &email)?;
    evenly(resend(domain, access, &email)).await
}

async fn resend(domain: &Domain, access: &Access, email: &EmailAddress) -> Result<()> {
    let mut tx = domain.begin("identity.resend_confirmation", access).await?;
    let found = store::credentials(tx.connection(), email).await?;
    let Some(found) = found.filter(|found| !found.confirmed && !found.suspended) else { return tx.close().await };
    let link = links::create(&mut tx, LinkPurpose::ConfirmEmail, found.user).await?;
    tx.emit(Event::UserSignedUp { user: found.user, link }).await?;
    tx.commit(Audit::of(AuditAction::IdentityConfirmationResent).on(ResourceKind::Account, found.user)).await
}
