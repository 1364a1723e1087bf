//! Doctors and clinics as patients see them.

use crate::{Error, Result, text::NameQuery};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, DoctorId},
    money::{Currency, Money},
    scheduling::views::{ClinicBrief, DoctorBrief, LicenceBrief},
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
    pub(in crate::scheduling) clinics: Vec<ClinicBrief>,
    pub(in crate::scheduling) fee: Money,
    pub(in crate::scheduling) visit_minutes: u16,
    /// The licences that are valid on the day for which the doctor was loaded, by country.
    pub(in crate::scheduling) licences: Vec<LicenceBrief>,
}

/// The criteria of a search.
#[derive(Debug, Clone, Default)]
pub(in crate::scheduling) struct Filter<'a> {
    pub(in crate::scheduling) specialty: Option<&'a str>,
    pub(in crate::scheduling) name: Option<&'a NameQuery>,
    pub(in crate::scheduling) after: Option<DoctorId>,
}

/// The doctors that match a filter, by name; only those who can be booked at all.
pub(in crate::scheduling) async fn find(
    connection: &mut PgConnection,
    filter: &Filter<'_>,
    today: Date,
    limit: u32,
) -> Result<Vec<DoctorId>> {
    let ids = sqlx::query_scalar!(
        "select d.doctor_id as \"doctor_id!\" from doctor_listing d
         where exists (select from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $1)
           and ($2::text is null or exists (select from doctor_specialty s where s.doctor_id = d.doctor_id and s.slug = $2))
           and ($3::text is null or d.name_search like $3 or d.name_search like $4 or $5 <% d.name_search or $6 <% d.name_search)
           and ($7::uuid is null or (d.name, d.doctor_id) > (select c.name, c.doctor_id from doctor_name c where c.doctor_id = $7))
         order by d.name, d.doctor_id limit $8",
        today.to_sqlx(),
        filter.specialty,
        filter.name.map(|name| name.contains.as_str()),
        filter.name.map(|name| name.contains_spelled_out.as_str()),
        filter.name.map(|name| name.folded.as_str()),
        filter.name.map(|name| name.spelled_out.as_str()),
        filter.after.map(DoctorId::uuid),
        i64::from(limit)
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(DoctorId::from).collect())
}

/// Loads doctors by id, with the licences that are valid today.
pub(in crate::scheduling) async fn load(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    today: Date,
) -> Result<HashMap<DoctorId, DoctorRow>> {
    let ids: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let rows = sqlx::query!(
        "select d.doctor_id as \"id!\", d.name as \"name!\", d.about as \"about!\", d.languages as \"languages!\", d.fee_minor as \"fee_minor!\",
           d.currency as \"currency!\", d.slot_minutes as \"slot_minutes!\",
           array(select s.name from doctor_specialty s where s.doctor_id = d.doctor_id order by s.name) as \"specialties!: Vec<String>\",
           array(select distinct r.clinic_id from schedule_rules r where r.doctor_id = d.doctor_id) as \"clinics!: Vec<Uuid>\",
           array(select l.authority from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $2
             order by l.country, l.authority) as \"authorities!: Vec<String>\",
           array(select l.country from doctor_licence l where l.doctor_id = d.doctor_id and l.expires_on >= $2
             order by l.country, l.authority) as \"countries!: Vec<String>\"
         from doctor_profile d where d.doctor_id = any($1)",
        &ids,
        today.to_sqlx()
    )
    .fetch_all(&mut *connection)
    .await?;
    let places: Vec<ClinicId> = rows.iter().flat_map(|row| &row.clinics).copied().map(ClinicId::from).collect();
    let clinics = clinics(connection, &places).await?;
    rows.into_iter()
        .map(|row| {
            let mut at: Vec<ClinicBrief> =
                row.clinics.iter().filter_map(|id| clinics.get(&ClinicId::from(*id)).cloned()).collect();
            at.sort_by(|a, b| a.name.cmp(&b.name));
            let id = DoctorId::from(row.id);
            let doctor = DoctorRow {
                brief: DoctorBrief { id, name: row.name, specialties: row.specialties },
                about: row.about,
                languages: row.languages,
                clinics: at,
                fee: money(row.fee_minor, &row.currency)?,
                visit_minutes: row.slot_minutes.unsigned_abs(),
                licences: row
                    .authorities
                    .into_iter()
                    .zip(row.countries)
                    .map(|(authority, country)| LicenceBrief { authority, country })
                    .collect(),
            };
            Ok((id, doctor))
        })
        .collect()
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
