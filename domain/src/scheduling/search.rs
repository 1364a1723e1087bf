//! Finding a doctor. Public, whether the caller is signed in or not.
//!
//! The doctors who are free soonest come first. One statement reads all who match, with the first free time of each as it is stored ([`super::first_times`]):
//! ten thousand short rows at most. Only the doctors of the page are loaded whole, and the times that are shown of them are computed. A search for days must
//! compute its days for all whose first free time is before their end, in batches; the others are left out unread.

use super::{
    days::known,
    distances::{self, Distances},
    first_times::renew_first_times,
    lay_words,
    searched_days::SearchedDays,
    store::{
        self,
        doctors::{Candidate, Filter},
    },
    timetable::DoctorTimes,
};
use crate::{
    Domain, Result,
    access::Access,
    db::Tx,
    directory,
    text::{Mention, NameQuery, TypedWords},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    directory::SpecialtyChoice,
    ids::{ClinicId, DoctorId},
    page::{Page, page_size},
    place::Near,
    scheduling::{
        DayPart, DoctorCursor, LeastRating, Reach, SearchFilter, SearchOrder, VisitMode,
        views::{ClinicBrief, DoctorCard, DoctorList, SearchChoices, SpecialtyView, TIMES_OFFERED},
    },
};

/// How many doctors are checked at a time when a day is given.
const BATCH: usize = 500;
/// How many doctors are checked at all. With more candidates, those who are free latest are left out.
const MOST_CHECKED: usize = 10_000;
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
    /// Only doctors who have a free time on this day in `zone`; with `until`, on this day or later.
    pub day: Option<Date>,
    /// Only doctors who have a free time on `day` (without it, today) or later, up to this day.
    pub until: Option<Date>,
    /// Only doctors who have a free time in this part of a day in `zone`. Without `day` and `until`, within the next two weeks.
    pub part: Option<DayPart>,
    /// Only doctors whose fee is at most this, in whole units of their currency. With a mode, it is the fee of the first visit type of this mode.
    pub fee_up_to: Option<u32>,
    /// Only doctors with enough ratings to show, and at least this average.
    pub rating: Option<LeastRating>,
    /// Only doctors with a valid licence of this country: an ISO 3166-1 alpha-2 code.
    pub licensed_in: Option<String>,
    /// The place from which distances are measured.
    pub near: Option<Near>,
    /// Only doctors with hours at a clinic that is at most so many kilometres from `near`, in a straight line.
    pub within_km: Option<u32>,
    /// The order.
    pub order: SearchOrder,
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
/// With a place, the cards say how far the nearest clinic of each doctor is. A distance leaves out doctors whose clinics are farther away, whatever way of meeting they
/// offer; those of them who can be met on video are counted, so that the page can offer them.
///
/// If nobody is found, each filter is left out in turn, and those are named without which somebody is found.
///
/// # Errors
/// `request.fields_invalid` with the field `zone`, with `day` for a day that is over or more than a year ahead, or with `until` for one before `day` or more than
/// a month after it; with `near` for a postcode that is not known, and for a distance without a place.
pub async fn find_doctors(domain: &Domain, access: &Access, mut search: DoctorSearch) -> Result<DoctorList> {
    let zone = search.zone.as_deref().map(known).transpose()?;
    let days = SearchedDays::of(&search, zone.as_ref(), domain.now())?;
    let size = page_size(search.limit);
    renew_first_times(domain).await?;
    let mut tx = domain.begin_reading("scheduling.find_doctors", access).await?;
    // The country decides between postcodes that several countries have.
    let distances = Distances::of(&mut tx, &search).await?;
    if let Some(code) = &search.country
        && !store::doctors::clinic_in(tx.connection(), code).await?
    {
        search.country = None;
    }
    let (mut found, meant) = matching(&mut tx, &search, days.as_ref()).await?;
    if let Some(distances) = &distances {
        distances.measure(&mut found);
    }
    // The cursor's doctor may be busy by now, but keeps the place among the names.
    let passed = search.after.map(|after| {
        let rank = found.iter().find(|candidate| candidate.doctor == after.doctor).map_or(0, |candidate| candidate.rank + 1);
        placed(search.order, after.metres, after.first, rank)
    });
    if let Some(days) = &days {
        free_on(&mut tx, &mut found, days, search.mode).await?;
    }
    let farther = distances::remove_farther(&mut found, search.within_km);
    let farther: Vec<Candidate> =
        farther.into_iter().filter(|candidate| candidate.in_country || search.reach == Reach::Anywhere).collect();
    let farther_by_video = distances::by_video(&mut tx, &farther, search.mode).await?;
    let abroad = count(found.iter().filter(|candidate| !candidate.in_country));
    if search.reach == Reach::InCountry {
        found.retain(|candidate| candidate.in_country);
    }
    let total = count(found.iter());
    let loosen = if total == 0 { loosening(&mut tx, &search, zone.as_ref(), distances.as_ref()).await? } else { Vec::new() };
    let of = |candidate: &Candidate| placed(search.order, candidate.metres, candidate.first, candidate.rank);
    found.sort_by_key(of);
    found.retain(|candidate| passed.is_none_or(|passed| passed <= of(candidate)));
    found.truncate(usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1));
    let page =
        Page::cut(found, size, |last| DoctorCursor { first: last.first, doctor: last.doctor, metres: last.metres }.to_string());
    let cards = cards(&mut tx, &page.items, days.as_ref(), search.mode).await?;
    tx.close().await?;
    Ok(DoctorList { page: page.with(cards), total, abroad, farther_by_video, meant, loosen })
}

