//! Tasks of a team.

use super::super::super::team::{ListTasks, TeamOf};
use crate::{
    Error, Result,
    access::{
        Permit,
        actions::{Create, Write},
    },
    db::Tx,
    vault::Column,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{ClinicId, PatientId, TaskId, UserId},
    team::{Assignee, NamedPatient, TaskDone, TaskList, TaskView, TeamRole},
};
use uuid::Uuid;

/// How many tasks a list shows.
const SHOWN: usize = 200;

/// How far a task is.
pub(in super::super::super) struct TaskState {
    pub(in super::super::super) is_done: bool,
    pub(in super::super::super) version: i32,
}

/// The clinic and the patient of a task; `None` for a task that does not exist for the caller. With `lock`, locks it.
pub(in super::super::super) async fn task_of(
    tx: &mut Tx,
    task: TaskId,
    lock: bool,
) -> Result<Option<(ClinicId, Option<PatientId>)>> {
    if lock {
        sqlx::query_scalar!("select id from team_tasks where id = $1 for update", task.uuid())
            .fetch_optional(tx.connection())
            .await?;
    }
    let (asker, role) = (tx.asker(), tx.access().acting()?.role);
    let row = sqlx::query!(
        "select t.clinic_id, t.patient_id from team_tasks t
         where t.id = $1
           and (t.patient_id is null or $2::text = 'nurse' or t.assigned_to = $3 or t.created_by = $3 or t.assigned_role = $2
             or exists (select from treats($4, t.patient_id, $5, $6)))",
        task.uuid(),
        role.as_str(),
        asker.user,
        asker.doctor,
        asker.prepared,
        asker.kept
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.clinic_id.into(), row.patient_id.map(PatientId::from))))
}

/// The tasks of a clinic, or of all clinics, that the caller may see.
pub(in super::super::super) async fn tasks(tx: &mut Tx, clinic: Option<ClinicId>, query: ListTasks) -> Result<TaskList> {
    let (asker, role) = (tx.asker(), tx.access().acting()?.role);
    let most = i64::try_from(SHOWN + 1).map_err(Error::internal)?;
    let mut rows = sqlx::query!(
        "select t.id, t.patient_id, t.body, t.body_cipher, t.due_on, t.assigned_to, t.assigned_role, t.created_at, t.done_at, t.version,
           coalesce(t.done_at is null and t.due_on < ($5::timestamptz at time zone c.time_zone)::date, false) as \"is_overdue!\",
           g.name as \"given_by!\", a.name as \"assignee?\", d.name as \"done_by?\", p.name as \"patient?\"
         from team_tasks t
         join clinic_address c on c.clinic_id = t.clinic_id
         join person_name g on g.user_id = t.created_by
         left join person_name a on a.user_id = t.assigned_to
         left join person_name d on d.user_id = t.done_by
         left join patient_identity p on p.patient_id = t.patient_id
         where ($1::uuid is null or t.clinic_id = $1)
           and (t.patient_id is null or $2::text = 'nurse' or t.assigned_to = $3 or t.created_by = $3 or t.assigned_role = $2
             or exists (select from treats($4, t.patient_id, $6, $7)))
           and case $8::text
             when 'done' then t.done_at is not null
             when 'overdue' then t.done_at is null and t.due_on < ($5 at time zone c.time_zone)::date
             else t.done_at is null end
           and (not $9::boolean or t.assigned_to = $3 or t.assigned_role = $2)
           and ($10::uuid is null or t.patient_id = $10)
         order by t.done_at desc nulls first, t.due_on nulls last, t.id
         limit $11",
        clinic.map(ClinicId::uuid),
        role.as_str(),
        asker.user,
        asker.doctor,
        asker.now,
        asker.prepared,
        asker.kept,
        query.filter.as_str(),
        query.own,
        query.patient.map(PatientId::uuid),
        most
    )
    .fetch_all(tx.connection())
    .await?;
    let is_cut = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let patients: Vec<PatientId> = rows.iter().filter_map(|row| row.patient_id.map(PatientId::from)).collect();
    let keys = tx.patient_keys(&patients).await?;
    let mut items = Vec::new();
    for row in rows {
        let patient = row.patient_id.map(PatientId::from);
        let text = match (row.body, patient, row.body_cipher) {
            (Some(body), _, _) => body,
            (None, Some(patient), Some(cipher)) => match keys.get(&patient) {
                Some(key) => key.decrypt(Column::TeamTask, row.id, &cipher)?,
                // What was written about a patient whose data was erased is gone.
                None => continue,
            },
            (None, _, _) => return Err(Error::internal("a task without a text")),
        };
        items.push(TaskView {
            id: row.id.into(),
            text,
            patient: patient.zip(row.patient).map(|(id, name)| NamedPatient { id, name }),
            due: row.due_on.map(|due| due.to_jiff()),
            is_overdue: row.is_overdue,
            assignee: assignee(row.assigned_to, row.assigned_role.as_deref())?,
            assignee_name: row.assignee,
            given_by: row.given_by,
            given_at: row.created_at.to_jiff(),
            done: row.done_by.zip(row.done_at).map(|(by, at)| TaskDone { by, at: at.to_jiff() }),
            version: row.version,
        });
    }
    Ok(TaskList { items, is_cut })
}

