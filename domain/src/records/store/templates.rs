//! Templates of notes in the database.

use super::super::subjects::{NewTemplate, NoteOf};
use crate::{
    Error, Result,
    access::{
        Action, Facts, Permit, ResourceKind, Subject,
        actions::{Create, Read, Write},
    },
    db::Tx,
};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, NoteTemplateId},
    records::{ManagedNoteTemplate, NoteTemplateChoice, NoteTemplateRow, NoteTemplateVersion, SoapNote},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What a template says in one version.
pub(in super::super) struct TemplateText {
    pub(in super::super) name: String,
    /// The slug of a specialty.
    pub(in super::super) specialty: Option<String>,
    pub(in super::super) note: SoapNote,
    pub(in super::super) retired: bool,
}

/// A template belongs to a clinic, or to the organisation and to no clinic. Its versions are only added, and the key of the table refuses a version that somebody else has
/// added in between, so nothing is locked.
impl Subject for NoteTemplateId {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let found = sqlx::query!("select clinic_id from note_templates where id = $1 limit 1", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        let clinics = |clinic: Option<Uuid>| clinic.map(ClinicId::from).into_iter().collect::<BTreeSet<_>>();
        Ok(found.map(|row| Facts { clinics: clinics(row.clinic_id), ..Facts::default() }))
    }
}

/// The templates of all clinics, or of one clinic and of the organisation: those that are offered first, by name.
pub(in super::super) async fn list(connection: &mut PgConnection, clinic: Option<ClinicId>) -> Result<Vec<NoteTemplateRow>> {
    let rows = sqlx::query!(
        "select t.id as \"id!\", t.version as \"version!\", t.name as \"name!\", t.retired as \"retired!\", t.clinic_id as \"clinic_id?\", c.name as \"clinic?\",
           coalesce((select min(s.name) from doctor_specialty s where s.slug = t.specialty), t.specialty) as \"specialty?\"
         from note_templates t left join clinic_address c on c.clinic_id = t.clinic_id
         where t.version = (select max(n.version) from note_templates n where n.id = t.id)
           and ($1::uuid is null or t.clinic_id is null or t.clinic_id = $1)
         order by t.retired, lower(t.name), t.id",
        clinic.map(ClinicId::uuid)
    )
    .fetch_all(connection)
    .await?;
    let row = rows.into_iter().map(|row| NoteTemplateRow {
        id: row.id.into(),
        name: row.name,
        specialty: row.specialty,
        clinic: row.clinic,
        retired: row.retired,
        version: row.version,
        may_edit: clinic.is_none() || row.clinic_id.is_some(),
    });
    Ok(row.collect())
}

/// A template with all its versions.
pub(in super::super) async fn read(tx: &mut Tx, permit: &Permit<Read, NoteTemplateId>) -> Result<ManagedNoteTemplate> {
    let id = permit.id();
    let rows = sqlx::query!(
        "select t.version as \"version!\", t.name as \"name!\", t.specialty as \"specialty?\", t.subjective as \"subjective!\", t.objective as \"objective!\",
           t.assessment as \"assessment!\", t.plan as \"plan!\", t.retired as \"retired!\", t.changed_at as \"changed_at?\", p.name as \"by?\"
         from note_templates t left join person_name p on p.user_id = t.changed_by where t.id = $1 order by t.version desc",
        id.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let version = rows.into_iter().map(|row| NoteTemplateVersion {
        version: row.version,
        name: row.name,
        specialty: row.specialty,
        note: SoapNote { subjective: row.subjective, objective: row.objective, assessment: row.assessment, plan: row.plan },
        retired: row.retired,
        by: row.by,
        at: row.changed_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    let history: Vec<_> = version.collect();
    let newest = history.first().cloned().ok_or(Code::NotFound)?;
    Ok(ManagedNoteTemplate { id, newest, history })
}

/// Inserts the first version of a template.
pub(in super::super) async fn insert(tx: &mut Tx, permit: &Permit<Create, NewTemplate>, text: &TemplateText) -> Result<()> {
    let NewTemplate { id, clinic } = permit.id();
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into note_templates (id, version, clinic_id, name, specialty, subjective, objective, assessment, plan, retired, changed_by, changed_at)
         values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.uuid(),
        clinic.map(ClinicId::uuid),
        text.name,
        text.specialty.as_deref(),
        text.note.subjective,
        text.note.objective,
        text.note.assessment,
        text.note.plan,
        text.retired,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Adds a version after the given one. Two administrators who do it at once write the same version, which only one of them can.
///
/// # Errors
/// `request.stale`.
pub(in super::super) async fn add_version(
    tx: &mut Tx,
    permit: &Permit<Write, NoteTemplateId>,
    text: &TemplateText,
    version: i32,
) -> Result<()> {
    let (id, by, now) = (permit.id(), tx.access().acting()?.user, tx.now());
    let added = sqlx::query!(
        "insert into note_templates (id, version, clinic_id, name, specialty, subjective, objective, assessment, plan, retired, changed_by, changed_at)
         select t.id, t.version + 1, t.clinic_id, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::boolean, $10::uuid, $11::timestamptz
         from note_templates t
         where t.id = $1 and t.version = $2 and t.version = (select max(n.version) from note_templates n where n.id = $1)",
        id.uuid(),
        version,
        text.name,
        text.specialty.as_deref(),
        text.note.subjective,
        text.note.objective,
        text.note.assessment,
        text.note.plan,
        text.retired,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("note_templates_pkey", Code::Stale)]))?
    .rows_affected();
    if added == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

/// The slug of the specialty of a template's newest version.
pub(in super::super) async fn specialty_now(tx: &mut Tx, permit: &Permit<Write, NoteTemplateId>) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select specialty from note_templates where id = $1 order by version desc limit 1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The templates that the doctor of a visit can choose: those for a specialty of the doctor first, then those for all.
pub(in super::super) async fn choices<A: Action>(tx: &mut Tx, permit: &Permit<A, NoteOf>) -> Result<Vec<NoteTemplateChoice>> {
    let rows = sqlx::query!(
        "select t.id, t.name from note_templates t join visit_course e on e.encounter_id = $1
         where not t.retired and t.version = (select max(n.version) from note_templates n where n.id = t.id)
           and (t.clinic_id is null or t.clinic_id = e.clinic_id)
           and (t.specialty is null or exists (select from doctor_specialty s where s.doctor_id = e.doctor_id and s.slug = t.specialty))
         order by t.specialty is null, lower(t.name), t.id",
        permit.id().0.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| NoteTemplateChoice { id: row.id.into(), name: row.name }).collect())
}

/// The newest version of a template, with its text, if the doctor of the visit can choose it.
pub(in super::super) async fn chosen(
    tx: &mut Tx,
    permit: &Permit<Write, NoteOf>,
    template: NoteTemplateId,
) -> Result<Option<(i32, SoapNote)>> {
    if !choices(tx, permit).await?.iter().any(|choice| choice.id == template) {
        return Ok(None);
    }
    let row = sqlx::query!(
        "select version, subjective, objective, assessment, plan from note_templates where id = $1 order by version desc limit 1",
        template.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let note = SoapNote { subjective: row.subjective, objective: row.objective, assessment: row.assessment, plan: row.plan };
    Ok(Some((row.version, note)))
}
