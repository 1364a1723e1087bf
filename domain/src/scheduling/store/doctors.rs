//! Doctors and clinics as patients see them.

use crate::{Error, Result, text::NameQuery};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId},
    money::{Currency, Money},
    scheduling::{
        LeastRating, VisitMode,
        views::{AverageRating, ClinicBrief, DoctorBrief, LicenceBrief},
    },
    visits::ratings::RATINGS_SHOWN_FROM,
};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// A doctor as the directory shows them.
#[derive(Debug, Clone)]
pub(in crate::scheduling) struct DoctorRow {
    pub(in crate::scheduling) brief: DoctorBrief,
    pub(in crate::scheduling) about: String,
    pub(in crate::scheduling) languages: Vec<String>,
    pub(in crate::scheduling) qualifications: Vec<String>,
    pub(in crate::scheduling) clinics: Vec<ClinicBrief>,
    /// The licences that are valid on the day for which the doctor was loaded, by country.
    pub(in crate::scheduling) licences: Vec<LicenceBrief>,
}

/// The criteria of a search. Those that are given all apply.
#[derive(Debug, Clone, Default)]
pub(in crate::scheduling) struct Filter<'a> {
    pub(in crate::scheduling) specialty: Option<&'a str>,
    /// Part of a name.
    pub(in crate::scheduling) name: Option<&'a NameQuery>,
    /// With `name`: how similar a part of a name must be if it is less than the usual 0.6 (`pg_trgm.word_similarity_threshold`).
    pub(in crate::scheduling) similarity: Option<f32>,
    /// Doctors of one of these specialties, or whose names contain `words`; without either, all.
    pub(in crate::scheduling) specialties: &'a [String],
    /// Whole words of a name.
    pub(in crate::scheduling) words: Option<&'a NameQuery>,
    /// A language tag.
    pub(in crate::scheduling) language: Option<&'a str>,
    pub(in crate::scheduling) clinic: Option<ClinicId>,
    /// Only doctors with a visit type of this mode.
    pub(in crate::scheduling) mode: Option<VisitMode>,
    /// Only doctors whose first free time is before this. It is one for a visit of the first type, so those whose first type has another mode than the wanted one stay.
    pub(in crate::scheduling) free_before: Option<Timestamp>,
    /// The country of the reader. It leaves nobody out.
    pub(in crate::scheduling) country: Option<&'a str>,
    /// Only doctors whose fee for the first type of the mode is at most this, in whole units of their currency.
    pub(in crate::scheduling) fee_up_to: Option<u32>,
    /// Only doctors with at least this average rating, as it is shown.
    pub(in crate::scheduling) rating: Option<LeastRating>,
    /// Only doctors with a valid licence of this country.
    pub(in crate::scheduling) licensed_in: Option<&'a str>,
}

/// A doctor who matches a filter.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduling) struct Candidate {
    pub(in crate::scheduling) doctor: DoctorId,
    /// The place in the order of names.
    pub(in crate::scheduling) rank: usize,
    /// The first free time, as it was computed last.
    pub(in crate::scheduling) first: Option<Timestamp>,
    /// Whether the doctor has hours at a clinic in the reader's country; also if that is not known.
    pub(in crate::scheduling) in_country: bool,
    /// How far the doctor is from the place of the search; `None` while that is not measured or not known.
    pub(in crate::scheduling) metres: Option<u32>,
}

