//! What became of mails and text messages, for those who help people who have not got one. What was in them is not shown.

use super::{mail, texts};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    db::BEGIN_PLANNED_ANEW,
};
use jiff_sqlx::ToSqlx;
use model::{
    deliveries::{DeliveryCursor, DeliveryRow, DeliveryState, DeliveryWay},
    errors::Code,
    ids::{MailId, TextId, UserId},
    page::{Page, page_size},
};
use sqlx::Connection as _;
use uuid::Uuid;

/// Which deliveries to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ListDeliveries {
    /// Only these.
    pub way: Option<DeliveryWay>,
    /// Only those of which this became.
    pub state: Option<DeliveryState>,
    /// Only those to this person.
    pub user: Option<UserId>,
    /// The last delivery of the page before.
    pub after: Option<DeliveryCursor>,
    /// How many to list.
    pub limit: Option<u32>,
}

/// The mails and text messages of the last 90 days, the newest first.
///
/// The statement is planned anew for what is asked: with a plan for every filter, the planner would read all mails to find the few that failed, or those
/// of one person. The indexes are `mails_state`, `mails_user` and `mails_created`, and those of `texts`.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are neither administrators of the whole organisation nor its support.
pub async fn list_deliveries(domain: &Domain, access: &Access, command: ListDeliveries) -> Result<Page<DeliveryRow>> {
    access.scope(ResourceKind::Delivery)?;
    let ListDeliveries { way, state, user, after, limit } = command;
    let size = page_size(limit);
    let mut tx = domain.begin_reading("notifications.list_deliveries", access).await?;
    let mail_state = state.map(|state| if state == DeliveryState::Failed { "dead" } else { state.as_str() });
    let mut planned = tx.connection().begin_with(BEGIN_PLANNED_ANEW).await?;
    let rows = sqlx::query!(
        "select d.id as \"id!\", d.way as \"way!\", d.kind as \"kind!\", d.user_id as \"user_id?\", a.name as \"name?\", d.masked as \"masked?\",
           d.state as \"state!\", d.attempts as \"attempts!\", d.error as \"error?\", d.created_at as \"created_at!\"
         from (
           (select m.id, 'mail' as way, m.kind, m.user_id, null::text as masked,
              case m.state when 'dead' then 'failed' else m.state end as state, m.attempts, m.last_error as error, m.created_at
            from mails m
            where ($1::text is null or $1 = 'mail') and ($2::text is null or m.state = $7)
              and ($3::uuid is null or m.user_id = $3) and ($4::timestamptz is null or (m.created_at, m.id) < ($4, $5::uuid))
            order by m.created_at desc, m.id desc limit $6)
           union all
           (select t.id, 'text' as way, t.kind, t.user_id, t.masked, t.state, t.attempts, t.error, t.created_at
            from texts t
            where ($1::text is null or $1 = 'text') and ($2::text is null or t.state = $2)
              and ($3::uuid is null or t.user_id = $3) and ($4::timestamptz is null or (t.created_at, t.id) < ($4, $5::uuid))
            order by t.created_at desc, t.id desc limit $6)
         ) d left join account a on a.user_id = d.user_id
         order by d.created_at desc, d.id desc limit $6",
        way.map(DeliveryWay::as_str),
        state.map(DeliveryState::as_str),
        user.map(UserId::uuid),
        after.map(|after| after.at.to_sqlx()),
        after.map(|after| after.id),
        i64::from(size) + 1,
        mail_state
    )
    .fetch_all(&mut *planned)
    .await?;
    // Nothing is locked, so the ROLLBACK can go with the next statement.
    drop(planned);
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(DeliveryRow {
            id: row.id,
            way: DeliveryWay::parse(&row.way).map_err(|_| Error::internal("an unknown way of delivery"))?,
            kind: row.kind,
            user: row.user_id.map(UserId::from),
            name: row.name,
            masked: row.masked,
            state: DeliveryState::parse(&row.state).map_err(|_| Error::internal("an unknown state of a delivery"))?,
            attempts: row.attempts,
            error: row.error,
            at: row.created_at.to_jiff(),
        });
    }
    let page = Page::cut(found, size, |row| DeliveryCursor { at: row.at, id: row.id }.to_string());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::NotificationsDeliveriesListed).with("shown", shown);
    let entry = match user {
        Some(user) => entry.on(ResourceKind::Account, user),
        None => entry,
    };
    tx.commit(entry).await?;
    Ok(page)
}

/// Sends a mail or a text message again that has failed. One with a code or a link that is over is not sent.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are neither administrators of the whole organisation nor its support; `not_found` when there is no
/// such delivery, or it has not failed.
pub async fn repeat_delivery(domain: &Domain, access: &Access, way: DeliveryWay, id: Uuid) -> Result<()> {
    access.scope(ResourceKind::Delivery)?;
    let mut tx = domain.begin("notifications.repeat_delivery", access).await?;
    let (now, domain) = (tx.now(), tx.domain().clone());
    let entry = Audit::of(AuditAction::NotificationsDeliveryRepeated).with("way", way.as_str());
    let (found, entry) = match way {
        DeliveryWay::Mail => {
            let priority = sqlx::query_scalar!(
                "update mails set state = 'queued', attempts = 0 where id = $1 and state = 'dead' returning priority",
                id
            )
            .fetch_optional(tx.connection())
            .await?;
            let mail = MailId::from(id);
            if let Some(priority) = priority {
                mail::send_later(&domain, tx.connection(), mail, priority).await?;
            }
            (priority.is_some(), entry.with_id("mail", mail))
        }
        DeliveryWay::Text => {
            let priority = sqlx::query_scalar!(
                "update texts set state = 'queued', attempts = 0, error = null, changed_at = $2, provider_id = null,
                   earlier_provider_ids = case when provider_id is null then earlier_provider_ids else earlier_provider_ids || provider_id end
                 where id = $1 and state = 'failed'
                 returning priority",
                id,
                now.to_sqlx()
            )
            .fetch_optional(tx.connection())
            .await?;
            let text = TextId::from(id);
            if let Some(priority) = priority {
                texts::send_later(&domain, tx.connection(), text, priority).await?;
            }
            (priority.is_some(), entry.with_id("text", text))
        }
    };
    if !found {
        tx.close().await?;
        return Err(Code::NotFound.into());
    }
    tx.commit(entry).await
}
