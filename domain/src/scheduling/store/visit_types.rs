//! The visit types of doctors in the database.

use super::doctors::money;
use crate::{
    Error, Result,
    access::{
        Permit, Scope,
        actions::{Decide, Read, Write},
    },
    db::Tx,
    scheduling::subjects::Timetable,
};
use model::{
    ids::{ClinicId, DoctorId, VisitTypeId},
    money::{Currency, Money},
    scheduling::{
        ManagedDoctor, MeetingLink, OwnVisitType, OwnVisitTypes, VisitMode, VisitTypeName, VisitTypeView, views::ModeCount,
    },
};
use sqlx::PgConnection;
use std::{collections::HashMap, num::NonZeroU16};
use uuid::Uuid;

/// A visit type that patients can book, with the length and the fee that hold for it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::scheduling) struct OfferedType {
    pub(in crate::scheduling) id: VisitTypeId,
    pub(in crate::scheduling) name: String,
    pub(in crate::scheduling) mode: VisitMode,
    pub(in crate::scheduling) minutes: NonZeroU16,
    /// The minutes that the doctor needs before it.
    pub(in crate::scheduling) buffer_before: u16,
    /// The minutes that the doctor needs after it.
    pub(in crate::scheduling) buffer_after: u16,
    /// `None` when neither the type nor the doctor has a fee; then the doctor cannot be booked.
    pub(in crate::scheduling) fee: Option<Money>,
    /// Whether the doctor answers before such a visit is agreed.
    pub(in crate::scheduling) needs_approval: bool,
}

impl OfferedType {
    /// The type as patients see it.
    pub(in crate::scheduling) fn view(&self, fee: Money) -> VisitTypeView {
        VisitTypeView {
            id: self.id,
            name: self.name.clone(),
            mode: self.mode,
            minutes: self.minutes.get(),
            fee,
            needs_approval: self.needs_approval,
        }
    }
}

/// A permit to change the visit types of a doctor.
pub(in crate::scheduling) trait TypesPermit: Sync {
    /// The doctor.
    fn doctor(&self) -> DoctorId;

    /// Whether it is an administrator's, who decides about the doctor.
    fn is_administrators(&self) -> bool;
}

/// Of the doctor themself.
impl TypesPermit for Permit<Write, Timetable> {
    fn doctor(&self) -> DoctorId {
        let Timetable(doctor) = self.id();
        doctor
    }

    fn is_administrators(&self) -> bool {
        false
    }
}

/// Of an administrator, who decides about the doctor.
impl TypesPermit for Permit<Decide, DoctorId> {
    fn doctor(&self) -> DoctorId {
        self.id()
    }

    fn is_administrators(&self) -> bool {
        true
    }
}

/// A visit type that has passed its checks.
#[derive(Debug)]
pub(in crate::scheduling) struct Checked {
    pub(in crate::scheduling) name: VisitTypeName,
    pub(in crate::scheduling) mode: VisitMode,
    pub(in crate::scheduling) minutes: Option<NonZeroU16>,
    pub(in crate::scheduling) buffer_before: Option<u16>,
    pub(in crate::scheduling) buffer_after: Option<u16>,
    pub(in crate::scheduling) meeting_link: Option<MeetingLink>,
    pub(in crate::scheduling) fee: Option<Money>,
    pub(in crate::scheduling) is_active: bool,
}

/// The visit types of some doctors that patients can book, in order.
pub(in crate::scheduling) async fn offered(
    connection: &mut PgConnection,
    doctors: &[Uuid],
) -> Result<HashMap<DoctorId, Vec<OfferedType>>> {
    let rows = sqlx::query!(
        "select t.id, t.doctor_id, t.name, t.mode, coalesce(t.minutes, d.slot_minutes) as \"minutes!\",
           coalesce(t.buffer_before_minutes, d.buffer_before_minutes) as \"buffer_before!\",
           coalesce(t.buffer_after_minutes, d.buffer_after_minutes) as \"buffer_after!\",
           coalesce(t.fee_minor, d.fee_minor) as \"fee_minor?\", d.currency as \"currency!\", t.needs_approval
         from visit_types t join doctor_profile d on d.doctor_id = t.doctor_id
         where t.doctor_id = any($1) and t.is_active order by t.doctor_id, t.position",
        doctors
    )
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<DoctorId, Vec<OfferedType>> = HashMap::new();
    for row in rows {
        let offered = OfferedType {
            id: row.id.into(),
            name: row.name,
            mode: mode(&row.mode)?,
            minutes: super::times::positive(row.minutes),
            buffer_before: row.buffer_before.unsigned_abs(),
            buffer_after: row.buffer_after.unsigned_abs(),
            fee: row.fee_minor.map(|minor| money(minor, &row.currency)).transpose()?,
            needs_approval: row.needs_approval,
        };
        found.entry(row.doctor_id.into()).or_default().push(offered);
    }
    Ok(found)
}