/// All doctors who match a filter, by name; only those who can be booked at all.
pub(in crate::scheduling) async fn find(
    connection: &mut PgConnection,
    filter: &Filter<'_>,
    today: Date,
) -> Result<Vec<Candidate>> {
    let of_exponent = |exponent| if filter.fee_up_to.is_some() { Currency::codes_of_exponent(exponent) } else { Vec::new() };
    let (without_decimals, with_three) = (of_exponent(0), of_exponent(3));
    let rows = sqlx::query!(
        "select d.doctor_id as \"doctor_id!\", t.starts_at as \"starts_at?\",
           ($12::text is null or exists (select from schedule_rules r join clinic_address c on c.clinic_id = r.clinic_id
             where r.doctor_id = d.doctor_id and c.country = $12)) as \"in_country!\"
         from doctor_listing d left join first_times t on t.doctor_id = d.doctor_id
         where exists (select from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $1)
           and ($2::text is null or exists (select from doctor_specialty s where s.doctor_id = d.doctor_id and s.slug = $2))
           and ($3::text is null or d.name_search like $3 or d.name_search like $4 or $5 <% d.name_search or $6 <% d.name_search
             or greatest(word_similarity($5, d.name_search), word_similarity($6, d.name_search)) >= $13::float4)
           and (cardinality($7::text[]) = 0 and $8::text is null
             or exists (select from doctor_specialty s where s.doctor_id = d.doctor_id and s.slug = any($7))
             or ' ' || translate(d.name_search, chr(10), ' ') || ' ' like $8)
           and ($9::text is null or exists (select from doctor_profile p where p.doctor_id = d.doctor_id and $9 = any(p.languages)))
           and ($10::uuid is null or exists (select from schedule_rules r where r.doctor_id = d.doctor_id and r.clinic_id = $10))
           and ($11::timestamptz is null or t.starts_at < $11
             or $14::text <> (select v.mode from visit_types v where v.doctor_id = d.doctor_id and v.is_active order by v.position limit 1))
           and ($14::text is null or exists (select from visit_types v where v.doctor_id = d.doctor_id and v.is_active and v.mode = $14))
           and ($15::bigint is null or exists (select from doctor_profile p where p.doctor_id = d.doctor_id
             and coalesce((select v.fee_minor from visit_types v where v.doctor_id = d.doctor_id and v.is_active and ($14::text is null or v.mode = $14)
               order by v.position limit 1), p.fee_minor)
             <= $15 * case when p.currency = any($16::text[]) then 1 when p.currency = any($17::text[]) then 1000 else 100 end))
           and ($18::bigint is null or exists (select from doctor_rating r where r.doctor_id = d.doctor_id and r.rated >= $19::bigint
             and (r.stars * 20 + r.rated) / (r.rated * 2) >= $18))
           and ($20::text is null or exists (select from doctor_licence l
             where l.doctor_id = d.doctor_id and l.country = $20 and l.expires_on >= $1))
         order by d.name, d.doctor_id",
        today.to_sqlx(),
        filter.specialty,
        filter.name.map(|name| name.contains.as_str()),
        filter.name.map(|name| name.contains_spelled_out.as_str()),
        filter.name.map(|name| name.folded.as_str()),
        filter.name.map(|name| name.spelled_out.as_str()),
        filter.specialties,
        filter.words.map(|name| name.contains_words.as_str()),
        filter.language,
        filter.clinic.map(ClinicId::uuid),
        filter.free_before.map(ToSqlx::to_sqlx),
        filter.country,
        filter.similarity,
        filter.mode.map(VisitMode::as_str),
        filter.fee_up_to.map(i64::from),
        &without_decimals,
        &with_three,
        filter.rating.map(LeastRating::tenths),
        RATINGS_SHOWN_FROM,
        filter.licensed_in
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .enumerate()
        .map(|(rank, row)| Candidate {
            doctor: row.doctor_id.into(),
            rank,
            first: row.starts_at.map(jiff_sqlx::Timestamp::to_jiff),
            in_country: row.in_country,
            metres: None,
        })
        .collect())
}

/// How doctors are rated, for those with enough ratings.
pub(in crate::scheduling) async fn ratings(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
) -> Result<HashMap<DoctorId, AverageRating>> {
    let ids: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let rows = sqlx::query!(
        "select doctor_id as \"doctor_id!\", rated as \"rated!\", (stars * 20 + rated) / (rated * 2) as \"tenths!\"
         from doctor_rating where doctor_id = any($1) and rated >= $2::bigint",
        &ids,
        RATINGS_SHOWN_FROM
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.doctor_id.into(), AverageRating { tenths: row.tenths, count: row.rated })).collect())
}

/// Whether any clinic is in a country.
pub(in crate::scheduling) async fn clinic_in(connection: &mut PgConnection, country: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from clinic_address where country = $1) as \"any!\"", country)
        .fetch_one(connection)
        .await?)
}

/// The languages of the doctors whom patients may find, as tags.
pub(in crate::scheduling) async fn languages(connection: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct unnest(p.languages) as \"language!\" from doctor_listing d join doctor_profile p on p.doctor_id = d.doctor_id order by 1"
    )
    .fetch_all(connection)
    .await?)
}

/// The clinics at which doctors have hours whom patients may find.
pub(in crate::scheduling) async fn clinics_with_hours(connection: &mut PgConnection) -> Result<Vec<ClinicId>> {
    let clinics = sqlx::query_scalar!(
        "select c.clinic_id as \"clinic_id!\" from clinic_address c
         where exists (select from schedule_rules r join doctor_listing d on d.doctor_id = r.doctor_id where r.clinic_id = c.clinic_id)"
    )
    .fetch_all(connection)
    .await?;
    Ok(clinics.into_iter().map(ClinicId::from).collect())
}

/// Which doctors have hours at which of some clinics.
pub(in crate::scheduling) async fn who_has_hours_at(
    connection: &mut PgConnection,
    clinics: &[ClinicId],
) -> Result<Vec<(DoctorId, ClinicId)>> {
    let ids: Vec<Uuid> = clinics.iter().map(|clinic| clinic.uuid()).collect();
    let rows = sqlx::query!("select distinct doctor_id, clinic_id from schedule_rules where clinic_id = any($1)", &ids)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.doctor_id.into(), row.clinic_id.into())).collect())
}