/// All doctors who match a search, whether they are free on its days or not, and the specialties for which its text was taken.
async fn matching(
    tx: &mut Tx,
    search: &DoctorSearch,
    days: Option<&SearchedDays>,
) -> Result<(Vec<Candidate>, Vec<SpecialtyView>)> {
    let filter = Filter {
        specialty: search.specialty.as_deref().filter(|slug| !slug.is_empty()),
        language: search.language.as_deref().filter(|tag| !tag.is_empty()),
        clinic: search.clinic,
        mode: search.mode,
        free_before: days.map(SearchedDays::latest_end),
        country: search.country.as_deref(),
        fee_up_to: search.fee_up_to,
        rating: search.rating,
        licensed_in: search.licensed_in.as_deref(),
        ..Filter::default()
    };
    let name: Option<String> = search.name.as_ref().map(|name| name.chars().take(LONGEST_NAME).collect());
    match name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => worded(tx, filter, name).await,
        None => Ok((find(tx, &filter).await?, Vec::new())),
    }
}

/// The filters of a search that has found nobody without which it finds somebody. With days, only those who are free soonest are asked.
async fn loosening(
    tx: &mut Tx,
    search: &DoctorSearch,
    zone: Option<&TimeZone>,
    distances: Option<&Distances>,
) -> Result<Vec<SearchFilter>> {
    let mut loosen = Vec::new();
    for filter in SearchFilter::ALL.iter().copied() {
        let Some(wider) = without(search, filter) else { continue };
        // Without its first day, a search may have a last one that is too far ahead.
        let Ok(days) = SearchedDays::of(&wider, zone, tx.now()) else { continue };
        let (mut found, _) = matching(tx, &wider, days.as_ref()).await?;
        if let Some(distances) = distances {
            distances.measure(&mut found);
            distances::remove_farther(&mut found, wider.within_km);
        }
        if wider.reach == Reach::InCountry {
            found.retain(|candidate| candidate.in_country);
        }
        if let Some(days) = &days {
            found.sort_by_key(|candidate| place(candidate.first, candidate.rank));
            found.truncate(BATCH);
            free_on(tx, &mut found, days, wider.mode).await?;
        }
        if !found.is_empty() {
            loosen.push(filter);
        }
    }
    Ok(loosen)
}

