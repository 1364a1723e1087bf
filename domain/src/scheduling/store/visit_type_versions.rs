//! What doctors' visit types were in each version, in the database.

use super::doctors::money;
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
    directory::{Version, VersionsOf},
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{DetailField, DetailValue},
    ids::{DoctorId, VisitTypeId},
};

/// Stands for a length, a fee or a buffer that is the usual one of the doctor.
const USUAL: &str = "usual";

/// Keeps what a visit type is before the first change of it that is kept. `version` is that of the doctor.
pub(in crate::scheduling) async fn keep_first(tx: &mut Tx, id: VisitTypeId, version: i32) -> Result<()> {
    sqlx::query!(
        "insert into visit_type_versions
           (visit_type_id, version, name, mode, minutes, fee_minor, buffer_before_minutes, buffer_after_minutes, currency, is_active,
            needs_approval, has_meeting_link)
         select t.id, $2::integer, t.name, t.mode, t.minutes, t.fee_minor, t.buffer_before_minutes, t.buffer_after_minutes, d.currency, t.is_active,
           t.needs_approval, t.meeting_link is not null
         from visit_types t join doctor_profile d on d.doctor_id = t.doctor_id
         where t.id = $1 and not exists (select from visit_type_versions v where v.visit_type_id = t.id)
         on conflict do nothing",
        id.uuid(),
        version
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what a visit type is now, made by the caller. `version` is the one of the doctor before the change.
pub(in crate::scheduling) async fn keep(tx: &mut Tx, id: VisitTypeId, version: i32) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into visit_type_versions
           (visit_type_id, version, name, mode, minutes, fee_minor, buffer_before_minutes, buffer_after_minutes, currency, is_active,
            needs_approval, has_meeting_link, changed_by, changed_at)
         select t.id, $2::integer, t.name, t.mode, t.minutes, t.fee_minor, t.buffer_before_minutes, t.buffer_after_minutes, d.currency, t.is_active,
           t.needs_approval, t.meeting_link is not null, $3::uuid, $4::timestamptz
         from visit_types t join doctor_profile d on d.doctor_id = t.doctor_id where t.id = $1",
        id.uuid(),
        version.saturating_add(1),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The newest versions of each visit type of a doctor, at most `limit` of each.
pub(in crate::scheduling) async fn of_doctor(
    tx: &mut Tx,
    permit: &Permit<Read, DoctorId>,
    limit: i64,
) -> Result<Vec<VersionsOf>> {
    let rows = sqlx::query!(
        "select v.visit_type_id as \"visit_type_id!\", t.name as \"name_now!\", v.name as \"name!\", v.mode as \"mode!\", v.minutes as \"minutes?\",
           v.fee_minor as \"fee_minor?\", v.buffer_before_minutes as \"before?\", v.buffer_after_minutes as \"after?\", v.currency as \"currency!\",
           v.is_active as \"is_active!\", v.needs_approval as \"needs_approval!\", v.has_meeting_link as \"has_meeting_link!\",
           n.name as \"by?\", v.changed_at as \"changed_at?\"
         from visit_type_versions v join visit_types t on t.id = v.visit_type_id left join person_name n on n.user_id = v.changed_by
         where t.doctor_id = $1
           and (select count(*) from visit_type_versions w where w.visit_type_id = v.visit_type_id and w.version > v.version) < $2
         order by t.position, v.version desc",
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut found: Vec<VersionsOf> = Vec::new();
    let mut last = None;
    for row in rows {
        if last != Some(row.visit_type_id) {
            last = Some(row.visit_type_id);
            found.push(VersionsOf { of: row.name_now, versions: Vec::new() });
        }
        let fee = row.fee_minor.map(|minor| money(minor, &row.currency)).transpose()?;
        let details = vec![
            (DetailField::VisitTypeName, DetailValue::text(row.name)),
            (DetailField::VisitTypeMode, DetailValue::text(row.mode)),
            (DetailField::VisitTypeMinutes, number(row.minutes)),
            (DetailField::VisitTypeFee, fee.map(DetailValue::Fee).or_else(|| DetailValue::text(USUAL))),
            (DetailField::VisitTypeBefore, number(row.before)),
            (DetailField::VisitTypeAfter, number(row.after)),
            (DetailField::VisitTypeOffered, yes_or_no(row.is_active)),
            (DetailField::VisitTypeApproval, yes_or_no(row.needs_approval)),
            (DetailField::VisitTypeLink, yes_or_no(row.has_meeting_link)),
        ];
        if let Some(of) = found.last_mut() {
            of.versions.push(Version { made: row.changed_at.zip(row.by).map(|(at, by)| (at.to_jiff(), by)), details });
        }
    }
    Ok(found)
}

fn number(minutes: Option<i16>) -> Option<DetailValue> {
    DetailValue::text(minutes.map_or_else(|| USUAL.to_owned(), |minutes| minutes.to_string()))
}

fn yes_or_no(whether: bool) -> Option<DetailValue> {
    DetailValue::text(if whether { "yes" } else { "no" })
}
