//! Ratings: a patient rates a visit that they have had, the doctor answers once, an administrator hides abuse. Everybody reads them once there are enough. They
//! do not change the order of the search.

use super::store::ratings::{self, Listing};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Decide, Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{DoctorId, EncounterId, RatingId},
    page::{PAGE_SIZE, Page},
    visits::ratings::{
        DoctorRatings, OwnRating, RATING_CHANGED_WITHIN_DAYS, RATINGS_SHOWN_FROM, RatingView, Stars, rating_answer, rating_words,
    },
};

/// The rating of a visit, whether it exists or not.
#[derive(Debug, Clone, Copy)]
pub struct RatingOf(pub EncounterId);

/// A patient's rating of a visit. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct RateVisit {
    /// The visit.
    pub encounter: EncounterId,
    /// The number of stars.
    pub stars: String,
    /// The words; may be empty.
    pub words: String,
    /// The version of the rating that was seen; 0 when there was none.
    pub version: i32,
}

/// A doctor's answer.
#[derive(Debug, Clone)]
pub struct AnswerRating {
    /// The rating.
    pub rating: RatingId,
    /// The answer.
    pub answer: String,
}

/// Hides a rating.
#[derive(Debug, Clone)]
pub struct HideRating {
    /// The rating.
    pub rating: RatingId,
    /// Why. The doctor and administrators read it.
    pub reason: String,
    /// The version of the rating that was seen.
    pub version: i32,
}

/// What the patient of a visit has said about it.
///
/// # Errors
/// `not_found` for callers who are not its patient; `access.forbidden` for its doctor.
pub async fn own_rating(domain: &Domain, access: &Access, encounter: EncounterId) -> Result<OwnRating> {
    access.acting_patient()?;
    let mut tx = domain.begin_reading("visits.own_rating", access).await?;
    let permit = tx.permit(Read, RatingOf(encounter)).await?;
    let held = ratings::held(&mut tx, &permit).await?;
    let rating = ratings::of_visit(&mut tx, &permit).await?;
    let now = tx.now();
    tx.close().await?;
    let until = held.ended_at.and_then(|ended| last_moment(rating.as_ref().map_or(ended, |rating| rating.rated_at)));
    // A rating can be written at any time after the visit, and changed for two weeks.
    let may_rate = held.ended_at.is_some() && (rating.is_none() || until.is_some_and(|until| now <= until));
    let until = until.filter(|_| may_rate && rating.is_some());
    Ok(OwnRating { encounter, doctor_name: held.doctor_name, rating, until, may_rate })
}

/// Rates a visit that was held, or changes the rating within two weeks.
///
/// # Errors
/// `request.fields_invalid` with the fields `stars` and `words`; `visits.not_held` for a visit that has not ended or did not take place; `visits.rating_settled` when
/// it can no longer be changed; `request.stale`; `not_found`, `access.forbidden`.
pub async fn rate_visit(domain: &Domain, access: &Access, command: RateVisit) -> Result<()> {
    access.acting_patient()?;
    let mut faults = Faults::default();
    let stars = faults.take("stars", Stars::parse(&command.stars));
    let words = faults.take("words", rating_words(&command.words));
    let mut tx = domain.begin("visits.rate", access).await?;
    let permit = tx.permit(Create, RatingOf(command.encounter)).await?;
    faults.check()?;
    let (Some(stars), Some(words)) = (stars, words) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    if ratings::held(&mut tx, &permit).await?.ended_at.is_none() {
        return Err(Code::VisitNotHeld.into());
    }
    let entry = Audit::of(AuditAction::VisitsRated).patient(permit.patient()?).on(ResourceKind::Rating, command.encounter);
    let entry = match ratings::of_visit(&mut tx, &permit).await? {
        None if command.version == 0 => {
            ratings::insert(&mut tx, &permit, stars, &words).await?;
            entry
        }
        Some(before) if before.version == command.version => {
            let now = tx.now();
            if last_moment(before.rated_at).is_none_or(|until| now > until) {
                return Err(Code::RatingSettled.into());
            }
            ratings::change(&mut tx, &permit, stars, &words, command.version).await?;
            entry.with("stars_before", i64::from(before.stars))
        }
        None | Some(_) => return Err(Code::Stale.into()),
    };
    tx.commit(entry.with("stars", i64::from(stars.number()))).await
}

