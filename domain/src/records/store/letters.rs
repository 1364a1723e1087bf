//! Letters in the database.

use super::super::subjects::{LettersAt, LettersOf};
use crate::{
    Error, Result,
    access::{
        Action, Facts, Permit, ResourceKind, Scope, Subject,
        actions::{Cancel, Create, Read, Sign, Write},
    },
    db::Tx,
    vault::Column,
    visits,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, EncounterId, LetterId, PatientId},
    records::{LetterKind, LetterLine, LetterState, LetterText, letter_number},
};
use uuid::Uuid;

/// The errors of the triggers that protect an issued letter.
const FROZEN: [(&str, Code); 1] = [("letters_frozen", Code::LetterFrozen)];

/// A letter has the people and the clinic of its visit.
impl Subject for LetterId {
    const KIND: ResourceKind = ResourceKind::Letter;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from letters where id = $1 for update", self.uuid()).fetch_optional(tx.connection()).await?;
        }
        let row =
            sqlx::query!("select encounter_id, issued_at is not null as \"issued!\" from letters where id = $1", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        let Some(row) = row else { return Ok(None) };
        let visit = visits::facts_of(tx, row.encounter_id.into(), false).await?;
        Ok(visit.map(|visit| Facts { unfinished: !row.issued, ..visit }))
    }
}

/// A letter with its people.
pub(in super::super) struct LetterHead {
    pub(in super::super) number: i64,
    pub(in super::super) encounter: EncounterId,
    pub(in super::super) patient: PatientId,
    pub(in super::super) patient_name: String,
    pub(in super::super) patient_latin_name: Option<String>,
    pub(in super::super) patient_born: Date,
    pub(in super::super) patient_number: i64,
    pub(in super::super) doctor: DoctorId,
    pub(in super::super) doctor_name: String,
    pub(in super::super) clinic: ClinicId,
    pub(in super::super) clinic_name: String,
    pub(in super::super) clinic_zone: String,
    pub(in super::super) created_at: Timestamp,
    pub(in super::super) issued_at: Option<Timestamp>,
    pub(in super::super) withdrawn: Option<Withdrawal>,
    pub(in super::super) version: i32,
    pub(in super::super) content: LetterText,
}

/// How a letter was withdrawn.
pub(in super::super) struct Withdrawal {
    pub(in super::super) at: Timestamp,
    pub(in super::super) by: String,
    pub(in super::super) by_latin: Option<String>,
    pub(in super::super) reason: String,
}

impl LetterHead {
    /// The state.
    pub(in super::super) fn state(&self) -> LetterState {
        match (self.issued_at, &self.withdrawn) {
            (None, _) => LetterState::Draft,
            (Some(_), None) => LetterState::Issued,
            (Some(_), Some(_)) => LetterState::Withdrawn,
        }
    }
}

