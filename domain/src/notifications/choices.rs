//! What a person chooses to be told and when. What must be told cannot be switched off: it has no word in [`NoticeSwitch`].

use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use model::{
    errors::{Code, FieldFault},
    ids::UserId,
    notices::{NoticeChoices, NoticeSwitch},
    quiet_hours::{DayMinute, QuietHours},
};
use sqlx::PgConnection;

/// What a person chooses. Texts are unparsed form values.
#[derive(Debug, Clone)]
pub struct SetNoticeChoices {
    /// What is switched off.
    pub off: Vec<NoticeSwitch>,
    /// When the quiet hours begin and end, as `22:00`; `None` for none.
    pub quiet: Option<(String, String)>,
    /// The version of the choices that the person has seen; 0 for none.
    pub version: i32,
}

/// What the caller has chosen.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn notice_choices(domain: &Domain, access: &Access) -> Result<NoticeChoices> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("notifications.notice_choices", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let choices = load(tx.connection(), user).await?;
    tx.close().await?;
    Ok(choices)
}

/// Sets what the caller is told and when.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the fields `quiet_from`, `quiet_until`; `request.stale`.
pub async fn set_notice_choices(domain: &Domain, access: &Access, command: SetNoticeChoices) -> Result<NoticeChoices> {
    let user = access.acting()?.user;
    let SetNoticeChoices { off, quiet, version } = command;
    let quiet = quiet.map(|(from, until)| parse(&from, &until)).transpose()?;
    // In the order of their declaration, and each once.
    let off: Vec<NoticeSwitch> = NoticeSwitch::ALL.iter().copied().filter(|switch| off.contains(switch)).collect();
    let words: Vec<String> = off.iter().map(|switch| switch.as_str().to_owned()).collect();
    let mut tx = domain.begin("notifications.set_notice_choices", access).await?;
    let user = tx.permit(Write, user).await?.id();
    let before = load(tx.connection(), user).await?;
    let (from, until) = (quiet.map(|quiet| quiet.from.minutes()), quiet.map(|quiet| quiet.until.minutes()));
    let done = if version == 0 {
        sqlx::query!(
            "insert into notice_choices (user_id, switched_off, quiet_from, quiet_until) values ($1, $2, $3, $4)
             on conflict (user_id) do nothing",
            user.uuid(),
            &words,
            from,
            until
        )
        .execute(tx.connection())
        .await?
    } else {
        sqlx::query!(
            "update notice_choices set switched_off = $2, quiet_from = $3, quiet_until = $4, version = version + 1
             where user_id = $1 and version = $5",
            user.uuid(),
            &words,
            from,
            until,
            version
        )
        .execute(tx.connection())
        .await?
    };
    if done.rows_affected() == 0 {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    let mut entry = Audit::of(AuditAction::NotificationsChoicesSet).on(ResourceKind::Account, user);
    for switch in NoticeSwitch::ALL {
        let (was_off, is_off) = (before.off.contains(switch), off.contains(switch));
        if was_off != is_off {
            entry = entry.with(switch.as_str(), if is_off { "off" } else { "on" });
        }
    }
    for (name, minutes) in [
        ("quiet_from_before", before.quiet.map(|quiet| quiet.from.minutes())),
        ("quiet_until_before", before.quiet.map(|quiet| quiet.until.minutes())),
        ("quiet_from", from),
        ("quiet_until", until),
    ] {
        if let Some(minutes) = minutes {
            entry = entry.with(name, i64::from(minutes));
        }
    }
    tx.commit(entry).await?;
    Ok(NoticeChoices { off, quiet, version: version + 1 })
}

/// Whether a person has switched this off.
pub(crate) async fn is_off(connection: &mut PgConnection, user: UserId, switch: NoticeSwitch) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from notice_choices where user_id = $1 and $2::text = any(switched_off)) as \"off!\"",
        user.uuid(),
        switch.as_str()
    )
    .fetch_one(connection)
    .await?;
    Ok(row.off)
}

fn parse(from: &str, until: &str) -> Result<QuietHours> {
    let mut faults = Faults::default();
    let from = faults.take("quiet_from", DayMinute::parse(from));
    let until = faults.take("quiet_until", DayMinute::parse(until));
    if from.is_some() && from == until {
        faults.add("quiet_until", FieldFault::UnknownChoice);
    }
    faults.check()?;
    let (Some(from), Some(until)) = (from, until) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };
    Ok(QuietHours { from, until })
}

async fn load(connection: &mut PgConnection, user: UserId) -> Result<NoticeChoices> {
    let row =
        sqlx::query!("select switched_off, quiet_from, quiet_until, version from notice_choices where user_id = $1", user.uuid())
            .fetch_optional(connection)
            .await?;
    let Some(row) = row else { return Ok(NoticeChoices::default()) };
    let quiet = row.quiet_from.and_then(DayMinute::of).zip(row.quiet_until.and_then(DayMinute::of));
    Ok(NoticeChoices {
        // A later version of the server may know more words.
        off: row.switched_off.iter().filter_map(|word| NoticeSwitch::parse(word).ok()).collect(),
        quiet: quiet.map(|(from, until)| QuietHours { from, until }),
        version: row.version,
    })
}