fn assignee(person: Option<Uuid>, role: Option<&str>) -> Result<Assignee> {
    match (person, role.and_then(|role| TeamRole::parse(role).ok())) {
        (Some(user), _) => Ok(Assignee::Person(user.into())),
        (None, Some(role)) => Ok(Assignee::Role(role)),
        (None, None) => Err(Error::internal("a task that is given to nobody")),
    }
}

/// Adds a task. `about` is its text, and the patient whom it is about, whom the caller may know.
pub(in super::super::super) async fn insert_task(
    tx: &mut Tx,
    permit: &Permit<Create, TeamOf>,
    about: (&str, Option<PatientId>),
    due: Option<Date>,
    assignee: Assignee,
) -> Result<TaskId> {
    let (text, patient) = about;
    let (id, now, author) = (tx.new_id::<TaskId>(), tx.now(), tx.access().acting()?.user);
    let (body, cipher) = match patient {
        Some(patient) => {
            let key = tx.patient_key(patient).await?;
            (None, Some(key.encrypt(tx.domain().randomness(), Column::TeamTask, id, text)))
        }
        None => (Some(text), None),
    };
    let (person, role) = match assignee {
        Assignee::Person(user) => (Some(user), None),
        Assignee::Role(role) => (None, Some(role.as_str())),
    };
    sqlx::query!(
        "insert into team_tasks (id, clinic_id, patient_id, body, body_cipher, due_on, assigned_to, assigned_role, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.uuid(),
        permit.id().0.uuid(),
        patient.map(PatientId::uuid),
        body,
        cipher.as_deref(),
        due.map(|due| due.to_sqlx()),
        person.map(UserId::uuid),
        role,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// How far the task is.
pub(in super::super::super) async fn state_of(tx: &mut Tx, permit: &Permit<Write, TaskId>) -> Result<TaskState> {
    let row =
        sqlx::query!("select done_at is not null as \"is_done!\", version from team_tasks where id = $1", permit.id().uuid())
            .fetch_one(tx.connection())
            .await?;
    Ok(TaskState { is_done: row.is_done, version: row.version })
}

/// Says that the task is done, or open. The permit has locked it.
pub(in super::super::super) async fn settle(tx: &mut Tx, permit: &Permit<Write, TaskId>, is_done: bool) -> Result<()> {
    let (now, user) = (tx.now(), tx.access().acting()?.user);
    let changed = sqlx::query!(
        "update team_tasks set done_at = $2, done_by = $3, version = version + 1 where id = $1",
        permit.id().uuid(),
        is_done.then(|| now.to_sqlx()),
        is_done.then(|| user.uuid())
    )
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Error::internal("a task that was locked is gone")) }
}