pub(in super::super) async fn head<A: Action>(tx: &mut Tx, permit: &Permit<A, LetterId>) -> Result<LetterHead> {
    let id = permit.id();
    let row = sqlx::query!(
        "select x.number, x.encounter_id, x.patient_id, p.name as \"patient_name!\", p.latin_name as patient_latin_name,
           p.date_of_birth as \"date_of_birth!\", p.number as \"patient_number!\", x.doctor_id, d.name as \"doctor_name!\",
           x.clinic_id, c.name as \"clinic_name!\", c.time_zone as \"time_zone!\", x.created_at, x.issued_at, x.version, x.body_cipher,
           w.at as \"withdrawn_at?\", w.reason_cipher as \"reason_cipher?\", u.name as \"withdrawn_by?\", u.latin_name as withdrawn_by_latin
         from letters x
         join patient_identity p on p.patient_id = x.patient_id
         join doctor_name d on d.doctor_id = x.doctor_id
         join clinic_address c on c.clinic_id = x.clinic_id
         left join letter_withdrawals w on w.letter_id = x.id
         left join person_name u on u.user_id = w.author_user_id
         where x.id = $1",
        id.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let patient = PatientId::from(row.patient_id);
    let key = tx.patient_key(patient).await?;
    let withdrawn = match (row.withdrawn_at, row.withdrawn_by, row.reason_cipher) {
        (Some(at), Some(by), Some(cipher)) => Some(Withdrawal {
            at: at.to_jiff(),
            by,
            by_latin: row.withdrawn_by_latin,
            reason: key.decrypt(Column::LetterWithdrawal, id, &cipher)?,
        }),
        _ => None,
    };
    Ok(LetterHead {
        number: row.number,
        encounter: row.encounter_id.into(),
        patient,
        patient_name: row.patient_name,
        patient_latin_name: row.patient_latin_name,
        patient_born: row.date_of_birth.to_jiff(),
        patient_number: row.patient_number,
        doctor: row.doctor_id.into(),
        doctor_name: row.doctor_name,
        clinic: row.clinic_id.into(),
        clinic_name: row.clinic_name,
        clinic_zone: row.time_zone,
        created_at: row.created_at.to_jiff(),
        issued_at: row.issued_at.map(jiff_sqlx::Timestamp::to_jiff),
        withdrawn,
        version: row.version,
        content: key.decrypt_json(Column::Letter, id, &row.body_cipher)?,
    })
}

/// The time zone of the clinic of a visit.
pub(in super::super) async fn zone_of_visit<A: Action>(tx: &mut Tx, permit: &Permit<A, LettersAt>) -> Result<String> {
    Ok(sqlx::query_scalar!(
        "select c.time_zone as \"time_zone!\" from visit_course e join clinic_address c on c.clinic_id = e.clinic_id where e.encounter_id = $1",
        permit.id().0.uuid()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Inserts the draft of a letter.
pub(in super::super) async fn insert(tx: &mut Tx, permit: &Permit<Create, LettersAt>, content: &LetterText) -> Result<LetterId> {
    let (id, now) = (tx.new_id::<LetterId>(), tx.now());
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::Letter, id, content)?;
    sqlx::query!(
        "insert into letters (id, kind, encounter_id, patient_id, doctor_id, clinic_id, created_at, body_cipher)
         select $1, $2, v.encounter_id, v.patient_id, v.doctor_id, v.clinic_id, $4, $5 from visit_course v where v.encounter_id = $3",
        id.uuid(),
        content.kind.as_str(),
        permit.id().0.uuid(),
        now.to_sqlx(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Changes a draft. The permit's lock on the row keeps other writers out.
pub(in super::super) async fn update(tx: &mut Tx, permit: &Permit<Write, LetterId>, content: &LetterText) -> Result<()> {
    let id = permit.id();
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::Letter, id, content)?;
    let done = sqlx::query!(
        "update letters set kind = $2, body_cipher = $3, version = version + 1 where id = $1",
        id.uuid(),
        content.kind.as_str(),
        cipher
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    one(done.rows_affected())
}

/// Deletes a draft.
pub(in super::super) async fn delete(tx: &mut Tx, permit: &Permit<Cancel, LetterId>) -> Result<()> {
    let done =
        sqlx::query!("delete from letters where id = $1", permit.id().uuid()).execute(tx.connection()).await.map_err(frozen)?;
    one(done.rows_affected())
}

/// Freezes a letter with its canonical form, encrypted, and the hash of that.
pub(in super::super) async fn set_issued(
    tx: &mut Tx,
    permit: &Permit<Sign, LetterId>,
    cipher: &[u8],
    hash: &[u8; 32],
) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update letters set issued_at = $2, document_cipher = $3, document_hash = $4, version = version + 1 where id = $1",
        permit.id().uuid(),
        now.to_sqlx(),
        cipher,
        hash
    )
    .execute(tx.connection())
    .await
    .map_err(frozen)?;
    one(done.rows_affected())
}

/// The canonical form of an issued letter, and its hash.
pub(in super::super) async fn frozen_document<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, LetterId>,
) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let row = sqlx::query!("select document_cipher, document_hash from letters where id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(row.document_cipher.zip(row.document_hash))
}

/// Withdraws an issued letter, once.
pub(in super::super) async fn insert_withdrawal(tx: &mut Tx, permit: &Permit<Cancel, LetterId>, reason: &str) -> Result<()> {
    let (id, now, author) = (permit.id(), tx.now(), tx.access().acting()?.user);
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::LetterWithdrawal, id, reason);
    sqlx::query!(
        "insert into letter_withdrawals (letter_id, reason_cipher, author_user_id, at) values ($1, $2, $3, $4)",
        id.uuid(),
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| {
        let cases = [("letter_withdrawals_pkey", Code::LetterWithdrawn), ("letter_withdrawals_issued", Code::NotFound)];
        Error::on_constraint(error, &cases)
    })?;
    Ok(())
}

/// Which letters to list.
#[derive(Default)]
struct Wanted {
    patient: Option<PatientId>,
    doctor: Option<DoctorId>,
    encounter: Option<EncounterId>,
    /// The last letter of the page before.
    before: Option<LetterId>,
    /// Only these letters.
    only: Option<Vec<Uuid>>,
}

/// The letters of a patient, the newest first, each with its patient.
pub(in super::super) async fn of_patient(
    tx: &mut Tx,
    permit: &Permit<Read, LettersOf>,
    before: Option<LetterId>,
    limit: i64,
) -> Result<Vec<(PatientId, LetterLine)>> {
    lines(tx, &Wanted { patient: Some(permit.id().0), before, ..Wanted::default() }, limit).await
}

/// The letters with these ids that are the patient's and were issued.
pub(in super::super) async fn issued_among(
    tx: &mut Tx,
    permit: &Permit<Read, LettersOf>,
    ids: Vec<Uuid>,
) -> Result<Vec<LetterLine>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(ids.len()).map_err(Error::internal)?;
    let wanted = Wanted { patient: Some(permit.id().0), only: Some(ids), ..Wanted::default() };
    let found = lines(tx, &wanted, limit).await?;
    Ok(found.into_iter().map(|(_, line)| line).filter(|line| line.state != LetterState::Draft).collect())
}

/// The letters of the caller's own list, the newest first, each with its patient.
pub(in super::super) async fn in_scope(
    tx: &mut Tx,
    scope: &Scope,
    before: Option<LetterId>,
    limit: i64,
) -> Result<Vec<(PatientId, LetterLine)>> {
    lines(tx, &Wanted { patient: scope.patient, doctor: scope.doctor, before, ..Wanted::default() }, limit).await
}

/// Letters, the newest first. Drafts only for their author.
async fn lines(tx: &mut Tx, wanted: &Wanted, limit: i64) -> Result<Vec<(PatientId, LetterLine)>> {
    // Whoever follows a link to a visit is nobody.
    let author = tx.access().acting().ok().and_then(|acting| acting.doctor);
    let rows = sqlx::query!(
        "select x.id, x.number, x.kind, x.encounter_id, x.patient_id, p.name as \"patient_name!\", d.name as \"doctor_name!\", x.created_at, x.issued_at,
           w.at as \"withdrawn_at?\"
         from letters x
         join patient_identity p on p.patient_id = x.patient_id
         join doctor_name d on d.doctor_id = x.doctor_id
         left join letter_withdrawals w on w.letter_id = x.id
         where p.deleted_at is null
           and ($1::uuid is null or x.patient_id = $1)
           and ($2::uuid is null or x.doctor_id = $2)
           and ($3::uuid is null or x.encounter_id = $3)
           and ($4::uuid is null or x.id < $4)
           and (x.issued_at is not null or x.doctor_id = $5)
           and ($7::uuid[] is null or x.id = any($7))
         order by x.id desc limit $6",
        wanted.patient.map(PatientId::uuid),
        wanted.doctor.map(DoctorId::uuid),
        wanted.encounter.map(EncounterId::uuid),
        wanted.before.map(LetterId::uuid),
        author.map(DoctorId::uuid),
        limit,
        wanted.only.as_deref() as _
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let line = LetterLine {
                id: row.id.into(),
                number: number(row.number)?,
                kind: LetterKind::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of letter"))?,
                state: match (row.issued_at, row.withdrawn_at) {
                    (None, _) => LetterState::Draft,
                    (Some(_), None) => LetterState::Issued,
                    (Some(_), Some(_)) => LetterState::Withdrawn,
                },
                encounter: row.encounter_id.into(),
                patient_name: row.patient_name,
                doctor_name: row.doctor_name,
                at: row.issued_at.unwrap_or(row.created_at).to_jiff(),
            };
            Ok((row.patient_id.into(), line))
        })
        .collect()
}

