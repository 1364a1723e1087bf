//! Searching in one's own conversations. Messages are encrypted, so they are decrypted and compared in memory, the newest first and so many at most.

use super::store;
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
};
use model::{
    chat::conversation::{FoundMessage, FoundMessages},
    errors::FieldFault,
    ids::PatientId,
    text::{fold::fold_for_search, single_line},
};
use std::collections::BTreeSet;

/// The most messages that a search looks at.
const MOST_SEARCHED: i64 = 2_000;
/// The most messages that it returns.
const MOST_FOUND: usize = 50;
/// The longest text to search for, in characters.
const LONGEST_TEXT: usize = 100;
/// How much of a message it shows, in characters.
const EXCERPT: usize = 160;

/// Finds messages of the caller's conversations that contain a text, the newest first. Case, accents and punctuation do not matter.
///
/// # Errors
/// `request.fields_invalid` with the field `text`; `access.sign_in_needed`; `access.forbidden` for roles without conversations, and for guardians who see
/// appointments only.
pub async fn search_conversations(domain: &Domain, access: &Access, text: &str) -> Result<FoundMessages> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let acting = access.acting()?;
    let text = single_line(text, LONGEST_TEXT).map_err(|fault| Error::field("text", fault))?;
    let wanted = fold_for_search(&text);
    if wanted.is_empty() {
        return Err(Error::field("text", FieldFault::Missing));
    }
    let mut tx = domain.begin_reading("chat.search_conversations", access).await?;
    let newest = store::newest_messages(&mut tx, &scope, acting, MOST_SEARCHED).await?;
    let looked = newest.len();
    let is_whole = i64::try_from(looked).is_ok_and(|looked| looked < MOST_SEARCHED);
    let mut items: Vec<FoundMessage> = Vec::new();
    let mut patients: BTreeSet<PatientId> = BTreeSet::new();
    for (message, patient) in newest {
        patients.insert(patient);
        if items.len() < MOST_FOUND && fold_for_search(&message.excerpt).contains(&wanted) {
            let excerpt = message.excerpt.chars().take(EXCERPT).collect();
            items.push(FoundMessage { excerpt, ..message });
        }
    }
    if looked == 0 {
        tx.close().await?;
    } else {
        let count = i64::try_from(looked).map_err(Error::internal)?;
        tx.commit(Audit::read(AuditAction::ChatConversationsListed).patients(patients).with("searched", count)).await?;
    }
    Ok(FoundMessages { text, items, is_whole })
}
