//! Documents, their versions, and the answers to them in the database.

use crate::{
    Error, Result,
    access::{
        Acting, Facts, Permit, ResourceKind, Subject,
        actions::{Create, Write},
    },
    db::Tx,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    identity::{ConsentRow, DocumentText, DocumentVersionRow, LegalDocument, RemoteCare},
    ids::{DocumentVersionId, EventId, PatientId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A version that does not exist yet. It belongs to the organisation, as a new clinic does: only a role in all clinics covers it.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewVersion(pub(super) DocumentVersionId);

impl Subject for NewVersion {
    const KIND: ResourceKind = ResourceKind::Clinic;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts::default()))
    }
}

/// What a new version says.
pub(super) struct NewText<'a> {
    pub(super) document: LegalDocument,
    pub(super) language: &'a str,
    pub(super) version: i32,
    pub(super) body: &'a str,
    pub(super) counts_from: Date,
    pub(super) asks: bool,
}

/// The newest version in a language, whether or not it counts already.
pub(super) struct Last {
    pub(super) version: i32,
    pub(super) counts_from: Date,
}

fn parsed(document: &str) -> Result<LegalDocument> {
    LegalDocument::parse(document).map_err(|_| Error::internal("an unknown document"))
}

/// The version in force for readers of a language.
pub(super) async fn in_force(
    connection: &mut PgConnection,
    document: LegalDocument,
    language: &str,
    today: Date,
) -> Result<Option<DocumentText>> {
    let row = sqlx::query!(
        "select v.id, v.language, v.version, v.body, v.counts_from from document_versions v
         where v.document = $1 and v.counts_from <= $3
           and v.language = coalesce((select o.language from document_versions o
             where o.document = $1 and o.language = $2 and o.counts_from <= $3 limit 1), 'en')
         order by v.counts_from desc limit 1",
        document.as_str(),
        language,
        today.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| DocumentText {
        id: row.id.into(),
        document,
        language: row.language,
        version: row.version,
        body: row.body,
        counts_from: row.counts_from.to_jiff(),
    }))
}

/// Of which document this is a version.
pub(super) async fn document_of(connection: &mut PgConnection, version: DocumentVersionId) -> Result<Option<LegalDocument>> {
    let found = sqlx::query_scalar!("select document from document_versions where id = $1", version.uuid())
        .fetch_optional(connection)
        .await?;
    found.as_deref().map(parsed).transpose()
}

/// All versions, newest first.
pub(super) async fn list(connection: &mut PgConnection) -> Result<Vec<DocumentVersionRow>> {
    let rows = sqlx::query!(
        "select v.id, v.document, v.language, v.version, v.counts_from, v.asks, u.display_name as \"published_by?\"
         from document_versions v left join users u on u.id = v.published_by
         order by v.counts_from desc, v.document, v.language"
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| {
        Ok(DocumentVersionRow {
            id: row.id.into(),
            document: parsed(&row.document)?,
            language: row.language,
            version: row.version,
            counts_from: row.counts_from.to_jiff(),
            asks: row.asks,
            published_by: row.published_by,
        })
    });
    rows.collect()
}

pub(super) async fn last(connection: &mut PgConnection, document: LegalDocument, language: &str) -> Result<Option<Last>> {
    let row = sqlx::query!(
        "select version, counts_from from document_versions where document = $1 and language = $2 order by version desc limit 1",
        document.as_str(),
        language
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Last { version: row.version, counts_from: row.counts_from.to_jiff() }))
}

