//! Care groups in the database.

use crate::{
    Error, Result,
    access::{Acting, Action, Facts, Permit, ResourceKind, Subject, actions::Write},
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    chat::{
        conversation::{Colleague, Counterpart, CounterpartView},
        group::{CareGroupList, CareGroupName, CareGroupView},
    },
    errors::Code,
    ids::{CareGroupId, ClinicId, EventId, PatientId, UserId},
};
use uuid::Uuid;

/// A care group belongs to its clinic; one that was ended is not found any more.
impl Subject for CareGroupId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            // Conversations can still be begun with the group.
            sqlx::query!("select id from care_groups where id = $1 for no key update", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let clinic = clinic_of(tx, self).await?;
        Ok(clinic.map(|clinic| Facts { clinics: [clinic].into(), ..Facts::default() }))
    }
}

/// The clinic of a group that has not been ended.
pub(in crate::chat::care) async fn clinic_of(tx: &mut Tx, group: CareGroupId) -> Result<Option<ClinicId>> {
    let clinic = sqlx::query_scalar!("select clinic_id from care_groups where id = $1 and ended_at is null", group.uuid())
        .fetch_optional(tx.connection())
        .await?;
    Ok(clinic.map(ClinicId::from))
}

/// Whether somebody in this role can be a member of a group.
const fn may_belong(role: Role) -> bool {
    match role {
        Role::Doctor | Role::Nurse | Role::Receptionist => true,
        Role::Patient | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support => false,
    }
}

