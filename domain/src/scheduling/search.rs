//! Finding a doctor. Public, whether the caller is signed in or not.
//!
//! The doctors who are free soonest come first. One statement reads all who match, with the first free time of each as it is stored ([`super::first_times`]):
//! ten thousand short rows at most. Only the doctors of the page are loaded whole, and the times that are shown of them are computed. A search for a day must
//! compute this day for all whose first free time is before its end, in batches; the others are left out unread.

use super::{
    days::known,
    first_times::renew_first_times,
    lay_words,
    store::{
        self,
        doctors::{Candidate, Filter},
    },
    timetable::DoctorTimes,
};
use crate::{
    Domain, Error, Result,
    access::Access,
    db::Tx,
    directory,
    text::{Mention, NameQuery, TypedWords},
};
use jiff::{
    Timestamp, ToSpan,
    civil::Date,
    tz::{TimeZone, offset},
};
use model::{
    directory::SpecialtyChoice,
    errors::{FieldFault, Range},
    ids::{ClinicId, DoctorId},
    page::{Page, page_size},
    scheduling::{
        DoctorCursor, Reach, TimeRange, VisitMode,
        views::{ClinicBrief, DoctorCard, DoctorList, OpenTime, SearchChoices, SpecialtyView, TIMES_OFFERED},
    },
};

/// How many doctors are checked at a time when a day is given.
const BATCH: usize = 500;
/// How many doctors are checked at all. With more candidates, those who are free latest are left out.
const MOST_CHECKED: usize = 10_000;
/// The last day that can be searched, in days from today. No doctor is booked further ahead.
const LAST_DAY: i32 = 366;
/// Longer names are cut to this many characters.
const LONGEST_NAME: usize = 100;
/// How similar a name must be when no name is more similar. `hofman` and `Hoffmann` have 0.56; 0.6 is usual.
const FAINT_SIMILARITY: f32 = 0.5;

/// A search for doctors.
#[derive(Debug, Clone, Default)]
pub struct DoctorSearch {
    /// The slug of a specialty.
    pub specialty: Option<String>,
    /// Part of a name; accents do not matter, and small typing errors are tolerated. Or what a patient says: `headache`, `skin rash`.
    pub name: Option<String>,
    /// Only doctors who speak this language: its tag.
    pub language: Option<String>,
    /// Only doctors who have hours at this clinic.
    pub clinic: Option<ClinicId>,
    /// Only doctors who can be met in this way.
    pub mode: Option<VisitMode>,
    /// Only doctors who have a free time on this day in `zone`.
    pub day: Option<Date>,
    /// The reader's IANA time zone; `None` when it is not known, and a day is a day at the clinic.
    pub zone: Option<String>,
    /// The reader's country, as an ISO 3166-1 alpha-2 code; `None` when it is not known.
    pub country: Option<String>,
    /// Whether doctors are found whom nobody in `country` can meet.
    pub reach: Reach,
    /// Where the previous page ended.
    pub after: Option<DoctorCursor>,
    /// How many; `None` for the usual number.
    pub limit: Option<u32>,
}

/// The bookable doctors that match: those who are free soonest first, those without a free time last, and among equals by name. Doctors who are not verified,
/// are suspended, or have no valid licence or no fee are never among them.
///
/// A doctor can be met in a country if they have hours at a clinic that is in it: that clinic's doctors are licensed there, and its fees are in the
/// country's currency. Doctors abroad are only counted, unless `reach` is [`Reach::Anywhere`]. If no clinic at all is in the reader's country, the country
/// leaves nobody out.
///
/// A text is looked for among the names, and then among the words that patients say (`lay_words`). A whole word of theirs comes before parts of names, or
/// `eye` would find everybody called Meyer; but a doctor whose name has this very word is found too.
///
/// Pages: a doctor whose first free time changes between two pages may be on both, if it moves back, or on none, if it moves up. All others are on one.
///
/// # Errors
/// `request.fields_invalid` with the field `zone`, or `day` for a day that is over or more than a year ahead.
pub async fn find_doctors(domain: &Domain, access: &Access, search: DoctorSearch) -> Result<DoctorList> {
    let zone = search.zone.as_deref().map(known).transpose()?;
    let day = search.day.map(|date| Day { date, zone });
    if let Some(day) = &day {
        day.check(domain.now())?;
    }
    let size = page_size(search.limit);
    renew_first_times(domain).await?;
    let mut tx = domain.begin_reading("scheduling.find_doctors", access).await?;
    let mut country = search.country;
    if let Some(code) = &country
        && !store::doctors::clinic_in(tx.connection(), code).await?
    {
        country = None;
    }
    let filter = Filter {
        specialty: search.specialty.as_deref().filter(|slug| !slug.is_empty()),
        language: search.language.as_deref().filter(|tag| !tag.is_empty()),
        clinic: search.clinic,
        mode: search.mode,
        free_before: day.as_ref().map(Day::latest_end),
        country: country.as_deref(),
        ..Filter::default()
    };
    let name: Option<String> = search.name.map(|name| name.chars().take(LONGEST_NAME).collect());
    let (mut found, meant) = match name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => worded(&mut tx, filter, name).await?,
        None => (find(&mut tx, &filter).await?, Vec::new()),
    };
    // The cursor's doctor may be busy by now, but keeps the place among the names.
    let passed = search.after.map(|after| {
        let rank = found.iter().find(|candidate| candidate.doctor == after.doctor).map_or(0, |candidate| candidate.rank + 1);
        place(after.first, rank)
    });
    if let Some(day) = &day {
        free_on(&mut tx, &mut found, day, search.mode).await?;
    }
    let abroad = count(found.iter().filter(|candidate| !candidate.in_country));
    if search.reach == Reach::InCountry {
        found.retain(|candidate| candidate.in_country);
    }
    let total = count(found.iter());
    found.sort_by_key(|candidate| place(candidate.first, candidate.rank));
    found.retain(|candidate| passed.is_none_or(|passed| passed <= place(candidate.first, candidate.rank)));
    found.truncate(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1));
    let page = Page::cut(found, size, |last| DoctorCursor { first: last.first, doctor: last.doctor }.to_string());
    let cards = cards(&mut tx, &page.items, day.as_ref(), search.mode).await?;
    tx.close().await?;
    Ok(DoctorList { page: page.with(cards), total, abroad, meant })
}