/// One visit type, also if it is no longer offered: a hold may be for it.
pub(in crate::scheduling) async fn of_hold(connection: &mut PgConnection, id: VisitTypeId) -> Result<Option<OfferedType>> {
    let row = sqlx::query!(
        "select t.id, t.name, t.mode, coalesce(t.minutes, d.slot_minutes) as \"minutes!\",
           coalesce(t.buffer_before_minutes, d.buffer_before_minutes) as \"buffer_before!\",
           coalesce(t.buffer_after_minutes, d.buffer_after_minutes) as \"buffer_after!\",
           coalesce(t.fee_minor, d.fee_minor) as \"fee_minor?\", d.currency as \"currency!\", t.needs_approval
         from visit_types t join doctor_profile d on d.doctor_id = t.doctor_id where t.id = $1",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(OfferedType {
            id: row.id.into(),
            name: row.name,
            mode: mode(&row.mode)?,
            minutes: super::times::positive(row.minutes),
            buffer_before: row.buffer_before.unsigned_abs(),
            buffer_after: row.buffer_after.unsigned_abs(),
            fee: row.fee_minor.map(|minor| money(minor, &row.currency)).transpose()?,
            needs_approval: row.needs_approval,
        })
    })
    .transpose()
}

/// How many doctors whom patients may find can be met in each way.
pub(in crate::scheduling) async fn mode_counts(connection: &mut PgConnection) -> Result<Vec<ModeCount>> {
    let rows = sqlx::query!(
        "select t.mode, count(distinct t.doctor_id) as \"doctors!\"
         from visit_types t join doctor_listing d on d.doctor_id = t.doctor_id where t.is_active group by t.mode"
    )
    .fetch_all(connection)
    .await?;
    let mut counts = Vec::new();
    for row in rows {
        counts.push(ModeCount { mode: mode(&row.mode)?, doctors: u32::try_from(row.doctors).unwrap_or(u32::MAX) });
    }
    // In the order in which the ways are declared.
    counts.sort_by_key(|count| VisitMode::ALL.iter().position(|mode| *mode == count.mode));
    Ok(counts)
}

