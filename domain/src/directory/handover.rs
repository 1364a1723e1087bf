//! Handing a record over: a guardian sends a link to the young person, who takes the record over with an account of their own, and decides how long guardians may
//! still act for them (ADR 31).
//!
//! The link proves that the e-mail address is the young person's. The account must have this address, the date of birth of the record, and an unused record of its
//! own, as for a claim with a code of the clinic. Only the clinic joins two records that are in use.

use super::{
    coming_of_age,
    notices::Event,
    store::{self, claims, handovers},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Actor, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::{GuardiansAccess, HandoverOffer, HandoverWay},
    errors::{Code, FieldFault, Range},
    identity::{DateFields, EmailAddress},
    ids::{HandoverId, PatientId},
};

/// How many mails with a link the handovers of one patient send in a day.
const MOST_MAILS: i64 = 10;
/// After how many seconds it is tried again when there were more.
const WAIT_SECS: u64 = 24 * 60 * 60;
/// For how many years at most the access of the guardians stays.
const MOST_YEARS: i16 = 1;

/// Offers to hand a record over. Texts are unparsed form values.
#[derive(Clone)]
pub struct OfferHandover {
    /// The id of the young person.
    pub patient: String,
    /// The young person's own e-mail address.
    pub email: String,
}

/// Takes a record over. Texts are unparsed form values.
#[derive(Clone)]
pub struct AcceptHandover {
    /// The link's token.
    pub token: String,
    /// What happens to the guardians' access, as its word.
    pub guardians: String,
    /// The last day of their access, if it stays: day, month and year.
    pub until: [String; 3],
}

/// Offers the record of a young person to them, and mails the link to their address.
///
/// # Errors
/// `request.fields_invalid` with the fields `patient_id` (`UnknownChoice`: the caller is no guardian of theirs, or they come of age later than in 30 days) and `email`
/// (`UnknownChoice`: it is the caller's own); `directory.patient_has_account`, `directory.handover_open`; `request.rate_limited`; `access.sign_in_needed`.
pub async fn offer_handover(domain: &Domain, access: &Access, command: OfferHandover) -> Result<HandoverId> {
    let user = access.acting()?.user;
    let mut faults = Faults::default();
    let patient = faults.take("patient_id", chosen(&command.patient));
    let email = faults.take("email", EmailAddress::parse(&command.email));
    faults.check()?;
    let (Some(patient), Some(email)) = (patient, email) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let mut tx = domain.begin("directory.offer_handover", access).await?;
    let permit = tx.permit(Write, user).await?;
    store::lock_patient(&mut tx, patient).await?;
    let ward = handovers::ward(&mut tx, &permit, patient).await?;
    let ward = ward.filter(|ward| coming_of_age::is_near(ward.born, domain));
    let mails = handovers::mails_lately(&mut tx, &permit, patient).await?;
    let refused: Option<Error> = match ward {
        None => Some(Error::field("patient_id", FieldFault::UnknownChoice)),
        Some(ward) if ward.has_account => Some(Code::PatientHasAccount.into()),
        Some(ward) if ward.is_open => Some(Code::HandoverOpen.into()),
        Some(ward) if ward.guardian_key == email.key() => Some(Error::field("email", FieldFault::UnknownChoice)),
        Some(_) => too_many(mails),
    };
    if let Some(error) = refused {
        tx.close().await?;
        return Err(error);
    }
    let handover = handovers::insert(&mut tx, &permit, patient, &email).await?;
    tx.emit(Event::HandoverOffered { handover }).await?;
    tx.commit(entry(AuditAction::DirectoryHandoverOffered, patient, handover)).await?;
    Ok(handover)
}