/// What the search can be narrowed by.
///
/// # Errors
/// `database.unavailable`.
pub async fn search_choices(domain: &Domain, access: &Access) -> Result<SearchChoices> {
    let mut tx = domain.begin_reading("scheduling.search_choices", access).await?;
    let specialties = directory::specialty_choices(tx.connection()).await?;
    let languages = store::doctors::languages(tx.connection()).await?;
    let clinics = store::doctors::clinics_with_hours(tx.connection()).await?;
    let mut clinics: Vec<ClinicBrief> = store::doctors::clinics(tx.connection(), &clinics).await?.into_values().collect();
    let modes = store::visit_types::mode_counts(tx.connection()).await?;
    tx.close().await?;
    clinics.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(SearchChoices { specialties: specialties.into_iter().map(view).collect(), languages, clinics, modes })
}

/// The specialties that are offered, by name.
///
/// # Errors
/// `database.unavailable`.
pub async fn specialties(domain: &Domain, access: &Access) -> Result<Vec<SpecialtyView>> {
    let mut tx = domain.begin_reading("scheduling.specialties", access).await?;
    let found = directory::specialty_choices(tx.connection()).await?;
    tx.close().await?;
    Ok(found.into_iter().map(view).collect())
}

fn view(SpecialtyChoice { slug, name }: SpecialtyChoice) -> SpecialtyView {
    SpecialtyView { slug, name }
}

async fn find(tx: &mut Tx, filter: &Filter<'_>) -> Result<Vec<Candidate>> {
    let today = store::today(tx.now());
    store::doctors::find(tx.connection(), filter, today).await
}

/// The doctors who match a filter and a text, and the specialties for which the text was taken; none if it was taken for a name.
async fn worded(tx: &mut Tx, filter: Filter<'_>, text: &str) -> Result<(Vec<Candidate>, Vec<SpecialtyView>)> {
    let Some(query) = NameQuery::new(text) else {
        // Neither names nor words consist only of punctuation or of invisible characters.
        return Ok((Vec::new(), Vec::new()));
    };
    let known = directory::specialty_choices(tx.connection()).await?;
    let typed = TypedWords::new(text);
    let meaning = lay_words::meaning(&typed, &known);
    // `rose child` is rather the name of somebody than a complaint, if there is somebody of that name.
    let as_name = match meaning.as_ref().map(|meaning| meaning.mention) {
        None | Some(Mention::Beginning) => Some(Filter { name: Some(&query), ..filter.clone() }),
        Some(Mention::Whole) if typed.count() > 1 => Some(Filter { words: Some(&query), ..filter.clone() }),
        Some(Mention::Whole) => None,
    };
    if let Some(as_name) = as_name {
        let found = find(tx, &as_name).await?;
        if !found.is_empty() {
            return Ok((found, Vec::new()));
        }
    }
    let Some(meaning) = meaning else {
        let similar = Filter { name: Some(&query), similarity: Some(FAINT_SIMILARITY), ..filter };
        return Ok((find(tx, &similar).await?, Vec::new()));
    };
    let slugs: Vec<String> = meaning.specialties.iter().map(|choice| choice.slug.clone()).collect();
    let found = find(tx, &Filter { specialties: &slugs, words: Some(&query), ..filter }).await?;
    Ok((found, meaning.specialties.into_iter().cloned().map(view).collect()))
}

/// The place in the order of the list: by the first free time, without one last, then by name.
type Place = (bool, Option<Timestamp>, usize);