/// The search without one of its filters; `None` if it does not have it.
fn without(search: &DoctorSearch, filter: SearchFilter) -> Option<DoctorSearch> {
    let mut wider = search.clone();
    let is_given = match filter {
        SearchFilter::Words => wider.name.take().is_some_and(|words| !words.trim().is_empty()),
        SearchFilter::Specialty => wider.specialty.take().is_some_and(|slug| !slug.is_empty()),
        SearchFilter::Language => wider.language.take().is_some_and(|tag| !tag.is_empty()),
        SearchFilter::Clinic => wider.clinic.take().is_some(),
        SearchFilter::Mode => wider.mode.take().is_some(),
        SearchFilter::Days => {
            let (day, until) = (wider.day.take(), wider.until.take());
            day.is_some() || until.is_some()
        }
        SearchFilter::Part => wider.part.take().is_some(),
        SearchFilter::Fee => wider.fee_up_to.take().is_some(),
        SearchFilter::Rating => wider.rating.take().is_some(),
        SearchFilter::Licence => wider.licensed_in.take().is_some(),
        SearchFilter::Distance => wider.within_km.take().is_some(),
    };
    is_given.then_some(wider)
}

/// What the search can be narrowed by.
///
/// # Errors
/// `database.unavailable`.
pub async fn search_choices(domain: &Domain, access: &Access) -> Result<SearchChoices> {
    let mut tx = domain.begin_reading("scheduling.search_choices", access).await?;
    let specialties = directory::specialty_choices(tx.connection()).await?;
    let spoken = store::doctors::languages(tx.connection()).await?;
    let chosen = directory::chosen_languages(tx.connection()).await?;
    let languages_are_in_order = chosen.is_some();
    let languages = match chosen {
        Some(chosen) => chosen.into_iter().filter(|tag| spoken.contains(tag)).collect(),
        None => spoken,
    };
    let clinics = store::doctors::clinics_with_hours(tx.connection()).await?;
    let mut clinics: Vec<ClinicBrief> = store::doctors::clinics(tx.connection(), &clinics).await?.into_values().collect();
    let modes = store::visit_types::mode_counts(tx.connection()).await?;
    tx.close().await?;
    clinics.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let specialties = specialties.into_iter().map(view).collect();
    Ok(SearchChoices { specialties, languages, languages_are_in_order, clinics, modes })
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

/// The place in an order. By distance, those whose distance is not known are last.
fn placed(order: SearchOrder, metres: Option<u32>, first: Option<Timestamp>, rank: usize) -> (u32, Place) {
    let distance = match order {
        SearchOrder::Soonest => 0,
        SearchOrder::Nearest => metres.unwrap_or(u32::MAX),
    };
    (distance, place(first, rank))
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Keeps the doctors who have a free time on the days for a visit of a mode, if one is given; their first time becomes the first one on these days.
async fn free_on(tx: &mut Tx, found: &mut Vec<Candidate>, days: &SearchedDays, mode: Option<VisitMode>) -> Result<()> {
    let now = tx.now();
    let mut free = Vec::new();
    // A visit that begins before midnight may end after it, with its buffer.
    let since = days.earliest_begin().checked_sub(12.hours()).unwrap_or(Timestamp::MIN).max(now);
    let until = days.latest_end().checked_add(12.hours()).unwrap_or(Timestamp::MAX).max(since);
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
            let first = days.times_of(times, now, 1).first()?.start;
            Some(Candidate { first: Some(first), ..*candidate })
        }));
    }
    *found = free;
    Ok(())
}

/// The doctors of a page, with their next free times, or with the first ones of the days of the search. The times and the fee are those of the first visit
/// type of a mode, if one is given.
async fn cards(
    tx: &mut Tx,
    found: &[Candidate],
    days: Option<&SearchedDays>,
    mode: Option<VisitMode>,
) -> Result<Vec<DoctorCard>> {
    let now = tx.now();
    let ids: Vec<DoctorId> = found.iter().map(|candidate| candidate.doctor).collect();
    let mut doctors = store::doctors::load(tx.connection(), &ids, store::today(now)).await?;
    let mut times = store::times::load(tx.connection(), &ids, now, None).await?;
    let ratings = store::doctors::ratings(tx.connection(), &ids).await?;
    let next = |times: &DoctorTimes| match days {
        Some(days) => days.times_of(times, now, TIMES_OFFERED),
        None => times.next_open_times(now, TIMES_OFFERED),
    };
    Ok(found
        .iter()
        .filter_map(|Candidate { doctor: id, metres, .. }| {
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
                rating: ratings.get(id).copied(),
                next_free: next(times),
                metres: *metres,
            })
        })
        .collect())
}