/// The doctors who have hours at a clinic and work there, by name, whether patients may find them or not.
pub(in crate::scheduling) async fn with_hours_at(
    connection: &mut PgConnection,
    clinic: ClinicId,
) -> Result<Vec<(DoctorId, String)>> {
    let rows = sqlx::query!(
        "select d.doctor_id as \"doctor_id!\", d.name as \"name!\" from doctor_name d
         where (exists (select from schedule_rules r where r.doctor_id = d.doctor_id and r.clinic_id = $1)
             or exists (select from schedule_exceptions e where e.doctor_id = d.doctor_id and e.clinic_id = $1))
           and exists (select from role_held m where m.user_id = d.user_id and m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = $1))
         order by d.name, d.doctor_id",
        clinic.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.doctor_id.into(), row.name)).collect())
}

/// Loads doctors by id, with the licences that are valid today.
pub(in crate::scheduling) async fn load(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    today: Date,
) -> Result<HashMap<DoctorId, DoctorRow>> {
    let ids: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let rows = sqlx::query!(
        "select d.doctor_id as \"id!\", d.name as \"name!\", d.about as \"about!\", d.languages as \"languages!\",
           d.qualifications as \"qualifications!\",
           array(select s.name from doctor_specialty s where s.doctor_id = d.doctor_id order by s.name) as \"specialties!: Vec<String>\",
           array(select distinct r.clinic_id from schedule_rules r where r.doctor_id = d.doctor_id) as \"clinics!: Vec<Uuid>\",
           array(select l.authority from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $2
             order by l.country, l.authority) as \"authorities!: Vec<String>\",
           array(select l.country from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $2
             order by l.country, l.authority) as \"countries!: Vec<String>\",
           (select f.file_id from doctor_photo f where f.doctor_id = d.doctor_id) as \"photo?\"
         from doctor_profile d where d.doctor_id = any($1)",
        &ids,
        today.to_sqlx()
    )
    .fetch_all(&mut *connection)
    .await?;
    let places: Vec<ClinicId> = rows.iter().flat_map(|row| &row.clinics).copied().map(ClinicId::from).collect();
    let clinics = clinics(connection, &places).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut at: Vec<ClinicBrief> =
                row.clinics.iter().filter_map(|id| clinics.get(&ClinicId::from(*id)).cloned()).collect();
            at.sort_by(|a, b| a.name.cmp(&b.name));
            let id = DoctorId::from(row.id);
            let doctor = DoctorRow {
                brief: DoctorBrief { id, name: row.name, specialties: row.specialties, photo: row.photo.map(Into::into) },
                about: row.about,
                languages: row.languages,
                qualifications: row.qualifications,
                clinics: at,
                licences: row
                    .authorities
                    .into_iter()
                    .zip(row.countries)
                    .map(|(authority, country)| LicenceBrief { authority, country })
                    .collect(),
            };
            (id, doctor)
        })
        .collect())
}

/// Loads clinics by id.
pub(in crate::scheduling) async fn clinics(
    connection: &mut PgConnection,
    ids: &[ClinicId],
) -> Result<HashMap<ClinicId, ClinicBrief>> {
    let ids: Vec<Uuid> = ids.iter().map(|clinic| clinic.uuid()).collect();
    let rows = sqlx::query!(
        "select clinic_id as \"id!\", name as \"name!\", time_zone as \"time_zone!\", address_lines as \"address_lines!\", phone
         from clinic_address where clinic_id = any($1)",
        &ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let id = ClinicId::from(row.id);
            (id, ClinicBrief { id, name: row.name, time_zone: row.time_zone, address_lines: row.address_lines, phone: row.phone })
        })
        .collect())
}

/// Parses an amount from the database.
pub(in crate::scheduling) fn money(minor: i64, currency: &str) -> Result<Money> {
    let currency = Currency::parse(currency).map_err(|_| Error::internal("a currency in the database is none"))?;
    Ok(Money::new(minor, currency))
}

/// The last date on which a licence of a doctor is valid in a country (ISO 3166-1 alpha-2); `None` if there is no such licence.
pub(in crate::scheduling) async fn licensed_until(
    connection: &mut PgConnection,
    doctor: DoctorId,
    country: &str,
) -> Result<Option<Date>> {
    let until = sqlx::query_scalar!(
        "select max(expires_on) from doctor_licence where doctor_id = $1 and country = $2",
        doctor.uuid(),
        country
    )
    .fetch_one(connection)
    .await?;
    Ok(until.map(jiff_sqlx::Date::to_jiff))
}