const fn place(first: Option<Timestamp>, rank: usize) -> Place {
    (first.is_none(), first, rank)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// A day that a search names.
struct Day {
    date: Date,
    /// `None` for the zone of each clinic.
    zone: Option<TimeZone>,
}

impl Day {
    /// Checks that somebody may be free on this day. For other days, all doctors would be checked in vain.
    fn check(&self, now: Timestamp) -> Result<()> {
        let today = |hours| {
            let zone = self.zone.clone().unwrap_or_else(|| TimeZone::fixed(offset(hours)));
            now.to_zoned(zone).date()
        };
        // Without a zone, it is a day at the clinic, wherever that is.
        let (first, last) = (today(-12), today(14).saturating_add(LAST_DAY.days()));
        let range = Range::dates(first, last);
        match self.date {
            date if date < first => Err(Error::field("day", FieldFault::TooSmall(range))),
            date if date > last => Err(Error::field("day", FieldFault::TooLarge(range))),
            _ => Ok(()),
        }
    }

    /// When the day begins in the easternmost zone, UTC+14.
    fn earliest_begin(&self) -> Timestamp {
        let morning = self.date.saturating_sub(1.day()).at(10, 0, 0, 0);
        TimeZone::UTC.to_timestamp(morning).unwrap_or(Timestamp::MIN)
    }

    /// When the day ends in the westernmost zone, UTC-12.
    fn latest_end(&self) -> Timestamp {
        let noon = self.date.saturating_add(1.day()).at(12, 0, 0, 0);
        TimeZone::UTC.to_timestamp(noon).unwrap_or(Timestamp::MAX)
    }

    /// The doctor's open times that begin on this day, in order. A day that the time zone skipped has none.
    fn times_of(&self, times: &DoctorTimes, now: Timestamp) -> Vec<OpenTime> {
        let on_day = |zone: &TimeZone| {
            TimeRange::of_days(self.date, self.date, zone).map(|range| times.open(range, now)).unwrap_or_default()
        };
        let Some(zone) = &self.zone else {
            let mut found = Vec::new();
            for part in &times.clinics {
                found.extend(on_day(&part.zone).into_iter().filter(|time| time.clinic == part.clinic));
            }
            found.sort_by_key(|time| (time.start, time.clinic));
            return found;
        };
        on_day(zone)
    }
}

/// Keeps the doctors who have a free time on a day for a visit of a mode, if one is given; their first time becomes the one on that day.
async fn free_on(tx: &mut Tx, found: &mut Vec<Candidate>, day: &Day, mode: Option<VisitMode>) -> Result<()> {
    let now = tx.now();
    let mut free = Vec::new();
    // A visit that begins before midnight may end after it, with its buffer.
    let since = day.earliest_begin().checked_sub(12.hours()).unwrap_or(Timestamp::MIN).max(now);
    let until = day.latest_end().checked_add(12.hours()).unwrap_or(Timestamp::MAX).max(since);
    if found.len() > MOST_CHECKED {
        found.sort_by_key(|candidate| place(candidate.first, candidate.rank));
        found.truncate(MOST_CHECKED);
    }
    for some in found.chunks(BATCH) {
        let ids: Vec<DoctorId> = some.iter().map(|candidate| candidate.doctor).collect();
        let mut times = store::times::load_within(tx.connection(), &ids, now, Some((since, until)), None).await?;
        free.extend(some.iter().filter_map(|candidate| {
            let times = times.get_mut(&candidate.doctor)?;
            times.meet_by(mode)?;
            let first = day.times_of(times, now).first()?.start;
            Some(Candidate { first: Some(first), ..*candidate })
        }));
    }
    *found = free;
    Ok(())
}

/// The doctors of a page, with their next free times, or with the first ones of a day. The times and the fee are those of the first visit type of a mode, if one
/// is given.
async fn cards(tx: &mut Tx, found: &[Candidate], day: Option<&Day>, mode: Option<VisitMode>) -> Result<Vec<DoctorCard>> {
    let now = tx.now();
    let ids: Vec<DoctorId> = found.iter().map(|candidate| candidate.doctor).collect();
    let mut doctors = store::doctors::load(tx.connection(), &ids, store::today(now)).await?;
    let mut times = store::times::load(tx.connection(), &ids, now, None).await?;
    let next = |times: &DoctorTimes| {
        let Some(day) = day else { return times.next_open_times(now, TIMES_OFFERED) };
        let mut on_day = day.times_of(times, now);
        on_day.dedup_by_key(|time| time.start);
        on_day.truncate(TIMES_OFFERED);
        on_day
    };
    Ok(ids
        .iter()
        .filter_map(|id| {
            let doctor = doctors.remove(id)?;
            let times = times.get_mut(id)?;
            let offered = times.meet_by(mode)?;
            let is_first = times.types.first().is_some_and(|first| first.id == offered.id);
            let mut modes: Vec<VisitMode> = Vec::new();
            for offered in &times.types {
                if !modes.contains(&offered.mode) {
                    modes.push(offered.mode);
                }
            }
            Some(DoctorCard {
                doctor: doctor.brief,
                languages: doctor.languages,
                clinics: doctor.clinics,
                fee: offered.fee?,
                modes,
                visit_type: (!is_first).then_some(offered.id),
                next_free: next(times),
            })
        })
        .collect())
}
