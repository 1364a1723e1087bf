//! Finding a doctor. Public, whether the caller is signed in or not.

use super::{
    days::known,
    store::{self, doctors::Filter},
    timetable::{ClinicTimes, DoctorTimes},
};
use crate::{Domain, Result, access::Access, db::Tx, directory, text::NameQuery};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    ids::DoctorId,
    page::{Page, page_size},
    scheduling::{
        TimeRange,
        views::{DoctorCard, OpenTime, SpecialtyView},
    },
};

/// How many doctors are checked at a time when a day is given.
const BATCH: u32 = 50;
/// Longer names are cut to this many characters.
const LONGEST_NAME: usize = 100;

/// A search for doctors.
#[derive(Debug, Clone, Default)]
pub struct DoctorSearch {
    /// The slug of a specialty.
    pub specialty: Option<String>,
    /// Part of a name; accents do not matter, and small typing errors are tolerated.
    pub name: Option<String>,
    /// Only doctors who have a free time on this day in `zone`.
    pub day: Option<Date>,
    /// The reader's IANA time zone; `None` when it is not known, and a day is a day at the clinic.
    pub zone: Option<String>,
    /// The last doctor of the previous page.
    pub after: Option<DoctorId>,
    /// How many; `None` for the usual number.
    pub limit: Option<u32>,
}

/// The bookable doctors that match, by name. Doctors who are not verified, are suspended or have no valid licence are never among them.
///
/// # Errors
/// `request.fields_invalid` with the field `zone`.
pub async fn find_doctors(domain: &Domain, access: &Access, search: DoctorSearch) -> Result<Page<DoctorCard>> {
    let zone = search.zone.as_deref().map(known).transpose()?;
    let size = page_size(search.limit);
    let name: Option<String> =
        search.name.map(|name| name.chars().take(LONGEST_NAME).collect()).filter(|name: &String| !name.trim().is_empty());
    let query = name.as_deref().and_then(NameQuery::new);
    if name.is_some() && query.is_none() {
        // No name consists only of punctuation or of invisible characters.
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let specialty = search.specialty.filter(|slug| !slug.is_empty());
    let mut filter = Filter { specialty: specialty.as_deref(), name: query.as_ref(), after: search.after };
    let mut tx = domain.begin_reading("scheduling.find_doctors", access).await?;
    let found = match search.day {
        None => {
            let ids = find(&mut tx, &filter, size + 1).await?;
            first_times(&mut tx, &ids, None).await?
        }
        Some(date) => {
            let day = Day { date, zone };
            let mut found = Vec::new();
            loop {
                let ids = find(&mut tx, &filter, BATCH).await?;
                filter.after = ids.last().copied();
                let is_last = ids.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
                let times = first_times(&mut tx, &ids, Some(&day)).await?;
                found.extend(times.into_iter().filter(|(_, time)| time.is_some()));
                if is_last || found.len() > usize::try_from(size).unwrap_or(usize::MAX) {
                    break;
                }
            }
            found
        }
    };
    let page = Page::cut(found, size, |(id, _)| id.to_string());
    let cards = cards(&mut tx, &page.items).await?;
    tx.close().await?;
    Ok(page.with(cards))
}

/// All specialties, by name.
///
/// # Errors
/// `database.unavailable`.
pub async fn specialties(domain: &Domain, access: &Access) -> Result<Vec<SpecialtyView>> {
    let mut tx = domain.begin_reading("scheduling.specialties", access).await?;
    let found = directory::specialty_choices(tx.connection()).await?;
    tx.close().await?;
    Ok(found.into_iter().map(|specialty| SpecialtyView { slug: specialty.slug, name: specialty.name }).collect())
}

async fn find(tx: &mut Tx, filter: &Filter<'_>, limit: u32) -> Result<Vec<DoctorId>> {
    let today = store::today(tx.now());
    store::doctors::find(tx.connection(), filter, today, limit).await
}

type FirstTime = (DoctorId, Option<OpenTime>);

/// A day that a search names.
struct Day {
    date: Date,
    /// `None` for the zone of each clinic.
    zone: Option<TimeZone>,
}

impl Day {
    /// The doctor's first open time on this day. A day that the time zone skipped has none.
    fn first_of(&self, times: &DoctorTimes, now: Timestamp) -> Option<OpenTime> {
        let on_day = |zone: &TimeZone| TimeRange::of_days(self.date, self.date, zone).map(|range| times.open(range, now));
        match &self.zone {
            Some(zone) => on_day(zone)?.into_iter().next(),
            None => {
                let of_clinic = |part: &ClinicTimes| on_day(&part.zone)?.into_iter().find(|time| time.clinic == part.clinic);
                times.clinics.iter().filter_map(of_clinic).min_by_key(|time| (time.start, time.clinic))
            }
        }
    }
}

/// The first free time of each doctor, on a day or at all.
async fn first_times(tx: &mut Tx, ids: &[DoctorId], day: Option<&Day>) -> Result<Vec<FirstTime>> {
    let now: Timestamp = tx.now();
    let times = store::times::load(tx.connection(), ids, now, None).await?;
    let first = |id: &DoctorId| {
        let times = times.get(id)?;
        match day {
            Some(day) => day.first_of(times, now),
            None => times.next_open(now),
        }
    };
    Ok(ids.iter().map(|id| (*id, first(id))).collect())
}

async fn cards(tx: &mut Tx, found: &[FirstTime]) -> Result<Vec<DoctorCard>> {
    let ids: Vec<DoctorId> = found.iter().map(|(id, _)| *id).collect();
    let today = store::today(tx.now());
    let mut doctors = store::doctors::load(tx.connection(), &ids, today).await?;
    Ok(found
        .iter()
        .filter_map(|(id, next_free)| {
            let doctor = doctors.remove(id)?;
            Some(DoctorCard {
                doctor: doctor.brief,
                languages: doctor.languages,
                clinics: doctor.clinics,
                fee: doctor.fee,
                next_free: *next_free,
            })
        })
        .collect())
}