/// Mails the link of a handover again. It then works for as long as a new one.
///
/// # Errors
/// `not_found` when it is settled, or the caller is no guardian of the patient; `request.rate_limited`; `access.sign_in_needed`.
pub async fn send_handover_again(domain: &Domain, access: &Access, handover: HandoverId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("directory.send_handover_again", access).await?;
    let permit = tx.permit(Write, user).await?;
    let Some(patient) = handovers::open(&mut tx, &permit, handover).await? else {
        tx.close().await?;
        return Err(Code::NotFound.into());
    };
    let mails = handovers::mails_lately(&mut tx, &permit, patient).await?;
    if let Some(error) = too_many(mails) {
        tx.close().await?;
        return Err(error);
    }
    handovers::renew(&mut tx, &permit, handover).await?;
    tx.emit(Event::HandoverOffered { handover }).await?;
    tx.commit(entry(AuditAction::DirectoryHandoverSent, patient, handover)).await
}

/// Withdraws a handover: its link no longer works.
///
/// # Errors
/// `not_found` when it is settled, or the caller is no guardian of the patient; `access.sign_in_needed`.
pub async fn withdraw_handover(domain: &Domain, access: &Access, handover: HandoverId) -> Result<()> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("directory.withdraw_handover", access).await?;
    let permit = tx.permit(Write, user).await?;
    let Some(patient) = handovers::open(&mut tx, &permit, handover).await? else {
        tx.close().await?;
        return Err(Code::NotFound.into());
    };
    handovers::withdraw(&mut tx, &permit, handover).await?;
    tx.commit(entry(AuditAction::DirectoryHandoverWithdrawn, patient, handover)).await
}

/// What the link of a handover offers, and what the caller can do. The name of the patient is only for the account that was meant.
///
/// # Errors
/// `identity.link_unknown`, `directory.handover_over`.
pub async fn handover_offer(domain: &Domain, access: &Access, token: &str) -> Result<HandoverOffer> {
    let mut connection = domain.pool().acquire().await?;
    let found = handovers::find(&mut connection, token, handovers::Lock::No, domain.now()).await?;
    let way = match (&access.actor, found.account) {
        (Actor::User(acting), account) if account == Some(acting.user) => HandoverWay::Accept,
        (Actor::User(_), _) => HandoverWay::Foreign,
        (Actor::Stranger | Actor::System, Some(_)) => HandoverWay::SignIn,
        (Actor::Stranger | Actor::System, None) => HandoverWay::SignUp,
    };
    let last_day = today(domain).saturating_add(MOST_YEARS.years());
    let name = (way == HandoverWay::Accept).then_some(found.name);
    Ok(HandoverOffer { email: found.email, name, way, last_day })
}

/// Takes the record over: it becomes the caller's own, and no guardian acts for the caller longer than the caller says. It acts at once, also in open sessions.
///
/// # Errors
/// `request.fields_invalid` with the fields `guardians`, `until` (or one of its `_day`, `_month`, `_year`); those of [`handover_offer`];
/// `directory.handover_foreign`, `directory.handover_record`; `access.sign_in_needed`.
pub async fn accept_handover(domain: &Domain, access: &Access, command: AcceptHandover) -> Result<()> {
    let user = access.acting()?.user;
    let mut faults = Faults::default();
    let guardians = faults.take("guardians", chosen_access(&command.guardians));
    let last_day = match guardians {
        Some(GuardiansAccess::Stays) => last_day(&mut faults, &command.until, today(domain)),
        Some(GuardiansAccess::Ends) | None => None,
    };
    faults.check()?;

    let mut tx = domain.begin("directory.accept_handover", access).await?;
    let permit = tx.permit(Write, user).await?;
    let now = tx.now();
    let found = handovers::find(tx.connection(), &command.token, handovers::Lock::Yes, now).await;
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            tx.close().await?;
            return Err(error);
        }
    };
    let own = claims::own_record(&mut tx, &permit).await?.map(|own| own.patient);
    let mut locked: Vec<PatientId> = own.into_iter().chain([found.patient]).collect();
    locked.sort();
    for patient in locked {
        store::lock_patient(&mut tx, patient).await?;
    }
    // A visit that was being booked for the caller held the row, so it counts now.
    let own = claims::own_record(&mut tx, &permit).await?;
    let own = own.filter(|own| own.born == found.born && !own.used && own.patient != found.patient);
    let until = last_day.map(|day| end_of(day, &found.zone)).transpose()?;
    let refused: Option<Error> = if found.account != Some(user) {
        Some(Code::HandoverForeign.into())
    } else if own.is_none() {
        Some(Code::HandoverRecord.into())
    } else {
        // The day may be over already where the patient lives.
        until.filter(|until| *until <= now).map(|_| Error::field("until", FieldFault::NotFuture))
    };
    if let Some(error) = refused {
        tx.close().await?;
        return Err(error);
    }
    let own = own.ok_or_else(|| Error::internal("a record that was found is missing"))?;
    claims::take_as_own(&mut tx, &permit, found.patient, own.patient).await?;
    let changed = handovers::settle(&mut tx, &permit, (found.id, found.patient), until).await?;
    for user in changed.into_iter().chain([user]) {
        tx.rights_change_after_commit(user);
    }
    tx.emit(Event::HandedOver { handover: found.id }).await?;
    let word = until.map_or(GuardiansAccess::Ends, |_| GuardiansAccess::Stays).as_str();
    let entry = entry(AuditAction::DirectoryHandoverAccepted, found.patient, found.id).with("guardians", word);
    tx.commit(until.into_iter().fold(entry, |entry, until| entry.with("until", until))).await
}

