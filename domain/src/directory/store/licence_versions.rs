//! What doctors' licences were in each version, in the database.

use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
    directory::changes::{Version, VersionsOf},
};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{DetailField, DetailValue},
    ids::{DoctorId, LicenceId},
};

/// Keeps what a licence is before the first change of it that is kept.
pub(super) async fn keep_first(tx: &mut Tx, licence: LicenceId) -> Result<()> {
    sqlx::query!(
        "insert into licence_versions (licence_id, version, number, authority, country, region, issued_on, expires_on, state, reply)
         select l.id, l.version, l.number, l.authority, l.country, l.region, l.issued_on, l.expires_on,
           case when d.status = 'verified' then l.state end, l.reply
         from licences l join doctors d on d.id = l.doctor_id
         where l.id = $1 and not exists (select from licence_versions v where v.licence_id = l.id)
         on conflict do nothing",
        licence.uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what a licence is now as its version, made by the caller.
pub(super) async fn keep(tx: &mut Tx, licence: LicenceId) -> Result<()> {
    let (by, now) = (tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into licence_versions
           (licence_id, version, number, authority, country, region, issued_on, expires_on, state, reply, changed_by, changed_at)
         select l.id, l.version, l.number, l.authority, l.country, l.region, l.issued_on, l.expires_on,
           case when d.status = 'verified' then l.state end, l.reply, $2::uuid, $3::timestamptz
         from licences l join doctors d on d.id = l.doctor_id where l.id = $1",
        licence.uuid(),
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The newest versions of each licence of a doctor, at most `limit` of each. A licence is called by its authority and its number.
pub(in crate::directory) async fn of_doctor(tx: &mut Tx, permit: &Permit<Read, DoctorId>, limit: i64) -> Result<Vec<VersionsOf>> {
    let rows = sqlx::query!(
        "select v.licence_id as \"licence_id!\", v.number as \"number!\", v.authority as \"authority!\", v.country as \"country!\",
           v.region as \"region?\", v.issued_on as \"issued_on?\", v.expires_on as \"expires_on!\", v.state as \"state?\", v.reply as \"reply?\",
           n.name as \"by?\", v.changed_at as \"changed_at?\"
         from licence_versions v join licences l on l.id = v.licence_id left join person_name n on n.user_id = v.changed_by
         where l.doctor_id = $1
           and (select count(*) from licence_versions w where w.licence_id = v.licence_id and w.version > v.version) < $2
         order by v.licence_id, v.version desc",
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let mut found: Vec<VersionsOf> = Vec::new();
    let mut last = None;
    for row in rows {
        if last != Some(row.licence_id) {
            last = Some(row.licence_id);
            found.push(VersionsOf { of: format!("{} {}", row.authority, row.number), versions: Vec::new() });
        }
        let mut details = vec![
            (DetailField::LicenceNumber, DetailValue::text(row.number)),
            (DetailField::LicenceAuthority, DetailValue::text(row.authority)),
            (DetailField::LicenceCountry, DetailValue::text(row.country)),
            (DetailField::LicenceRegion, row.region.and_then(DetailValue::text)),
            (DetailField::LicenceIssued, row.issued_on.map(|day| DetailValue::Date(day.to_jiff()))),
            (DetailField::LicenceExpires, Some(DetailValue::Date(row.expires_on.to_jiff()))),
            (DetailField::LicenceReply, row.reply.and_then(DetailValue::text)),
        ];
        // The licence of an application has no state of its own.
        if let Some(state) = row.state {
            details.push((DetailField::LicenceState, DetailValue::text(state)));
        }
        if let Some(of) = found.last_mut() {
            of.versions.push(Version { made: row.changed_at.zip(row.by).map(|(at, by)| (at.to_jiff(), by)), details });
        }
    }
    Ok(found)
}
