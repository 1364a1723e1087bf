//! Notes about who is away, in the database.

use super::super::{Conversation, away::Answering};
use crate::{
    Result,
    access::{Action, Permit, actions::Write},
    db::Tx,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    chat::conversation::{AwayNote, Counterpart},
    ids::AwayNoteId,
};
use uuid::Uuid;

/// The two columns that say whose it is. A care group has neither notes nor canned answers of its own.
pub(super) fn columns(who: Counterpart) -> (Option<Uuid>, Option<Uuid>) {
    match who {
        Counterpart::Doctor(doctor) => (Some(doctor.uuid()), None),
        Counterpart::Desk(clinic) => (None, Some(clinic.uuid())),
        Counterpart::Group(_) => (None, None),
    }
}

/// The note as it was set, also when its last day is over; the empty one if none was ever set.
pub(in crate::chat::care) async fn away_note<A: Action>(tx: &mut Tx, permit: &Permit<A, Answering>) -> Result<AwayNote> {
    let (doctor, clinic) = columns(permit.id().0);
    let row = sqlx::query!(
        "select body, until, version from away_notes where doctor_id = $1::uuid or clinic_id = $2::uuid",
        doctor,
        clinic
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map_or_else(AwayNote::default, |row| AwayNote {
        text: row.body,
        until: row.until.map(|until| until.to_jiff()),
        version: row.version,
    }))
}

/// Sets the note, and keeps what it says as a version; `false` if it has another version by now.
pub(in crate::chat::care) async fn set_away_note(
    tx: &mut Tx,
    permit: &Permit<Write, Answering>,
    (text, until): (&str, Option<Date>),
    version: i32,
) -> Result<bool> {
    let (doctor, clinic) = columns(permit.id().0);
    let (user, now) = (tx.access().acting()?.user, tx.now());
    let until = until.map(|until| until.to_sqlx());
    let done = if version == 0 {
        let id: Uuid = tx.new_id::<AwayNoteId>().uuid();
        sqlx::query!(
            "insert into away_notes (id, doctor_id, clinic_id, body, until, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)
             on conflict do nothing",
            id,
            doctor,
            clinic,
            text,
            until as _,
            user.uuid(),
            now.to_sqlx()
        )
        .execute(tx.connection())
        .await?
    } else {
        sqlx::query!(
            "update away_notes set body = $4, until = $5, set_by = $6, set_at = $7, version = version + 1
             where (doctor_id = $1::uuid or clinic_id = $2::uuid) and version = $3",
            doctor,
            clinic,
            version,
            text,
            until as _,
            user.uuid(),
            now.to_sqlx()
        )
        .execute(tx.connection())
        .await?
    };
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "insert into away_note_versions (note_id, version, body, until, set_by, set_at)
         select id, version, body, until, set_by, set_at from away_notes where doctor_id = $1::uuid or clinic_id = $2::uuid",
        doctor,
        clinic
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// The note that the patient of a conversation reads now, if its last day is not over where the doctor or the clinic is.
pub(in crate::chat::care) async fn shown_note<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, Conversation>,
) -> Result<Option<AwayNote>> {
    let now = tx.now();
    let row = sqlx::query!(
        "select w.body, w.until, w.version
         from conversations c join away_notes w on w.doctor_id = c.doctor_id or w.clinic_id = c.clinic_id
           left join doctor_name d on d.doctor_id = c.doctor_id left join account a on a.user_id = d.user_id
           left join clinic_address k on k.clinic_id = c.clinic_id
         where c.thread_id = $1 and w.body <> '' and w.until >= ($2::timestamptz at time zone coalesce(k.time_zone, a.time_zone, 'UTC'))::date",
        permit.id().0.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| AwayNote { text: row.body, until: row.until.map(|until| until.to_jiff()), version: row.version }))
}