fn entry(action: AuditAction, patient: PatientId, handover: HandoverId) -> Audit {
    Audit::of(action).patient(patient).on(ResourceKind::Patient, patient).with_id("handover", handover)
}

fn chosen(text: &str) -> Result<PatientId, FieldFault> {
    if text.is_empty() { Err(FieldFault::Missing) } else { text.parse().map_err(|_| FieldFault::UnknownChoice) }
}

fn chosen_access(text: &str) -> Result<GuardiansAccess, FieldFault> {
    if text.is_empty() { Err(FieldFault::Missing) } else { GuardiansAccess::parse(text) }
}

/// The error when the handovers of a patient have sent as many mails as they may.
fn too_many(mails: i64) -> Option<Error> {
    (mails >= MOST_MAILS).then(|| Error::new(Code::RateLimited).retry_after(WAIT_SECS))
}

/// The last day on which guardians act: from today on, and at most a year ahead.
fn last_day(faults: &mut Faults, [day, month, year]: &[String; 3], today: Date) -> Option<Date> {
    let parsed = DateFields { day, month, year }.parse();
    let date = parsed.map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("until")))).ok()?;
    let last = today.saturating_add(MOST_YEARS.years());
    let possible = Range::dates(today, last);
    if date < today {
        faults.add("until", FieldFault::TooSmall(possible));
        return None;
    }
    if date > last {
        faults.add("until", FieldFault::TooLarge(possible));
        return None;
    }
    Some(date)
}

/// The instant at which a day is over.
fn end_of(day: Date, zone: &TimeZone) -> Result<Timestamp> {
    let next = day.saturating_add(1.day()).to_zoned(zone.clone()).map_err(Error::internal)?;
    Ok(next.timestamp())
}

fn today(domain: &Domain) -> Date {
    domain.now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn guardians_keep_their_access_for_a_year_at_most() {
        let today = date(2026, 11, 24);
        let chosen = |typed: [&str; 3]| {
            let mut faults = Faults::default();
            (last_day(&mut faults, &typed.map(str::to_owned), today), faults.check().is_ok())
        };
        assert_eq!(chosen(["24", "11", "2026"]), (Some(today), true));
        assert_eq!(chosen(["24", "11", "2027"]), (Some(date(2027, 11, 24)), true));
        assert_eq!(chosen(["25", "11", "2027"]), (None, false));
        assert_eq!(chosen(["23", "11", "2026"]), (None, false));
        assert_eq!(chosen(["", "", ""]), (None, false));
    }

    #[test]
    fn a_day_ends_where_the_patient_lives() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let end = end_of(date(2026, 11, 24), &zone).expect("an instant");
        assert_eq!(end.to_string(), "2026-11-24T23:00:00Z");
    }
}