/// Inserts a version; `false` when there is one with its number or its day already.
pub(super) async fn insert(tx: &mut Tx, permit: &Permit<Create, NewVersion>, new: &NewText<'_>) -> Result<bool> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    let done = sqlx::query!(
        "insert into document_versions (id, document, language, version, body, counts_from, asks, published_by, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing",
        permit.id().0.uuid(),
        new.document.as_str(),
        new.language,
        new.version,
        new.body,
        new.counts_from.to_sqlx(),
        new.asks,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The tag of the language that a user reads.
pub(super) async fn language_of(connection: &mut PgConnection, user: UserId) -> Result<String> {
    Ok(sqlx::query_scalar!("select language from users where id = $1", user.uuid()).fetch_one(connection).await?)
}

/// The documents that wait for an answer; see the module for when one does.
pub(super) async fn waiting(
    connection: &mut PgConnection,
    acting: &Acting,
    language: &str,
    today: Date,
) -> Result<Vec<LegalDocument>> {
    let rows = sqlx::query_scalar!(
        "select w.document as \"document!\"
         from (values ('terms'), ('privacy'), ('remote_care')) k (document)
           cross join lateral (
             select v.document, v.counts_from from document_versions v
             where v.document = k.document and v.asks and v.counts_from <= $4
               and v.language = coalesce((select o.language from document_versions o
                 where o.document = k.document and o.language = $3 and o.counts_from <= $4 limit 1), 'en')
             order by v.counts_from desc limit 1) w
         where (w.document <> 'remote_care' or $2::uuid is not null)
           and not exists (select from consents c join document_versions g on g.id = c.version_id
             where (c.user_id = $1 or c.patient_id = $2) and c.document = w.document and g.counts_from >= w.counts_from
               and case when w.document = 'remote_care' then c.patient_id = $2 else c.user_id = $1 and c.withdrawn_at is null end)
         order by w.document desc",
        acting.user.uuid(),
        acting.patient.map(PatientId::uuid),
        language,
        today.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|document| parsed(document)).collect()
}

/// Stores that somebody agrees; `false` if they have agreed to this version already.
pub(super) async fn give(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    version: &DocumentText,
    patient: Option<PatientId>,
) -> Result<bool> {
    let (id, now) = (tx.new_id::<EventId>().uuid(), tx.now());
    let done = sqlx::query!(
        "insert into consents (id, user_id, document, document_version, given_at, version_id, patient_id)
         select $1::uuid, $2::uuid, $3::text, $4::text, $5::timestamptz, $6::uuid, $7::uuid
         where not exists (select from consents c where (c.user_id = $2 or c.patient_id = $7) and c.version_id = $6 and c.withdrawn_at is null
           and case when $7::uuid is null then c.user_id = $2 else c.patient_id = $7 end)",
        id,
        permit.id().uuid(),
        version.document.as_str(),
        version.version.to_string(),
        now.to_sqlx(),
        version.id.uuid(),
        patient.map(PatientId::uuid)
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores that a patient declines or withdraws; `false` if that was stored already.
pub(super) async fn decline(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    version: &DocumentText,
    patient: PatientId,
) -> Result<bool> {
    let (id, now) = (tx.new_id::<EventId>().uuid(), tx.now());
    let withdrawn = sqlx::query!(
        "update consents set withdrawn_at = $3 where patient_id = $1 and document = $2 and withdrawn_at is null",
        patient.uuid(),
        version.document.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let declined = sqlx::query!(
        "insert into consents (id, user_id, document, document_version, withdrawn_at, version_id, patient_id)
         select $1::uuid, $2::uuid, $3::text, $4::text, $5::timestamptz, $6::uuid, $7::uuid
         where not exists (select from consents c where c.version_id = $6 and c.patient_id = $7)",
        id,
        permit.id().uuid(),
        version.document.as_str(),
        version.version.to_string(),
        now.to_sqlx(),
        version.id.uuid(),
        patient.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(withdrawn.rows_affected() + declined.rows_affected() > 0)
}

/// The answers of a user, and those to remote care of a patient, newest first.
pub(super) async fn given(
    connection: &mut PgConnection,
    user: Option<UserId>,
    patient: Option<PatientId>,
) -> Result<Vec<ConsentRow>> {
    let rows = sqlx::query!(
        "select c.document, v.version as \"version?\", v.language as \"language?\", c.given_at, c.withdrawn_at
         from consents c left join document_versions v on v.id = c.version_id
         where (c.user_id = $1 or c.patient_id = $2) and case when c.patient_id is null then c.user_id = $1 else c.patient_id = $2 end
         order by coalesce(c.withdrawn_at, c.given_at) desc, c.id desc",
        user.map(UserId::uuid),
        patient.map(PatientId::uuid)
    )
    .fetch_all(connection)
    .await?;
    let rows = rows.into_iter().map(|row| {
        Ok(ConsentRow {
            document: parsed(&row.document)?,
            version: row.version,
            language: row.language,
            given_at: row.given_at.map(jiff_sqlx::Timestamp::to_jiff),
            withdrawn_at: row.withdrawn_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    rows.collect()
}

/// Whether a patient agrees to remote care: they were never asked, or have an agreement that is not withdrawn.
pub(super) async fn remote_care(connection: &mut PgConnection, patient: PatientId) -> Result<RemoteCare> {
    let row = sqlx::query!(
        "select min(given_at) filter (where withdrawn_at is null) as given_at, max(withdrawn_at) as withdrawn_at
         from consents where patient_id = $1",
        patient.uuid()
    )
    .fetch_one(connection)
    .await?;
    let [given, withdrawn]: [Option<Timestamp>; 2] =
        [row.given_at, row.withdrawn_at].map(|at| at.map(jiff_sqlx::Timestamp::to_jiff));
    Ok(match (given, withdrawn) {
        (None, Some(_)) => RemoteCare { agreed: false, since: withdrawn },
        (given, _) => RemoteCare { agreed: true, since: given },
    })
}
