//! The sign-up of a patient: an account, the patient, and the user's access to them.

use super::store;
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::Faults,
    identity::{self, NewAccount, Origin},
};
use model::identity::{DateFields, DateOfBirth, PhoneNumber};

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
    /// Where the account is made.
    pub origin: Origin,
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
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    identity::may_ask_for_mail(domain, access, &account.email)?;
    identity::evenly(make_patient(domain, access, account, birth, phone, &command.origin)).await
}

async fn make_patient(
    domain: &Domain,
    access: &Access,
    account: NewAccount,
    birth: DateOfBirth,
    phone: PhoneNumber,
    origin: &Origin,
) -> Result<()> {
    // The password is hashed before it is known whether the address is new.
    let hash = domain.hasher().hash(account.password.as_str()).await?;
    let mut tx = domain.begin("directory.sign_up", access).await?;
    let Some(user) = identity::insert_account(&mut tx, &account, &hash, origin).await? else {
        return identity::repeated(tx, &account.email, origin.chosen).await;
    };
    let patient = store::insert_patient(&mut tx, &account.name, birth, Some(&phone), &account.time_zone).await?;
    store::grant_self(&mut tx, patient, user).await?;
    tx.commit(Audit::of(AuditAction::IdentitySignedUp).patient(patient).on(ResourceKind::Account, user)).await
}