/// The caller, if they act in a role that answers patients, belong to the group and work at its clinic now.
pub(in crate::chat::care) async fn caller_in(tx: &mut Tx, group: CareGroupId) -> Result<Option<UserId>> {
    let acting = tx.access().acting().ok().filter(|acting| may_belong(acting.role)).map(|acting| acting.user);
    let Some(user) = acting else { return Ok(None) };
    let works = sqlx::query_scalar!(
        "select exists (select from works_in_care_group($1) w where w = $2) as \"works!\"",
        group.uuid(),
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(works.then_some(user))
}

/// The groups for which the caller answers, also ended ones, whose conversations they still read.
pub(in crate::chat::care) async fn of_caller(tx: &mut Tx, acting: &Acting) -> Result<Vec<Uuid>> {
    if !may_belong(acting.role) {
        return Ok(Vec::new());
    }
    let groups = sqlx::query_scalar!(
        "select m.group_id from care_group_members m
         where m.user_id = $1 and m.left_at is null and exists (select from works_in_care_group(m.group_id) w where w = m.user_id)",
        acting.user.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(groups)
}

/// The groups as which the caller can begin a conversation, by name.
pub(in crate::chat::care) async fn to_begin_as(tx: &mut Tx, acting: &Acting) -> Result<Vec<CounterpartView>> {
    if !may_belong(acting.role) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        "select g.id, g.name from care_groups g join care_group_members m on m.group_id = g.id and m.left_at is null
         where m.user_id = $1 and g.ended_at is null and exists (select from works_in_care_group(g.id) w where w = m.user_id)
         order by g.name, g.id",
        acting.user.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let view = |id: Uuid, name: String| CounterpartView { with: Counterpart::Group(id.into()), name };
    Ok(rows.into_iter().map(|row| view(row.id, row.name)).collect())
}

/// Whether somebody answers for a group that has not been ended.
pub(in crate::chat::care) async fn is_answered(tx: &mut Tx, group: CareGroupId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select exists (select from care_groups g where g.id = $1 and g.ended_at is null and exists (select from works_in_care_group(g.id) w))
           as \"found!\"",
        group.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// The groups of a clinic that have not been ended, and who can be a member; none if there is no such clinic.
pub(in crate::chat::care) async fn list<A: Action>(tx: &mut Tx, permit: &Permit<A, ClinicId>) -> Result<Option<CareGroupList>> {
    let clinic = permit.id();
    let name = sqlx::query_scalar!("select name as \"name!\" from clinic_address where clinic_id = $1", clinic.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let Some(clinic_name) = name else { return Ok(None) };
    let staff = sqlx::query!(
        "select distinct u.user_id as \"user_id!\", u.name as \"name!\" from role_held h join person_name u on u.user_id = h.user_id
         where h.role in ('doctor', 'nurse', 'receptionist') and (h.clinic_id is null or h.clinic_id = $1)
           and not exists (select from closed_account x where x.user_id = h.user_id)
         order by 2, 1",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let groups = sqlx::query!(
        "select id, name from care_groups where clinic_id = $1 and ended_at is null order by name, id",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let members = sqlx::query!(
        "select m.group_id, m.user_id, u.name as \"name!\"
         from care_groups g join care_group_members m on m.group_id = g.id and m.left_at is null join person_name u on u.user_id = m.user_id
         where g.clinic_id = $1 and g.ended_at is null order by u.name, m.user_id",
        clinic.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let of = |group: Uuid| -> Vec<Colleague> {
        let found = members.iter().filter(|member| member.group_id == group);
        found.map(|member| Colleague { user: member.user_id.into(), name: member.name.clone() }).collect()
    };
    let groups = groups.into_iter().map(|row| CareGroupView { id: row.id.into(), members: of(row.id), name: row.name }).collect();
    let staff = staff.into_iter().map(|row| Colleague { user: row.user_id.into(), name: row.name }).collect();
    Ok(Some(CareGroupList { clinic, clinic_name, groups, staff }))
}

pub(in crate::chat::care) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, ClinicId>,
    name: &CareGroupName,
) -> Result<CareGroupId> {
    let (id, now, by) = (tx.new_id::<CareGroupId>(), tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into care_groups (id, clinic_id, name, added_by, added_at) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        permit.id().uuid(),
        name.as_str(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("care_groups_name", Code::CareGroupExists)]))?;
    Ok(id)
}

pub(in crate::chat::care) async fn end(tx: &mut Tx, permit: &Permit<Write, CareGroupId>) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update care_groups set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// Whether the user works at the clinic of the group, as doctor, as nurse or at the desk.
pub(in crate::chat::care) async fn can_belong(tx: &mut Tx, permit: &Permit<Write, CareGroupId>, user: UserId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "select exists (select from care_groups g
           join role_held h on h.role in ('doctor', 'nurse', 'receptionist') and (h.clinic_id is null or h.clinic_id = g.clinic_id)
           where g.id = $1 and h.user_id = $2 and not exists (select from closed_account x where x.user_id = h.user_id)) as \"found!\"",
        permit.id().uuid(),
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// Adds a member; `false` if the user is one already.
pub(in crate::chat::care) async fn add_member(tx: &mut Tx, permit: &Permit<Write, CareGroupId>, user: UserId) -> Result<bool> {
    let (id, now, by) = (tx.new_id::<EventId>().uuid(), tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "insert into care_group_members (id, group_id, user_id, added_by, added_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        id,
        permit.id().uuid(),
        user.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a member out; `false` if the user is none.
pub(in crate::chat::care) async fn remove_member(tx: &mut Tx, permit: &Permit<Write, CareGroupId>, user: UserId) -> Result<bool> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update care_group_members set left_at = $3, removed_by = $4 where group_id = $1 and user_id = $2 and left_at is null",
        permit.id().uuid(),
        user.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The clinic of a permit about a group.
pub(in crate::chat::care) fn clinic_in(permit: &Permit<Write, CareGroupId>) -> Option<ClinicId> {
    permit.facts().clinics.first().copied()
}

/// Whether the patient is one of the clinic of a group that has not been ended.
pub(in crate::chat::care) async fn cares_for(tx: &mut Tx, group: CareGroupId, patient: PatientId) -> Result<bool> {
    let kept = tx.asker().kept;
    let found = sqlx::query_scalar!(
        "select exists (select from care_groups g where g.id = $2 and g.ended_at is null and is_patient_of($1, g.clinic_id, $3)) as \"found!\"",
        patient.uuid(),
        group.uuid(),
        kept
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// The groups with which a patient can begin a conversation: those of the clinics whose patient they are for which somebody answers, by name.
pub(in crate::chat::care) async fn for_patient(tx: &mut Tx, patient: PatientId) -> Result<Vec<CounterpartView>> {
    let kept = tx.asker().kept;
    let rows = sqlx::query!(
        "select g.id, g.name from care_groups g
         where g.ended_at is null and exists (select from works_in_care_group(g.id) w) and is_patient_of($1, g.clinic_id, $2)
         order by g.name, g.id",
        patient.uuid(),
        kept
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| CounterpartView { with: Counterpart::Group(row.id.into()), name: row.name }).collect())
}
