//! The sign-up of a patient. The account, the patient and the user's access to them are made when the address is confirmed ([`super::confirm_email`]).

use super::confirm::NewPerson;
use crate::{
    Domain, Error, Result,
    access::Access,
    error::Faults,
    identity::{self, NewAccount, Origin},
};
use jiff::Timestamp;
use model::{
    errors::FieldError,
    identity::{DateFields, DateOfBirth},
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
    /// Where the account is made.
    pub origin: Origin,
}

/// Keeps a patient's sign-up and mails the link that confirms its address and makes the account. If the address already has an account, the answer is
/// the same, and the owner of that account gets a mail.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `email`, `password`, `date_of_birth` (or one of its `_day`, `_month`, `_year`),
/// `phone`, `time_zone`; `request.rate_limited`.
pub async fn sign_up(domain: &Domain, access: &Access, command: SignUp) -> Result<()> {
    let mut faults = Faults::default();
    let names = [command.name.as_str(), &command.latin_name];
    let account = NewAccount::parse(&mut faults, names, &command.email, &command.password, &command.time_zone, &command.language);
    let birth = birth(&command.date_of_birth, domain.now()).map_err(|wrong| faults.extend(wrong)).ok();
    let phone = faults.take("phone", identity::phone_number(&command.phone));
    faults.check()?;
    let (Some(account), Some(_), Some(_)) = (account, birth, phone) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    identity::may_ask_for_mail(domain, access, &account.email)?;
    identity::refuse_leaked(domain, &account.password).await?;
    let person = NewPerson::Patient { date_of_birth: command.date_of_birth, phone: command.phone };
    identity::evenly(keep(domain, access, account, person, &command.origin)).await
}

/// Keeps a sign-up until its address is confirmed.
pub(super) async fn keep(
    domain: &Domain,
    access: &Access,
    account: NewAccount,
    person: NewPerson,
    origin: &Origin,
) -> Result<()> {
    // The password is hashed before it is known whether the address is new.
    let hash = domain.hasher().hash(account.password.as_str()).await?;
    let tx = domain.begin("directory.sign_up", access).await?;
    identity::keep_sign_up(tx, &account, &hash, origin, person).await
}

/// Parses a date of birth; the faults have the field `date_of_birth`, or one of its parts.
pub(super) fn birth([day, month, year]: &[String; 3], now: Timestamp) -> Result<DateOfBirth, Vec<FieldError>> {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    DateOfBirth::from_fields(DateFields { day, month, year }, today)
        .map_err(|wrong| wrong.into_iter().map(|fault| fault.under("date_of_birth")).collect())
}