/// The letters of a visit of the permit's patient.
pub(in super::super) async fn at_visit<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Vec<LetterLine>> {
    const SHOWN: i64 = 50;
    let wanted = Wanted { patient: Some(permit.patient()?), encounter: Some(encounter), ..Wanted::default() };
    Ok(lines(tx, &wanted, SHOWN).await?.into_iter().map(|(_, line)| line).collect())
}

/// The last visit of the acting doctor with a patient whose day has come; `None` if there is none, or the caller is no doctor.
pub(in super::super) async fn last_visit(tx: &mut Tx, permit: &Permit<Read, LettersOf>) -> Result<Option<EncounterId>> {
    let Some(doctor) = tx.access().acting()?.doctor else { return Ok(None) };
    let found = sqlx::query_scalar!(
        "select e.encounter_id as \"encounter_id!\" from visit_course e
         where e.patient_id = $1 and e.doctor_id = $2 and e.admitted_at is not null order by e.admitted_at desc limit 1",
        permit.id().0.uuid(),
        doctor.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(found.map(EncounterId::from))
}

/// The number of a letter, as it is shown.
pub(in super::super) fn number(counter: i64) -> Result<String> {
    let number = u64::try_from(counter).ok().and_then(letter_number);
    number.ok_or_else(|| Error::internal("the numbers of letters are used up"))
}

fn frozen(error: sqlx::Error) -> Error {
    Error::on_constraint(error, &FROZEN)
}

fn one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}