/// How many of some doctors have a visit type of a mode.
pub(in crate::scheduling) async fn who_meets_by(
    connection: &mut PgConnection,
    doctors: &[DoctorId],
    mode: VisitMode,
) -> Result<u32> {
    let ids: Vec<Uuid> = doctors.iter().map(|doctor| doctor.uuid()).collect();
    let count = sqlx::query_scalar!(
        "select count(distinct doctor_id) as \"count!\" from visit_types where doctor_id = any($1) and is_active and mode = $2",
        &ids,
        mode.as_str()
    )
    .fetch_one(connection)
    .await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// All visit types of a doctor, active or not.
pub(in crate::scheduling) async fn own(tx: &mut Tx, permit: &Permit<Read, Timetable>) -> Result<OwnVisitTypes> {
    let Timetable(doctor) = permit.id();
    load(tx.connection(), doctor).await
}

/// The same before a change.
pub(in crate::scheduling) async fn before(tx: &mut Tx, permit: &impl TypesPermit) -> Result<OwnVisitTypes> {
    load(tx.connection(), permit.doctor()).await
}

/// The name of a doctor, and all visit types.
pub(in crate::scheduling) async fn of_doctor(tx: &mut Tx, permit: &Permit<Read, DoctorId>) -> Result<(String, OwnVisitTypes)> {
    let doctor = permit.id();
    let name = sqlx::query_scalar!("select name as \"name!\" from doctor_name where doctor_id = $1", doctor.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok((name, load(tx.connection(), doctor).await?))
}

/// The verified doctors of a scope after this one, by name.
pub(in crate::scheduling) async fn managed(
    connection: &mut PgConnection,
    scope: &Scope,
    after: Option<DoctorId>,
    limit: i64,
) -> Result<Vec<ManagedDoctor>> {
    let rows = sqlx::query!(
        "select d.doctor_id as \"doctor_id!\", d.name as \"name!\" from doctor_name d
         where d.status = 'verified'
           and ($1::uuid is null or exists (
             select from role_held m where m.user_id = d.user_id and m.role = 'doctor' and m.clinic_id = $1))
           and ($2::uuid is null or (d.name, d.doctor_id) > (select l.name, l.doctor_id from doctor_name l where l.doctor_id = $2))
         order by d.name, d.doctor_id limit $3",
        scope.clinic.map(ClinicId::uuid),
        after.map(DoctorId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| ManagedDoctor { doctor: row.doctor_id.into(), name: row.name }).collect())
}

async fn load(connection: &mut PgConnection, doctor: DoctorId) -> Result<OwnVisitTypes> {
    let usual = sqlx::query!(
        "select version as \"version!\", slot_minutes as \"slot_minutes!\", buffer_before_minutes as \"buffer_before!\",
           buffer_after_minutes as \"buffer_after!\", fee_minor, currency as \"currency!\"
         from doctor_profile where doctor_id = $1",
        doctor.uuid()
    )
    .fetch_one(&mut *connection)
    .await?;
    let rows = sqlx::query!(
        "select id, name, mode, minutes, buffer_before_minutes, buffer_after_minutes, fee_minor, is_active, needs_approval, meeting_link from visit_types
         where doctor_id = $1 order by position",
        doctor.uuid()
    )
    .fetch_all(connection)
    .await?;
    let currency = Currency::parse(&usual.currency).map_err(|_| Error::internal("a currency in the database is none"))?;
    let mut types = Vec::new();
    for row in rows {
        types.push(OwnVisitType {
            id: row.id.into(),
            name: row.name,
            mode: mode(&row.mode)?,
            minutes: row.minutes.map(i16::unsigned_abs),
            buffer_before: row.buffer_before_minutes.map(i16::unsigned_abs),
            buffer_after: row.buffer_after_minutes.map(i16::unsigned_abs),
            meeting_link: row.meeting_link,
            fee: row.fee_minor.map(|minor| Money::new(minor, currency)),
            is_active: row.is_active,
            needs_approval: row.needs_approval,
        });
    }
    Ok(OwnVisitTypes {
        version: usual.version,
        usual_minutes: usual.slot_minutes.unsigned_abs(),
        usual_buffers: (usual.buffer_before.unsigned_abs(), usual.buffer_after.unsigned_abs()),
        usual_fee: usual.fee_minor.map(|minor| Money::new(minor, currency)),
        currency,
        types,
    })
}

/// Adds a visit type after the others.
pub(in crate::scheduling) async fn add(tx: &mut Tx, permit: &impl TypesPermit, id: VisitTypeId, checked: &Checked) -> Result<()> {
    let doctor = permit.doctor();
    sqlx::query!(
        "insert into visit_types (id, doctor_id, position, name, mode, minutes, fee_minor, is_active, buffer_before_minutes, buffer_after_minutes,
           meeting_link)
         select $1, $2, (coalesce(max(position), -1) + 1)::smallint, $3, $4, $5, $6, $7, $8, $9, $10 from visit_types where doctor_id = $2",
        id.uuid(),
        doctor.uuid(),
        checked.name.as_str(),
        checked.mode.as_str(),
        minutes(checked)?,
        checked.fee.map(|fee| fee.minor),
        checked.is_active,
        small(checked.buffer_before)?,
        small(checked.buffer_after)?,
        checked.meeting_link.as_ref().map(MeetingLink::expose)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Changes a visit type; `false` if the doctor has none with this id.
pub(in crate::scheduling) async fn edit(
    tx: &mut Tx,
    permit: &impl TypesPermit,
    id: VisitTypeId,
    checked: &Checked,
) -> Result<bool> {
    let doctor = permit.doctor();
    let changed = sqlx::query!(
        "update visit_types set name = $3, mode = $4, minutes = $5, fee_minor = $6, is_active = $7, buffer_before_minutes = $8,
           buffer_after_minutes = $9, meeting_link = $10
         where id = $1 and doctor_id = $2",
        id.uuid(),
        doctor.uuid(),
        checked.name.as_str(),
        checked.mode.as_str(),
        minutes(checked)?,
        checked.fee.map(|fee| fee.minor),
        checked.is_active,
        small(checked.buffer_before)?,
        small(checked.buffer_after)?,
        checked.meeting_link.as_ref().map(MeetingLink::expose)
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    Ok(changed == 1)
}

fn minutes(checked: &Checked) -> Result<Option<i16>> {
    checked.minutes.map(|minutes| i16::try_from(minutes.get())).transpose().map_err(Error::internal)
}

fn small(minutes: Option<u16>) -> Result<Option<i16>> {
    minutes.map(i16::try_from).transpose().map_err(Error::internal)
}

/// Parses a way to meet from the database.
pub(in crate::scheduling) fn mode(text: &str) -> Result<VisitMode> {
    VisitMode::parse(text).map_err(|_| Error::internal("a mode in the database is none"))
}
