//! Private calendar addresses: a calendar program reads somebody's visits at one, without a session (ADR 48).
//!
//! Invariants
//! - The secret in an address is kept as a hash only. It is derived from the id of its row and a key of the installation, so that its owner can be shown it again.
//! - Each read asks anew whether the owner still may see the visits.
//! - A feed says when and, if its owner wants it, with which doctor and where; never why. It never names a patient.

use super::{
    notices::AppointmentBrief,
    store::calendar_feeds::{self as feeds, FeedRow, FeedWindow},
};
use crate::{
    Domain, Error, Result,
    access::{Access, Permit, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    db::{Tx, keys},
    vault::{Purpose, sha256},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::{
    errors::Code,
    ids::{CalendarFeedId, DoctorId, PatientId, UserId},
    scheduling::{AppointmentState, CalendarFeedView, FeedNames},
};

/// How many days a visit stays in the feed after it began, and a cancelled one after it was cancelled.
const DAYS_BACK: i64 = 30;
/// How many days ahead a feed shows visits.
const DAYS_AHEAD: i64 = 366;

/// Keeps the secret of a feed apart from the tokens of links, which are made with the same key.
const LABEL: &[u8] = b"calendar feed";

/// Whose visits a feed has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scheduling) enum FeedOf {
    /// Those of a patient.
    Patient(PatientId),
    /// Those of a doctor.
    Doctor(DoctorId),
}

impl FeedOf {
    /// Those that the caller's present role is about: a doctor's own, or those of the patient on whose behalf they act.
    fn caller(access: &Access) -> Result<Self> {
        let acting = access.acting()?;
        match (acting.doctor, acting.patient) {
            (Some(doctor), _) => Ok(Self::Doctor(doctor)),
            (None, Some(patient)) => Ok(Self::Patient(patient)),
            (None, None) => Err(Code::Forbidden.into()),
        }
    }

    pub(in crate::scheduling) const fn patient(self) -> Option<PatientId> {
        match self {
            Self::Patient(patient) => Some(patient),
            Self::Doctor(_) => None,
        }
    }

    pub(in crate::scheduling) const fn doctor(self) -> Option<DoctorId> {
        match self {
            Self::Patient(_) => None,
            Self::Doctor(doctor) => Some(doctor),
        }
    }
}

/// A feed whose secret somebody has shown, and whose owner may see its visits.
#[derive(Debug)]
pub struct FeedReader {
    pub(in crate::scheduling) id: CalendarFeedId,
    pub(in crate::scheduling) user: UserId,
    pub(in crate::scheduling) of: FeedOf,
    pub(in crate::scheduling) names: FeedNames,
    pub(in crate::scheduling) language: String,
    pub(in crate::scheduling) changed_at: Timestamp,
    pub(in crate::scheduling) read_at: Option<Timestamp>,
}

impl FeedReader {
    /// The feed, for a limit of its own.
    #[must_use]
    pub const fn id(&self) -> CalendarFeedId {
        self.id
    }
}

/// What a calendar program reads.
#[derive(Debug)]
pub struct CalendarFeed {
    /// What its entries are called.
    pub names: FeedNames,
    /// The owner's language tag.
    pub language: String,
    /// When it last changed: the last booking, move, confirmation or cancellation in it, the last change of the feed, or the beginning of the day, with which its
    /// window moves.
    pub modified_at: Timestamp,
    /// The visits, in order.
    pub visits: Vec<FeedVisit>,
}

/// A visit in a feed.
#[derive(Debug)]
pub struct FeedVisit {
    /// The same as in the mail about it.
    pub brief: AppointmentBrief,
    /// Its state.
    pub state: AppointmentState,
}

/// The caller's feed in their present role; none while they have not made one.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller acts neither as a doctor nor for a patient.
pub async fn calendar_feed(domain: &Domain, access: &Access) -> Result<Option<CalendarFeedView>> {
    let (of, user) = (FeedOf::caller(access)?, access.acting()?.user);
    let mut tx = domain.begin_reading("scheduling.calendar_feed", access).await?;
    let row = feeds::of_user(tx.connection(), user, of).await?;
    let view = match row {
        Some(row) => Some(view(&mut tx, row).await?),
        None => None,
    };
    tx.close().await?;
    Ok(view)
}

/// Makes the caller's feed, or changes what the entries of the one that they have are called. `names` is a word of [`FeedNames`].
///
/// # Errors
/// `request.fields_invalid` with the field `names`; those of [`calendar_feed`].
pub async fn save_calendar_feed(domain: &Domain, access: &Access, names: &str) -> Result<CalendarFeedView> {
    let names = FeedNames::parse(names).map_err(|fault| Error::field("names", fault))?;
    let (of, user) = (FeedOf::caller(access)?, access.acting()?.user);
    let mut tx = domain.begin("scheduling.save_calendar_feed", access).await?;
    let permit = tx.permit(Write, user).await?;
    let Some(row) = feeds::of_user(tx.connection(), user, of).await? else {
        let view = make(&mut tx, &permit, of, names).await?;
        tx.commit(entry(AuditAction::SchedulingCalendarMade, user, of).with("names", names.as_str())).await?;
        return Ok(view);
    };
    let old = row.names;
    if !feeds::set_names(&mut tx, &permit, row.id, names).await? {
        return Err(Error::internal("a calendar feed is gone although its account is locked"));
    }
    let view = view(&mut tx, FeedRow { names, ..row }).await?;
    let entry = entry(AuditAction::SchedulingCalendarNamesChanged, user, of);
    tx.commit(entry.with("old_names", old.as_str()).with("names", names.as_str())).await?;
    Ok(view)
}

/// Gives the caller's feed a new address; makes one without names if there is none. The former address ends at once.
///
/// # Errors
/// Those of [`calendar_feed`].
pub async fn renew_calendar_feed(domain: &Domain, access: &Access) -> Result<CalendarFeedView> {
    let (of, user) = (FeedOf::caller(access)?, access.acting()?.user);
    let mut tx = domain.begin("scheduling.renew_calendar_feed", access).await?;
    let permit = tx.permit(Write, user).await?;
    let old = feeds::of_user(tx.connection(), user, of).await?;
    if let Some(old) = &old {
        feeds::delete(&mut tx, &permit, old.id).await?;
    }
    let names = old.as_ref().map_or(FeedNames::Hidden, |old| old.names);
    let view = make(&mut tx, &permit, of, names).await?;
    let made = entry(AuditAction::SchedulingCalendarMade, user, of).with("names", names.as_str());
    tx.commit(match old {
        Some(old) => made.with_id("old_feed", old.id),
        None => made,
    })
    .await?;
    Ok(view)
}

/// Revokes the caller's feed: its address ends at once. It is no error when there is none.
///
/// # Errors
/// Those of [`calendar_feed`].
pub async fn revoke_calendar_feed(domain: &Domain, access: &Access) -> Result<()> {
    let (of, user) = (FeedOf::caller(access)?, access.acting()?.user);
    let mut tx = domain.begin("scheduling.revoke_calendar_feed", access).await?;
    let permit = tx.permit(Write, user).await?;
    let Some(row) = feeds::of_user(tx.connection(), user, of).await? else { return tx.close().await };
    feeds::delete(&mut tx, &permit, row.id).await?;
    tx.commit(entry(AuditAction::SchedulingCalendarRevoked, user, of).with_id("feed", row.id)).await
}

/// Looks up the feed of a secret, for anyone who has it. A secret has 256 random bits, so attempts need not be counted.
///
/// # Errors
/// `not_found` for an unknown or revoked secret, and when the owner may no longer see the visits.
pub async fn find_calendar_feed(domain: &Domain, access: &Access, token: &str) -> Result<FeedReader> {
    let mut tx = domain.begin_reading("scheduling.find_calendar_feed", access).await?;
    let now = tx.now();
    let found = feeds::readable(tx.connection(), &hash(token), now).await?;
    tx.close().await?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// Reads a feed. The audit log has the first read of each day, in UTC: a calendar program reads many times a day.
///
/// # Errors
/// `database.unavailable`.
pub async fn read_calendar_feed(domain: &Domain, access: &Access, feed: FeedReader) -> Result<CalendarFeed> {
    let mut tx = domain.begin("scheduling.read_calendar_feed", access).await?;
    let today = start_of_day(tx.now());
    let window = FeedWindow {
        since: today - SignedDuration::from_hours(24 * DAYS_BACK),
        until: today + SignedDuration::from_hours(24 * DAYS_AHEAD),
    };
    let rows = feeds::visits(tx.connection(), feed.of, window).await?;
    if feed.read_at.is_some_and(|at| at >= today) {
        tx.close().await?;
    } else {
        feeds::note_read(&mut tx, &feed).await?;
        let read = Audit::of(AuditAction::SchedulingCalendarRead).by(feed.user).on(ResourceKind::Account, feed.user);
        let read = read.patients(feed.of.patient().into_iter().chain(rows.iter().map(|(patient, _)| *patient)));
        tx.commit(read.with_id("feed", feed.id)).await?;
    }
    let visits: Vec<FeedVisit> = rows.into_iter().map(|(_, visit)| visit).collect();
    let revised = visits.iter().map(|visit| visit.brief.revised_at).max();
    let modified_at = revised.into_iter().fold(feed.changed_at.max(today), Timestamp::max);
    Ok(CalendarFeed { names: feed.names, language: feed.language, modified_at, visits })
}

/// The beginning of the day in UTC.
fn start_of_day(at: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(at).date();
    TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).unwrap_or(at)
}

fn entry(action: AuditAction, user: UserId, of: FeedOf) -> Audit {
    let entry = Audit::of(action).on(ResourceKind::Account, user);
    match of {
        FeedOf::Patient(patient) => entry.patient(patient).with("of", "patient"),
        FeedOf::Doctor(doctor) => entry.with_id("doctor", doctor).with("of", "doctor"),
    }
}

/// Makes a new feed with a new secret.
async fn make(tx: &mut Tx, permit: &Permit<Write, UserId>, of: FeedOf, names: FeedNames) -> Result<CalendarFeedView> {
    let id: CalendarFeedId = tx.new_id();
    let token = hex::encode(tx.domain().vault().digest(Purpose::Links, &[LABEL, id.uuid().as_bytes()]));
    feeds::insert(tx, permit, of, id, &hash(&token), names).await?;
    Ok(CalendarFeedView { token, names, made_at: tx.now(), read_at: None })
}

/// The view of a stored feed. Its secret is made again; the stored hash tells with which key.
async fn view(tx: &mut Tx, row: FeedRow) -> Result<CalendarFeedView> {
    let domain = tx.domain().clone();
    let again = || {
        let digests = domain.vault().digests(Purpose::Links, &[LABEL, row.id.uuid().as_bytes()]);
        digests.iter().map(hex::encode).find(|token| hash(token)[..] == row.token_hash[..])
    };
    let token = match again() {
        Some(token) => token,
        None => {
            // Another process may have made it with a key that is new.
            keys::learn(tx.connection(), domain.vault()).await?;
            again().ok_or_else(|| Error::internal("no key makes the secret of a calendar feed"))?
        }
    };
    Ok(CalendarFeedView { token, names: row.names, made_at: row.made_at, read_at: row.read_at })
}

fn hash(token: &str) -> [u8; 32] {
    sha256(&[token.as_bytes()])
}