/// Answers a rating, once, as the doctor of its visit.
///
/// # Errors
/// `request.fields_invalid` with the field `answer`; `visits.rating_answered`; `not_found`; `access.forbidden`.
pub async fn answer_rating(domain: &Domain, access: &Access, command: AnswerRating) -> Result<()> {
    access.acting()?;
    let answer = rating_answer(&command.answer);
    let mut tx = domain.begin("visits.answer_rating", access).await?;
    let permit = tx.permit(Write, command.rating).await?;
    let answer = answer.map_err(|fault| Error::field("answer", fault))?;
    ratings::answer(&mut tx, &permit, &answer).await?;
    tx.commit(Audit::of(AuditAction::VisitsRatingAnswered).on(ResourceKind::Rating, command.rating)).await
}

/// Hides a rating, as an administrator. It is no longer counted.
///
/// # Errors
/// `request.fields_invalid` with the field `reason`; `request.stale` when it was changed or hidden in the meantime; `not_found`; `access.forbidden`.
pub async fn hide_rating(domain: &Domain, access: &Access, command: HideRating) -> Result<()> {
    let by = access.acting()?.user;
    let reason = rating_answer(&command.reason);
    let mut tx = domain.begin("visits.hide_rating", access).await?;
    let permit = tx.permit(Decide, command.rating).await?;
    let reason = reason.map_err(|fault| Error::field("reason", fault))?;
    ratings::hide(&mut tx, &permit, &reason, by, command.version).await?;
    tx.commit(Audit::of(AuditAction::VisitsRatingHidden).on(ResourceKind::Rating, command.rating)).await
}

/// What everybody reads about a doctor: nothing while there are fewer than five ratings that are not hidden. `after` is the cursor of the previous page.
///
/// # Errors
/// `database.unavailable`.
pub async fn doctor_ratings(domain: &Domain, doctor: DoctorId, after: Option<RatingId>) -> Result<DoctorRatings> {
    let mut connection = domain.pool().acquire().await?;
    let (count, stars) = ratings::count(&mut connection, doctor).await?;
    if count < RATINGS_SHOWN_FROM {
        return Ok(DoctorRatings { doctor, count: 0, average_tenths: 0, page: Page { items: Vec::new(), next_cursor: None } });
    }
    let limit = i64::from(PAGE_SIZE) + 1;
    let listing = Listing { doctor: Some(doctor), clinic: None, hidden: false, after, limit };
    let rows = ratings::list(&mut connection, &listing).await?;
    let page = Page::cut(rows, PAGE_SIZE, |rating| rating.id.to_string());
    // Rounded to the nearest tenth.
    Ok(DoctorRatings { doctor, count, average_tenths: (stars * 20 + count) / (count * 2), page })
}

/// The ratings that the caller may list, newest first: a doctor's own, or for an administrator those of the clinic. Hidden ones are among them. `after` is the
/// cursor of the previous page.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for other callers.
pub async fn ratings(domain: &Domain, access: &Access, after: Option<RatingId>) -> Result<Page<RatingView>> {
    let scope = access.scope(ResourceKind::Rating)?;
    let mut tx = domain.begin_reading("visits.ratings", access).await?;
    let limit = i64::from(PAGE_SIZE) + 1;
    let listing = Listing { doctor: scope.doctor, clinic: scope.clinic, hidden: true, after, limit };
    let rows = ratings::list(tx.connection(), &listing).await?;
    let page = Page::cut(rows, PAGE_SIZE, |rating| rating.id.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    tx.commit(Audit::of(AuditAction::VisitsRatingsListed).with("shown", shown)).await?;
    Ok(page)
}

/// The last moment at which a rating of this moment can be changed.
fn last_moment(rated_at: Timestamp) -> Option<Timestamp> {
    rated_at.checked_add(SignedDuration::from_hours(24 * RATING_CHANGED_WITHIN_DAYS)).ok()
}
