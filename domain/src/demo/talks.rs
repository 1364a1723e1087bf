//! The texts of the chat during a visit, and their rows.

use super::{Filling, visits::Visit};
use crate::{Result, vault::Column};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::{MessageId, ThreadId};
use uuid::Uuid;

/// The writer of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    Patient,
    Doctor,
}

/// Messages in order.
pub(super) type Talk = [(Writer, &'static str)];

use Writer::{Doctor, Patient};

pub(super) const TALKS: [&Talk; 6] = [
    &[
        (Doctor, "I can see you but not hear you. Is the microphone on?"),
        (Patient, "One moment, I had the wrong one"),
        (Patient, "Now?"),
        (Doctor, "Much better, thank you."),
    ],
    &[
        (Patient, "Which pharmacy can I take it to?"),
        (Doctor, "Any pharmacy. They check the code on the paper."),
        (Patient, "Perfect, thank you"),
    ],
    &[
        (Doctor, "Please hold the camera a little closer, and to the light."),
        (Patient, "Like this?"),
        (Doctor, "Yes, hold it there."),
        (Doctor, "Thank you, I have seen what I need."),
    ],
    &[(Patient, "The connection is bad here, I go to the kitchen"), (Doctor, "No hurry, I wait."), (Patient, "Ok, here I am")],
    &[
        (Doctor, "The exercises are in the leaflet that we talked about: ten minutes, twice a day."),
        (Patient, "And when it hurts?"),
        (Doctor, "Then half of it. Stop only if it gets worse at night."),
        (Patient, "👍"),
    ],
    &[
        (Patient, "My daughter is beside me, is that all right?"),
        (Doctor, "Of course. Good that she helps."),
        (Patient, "She asks if I may take it together with my other tablets"),
        (Doctor, "Yes. I have looked at your list, they go together."),
    ],
];

/// Writes threads with their messages.
pub(super) async fn fill(filling: &mut Filling<'_>, visits: &[Visit<'_>]) -> Result<()> {
    let (mut ids, mut patients, mut encounters, mut began, mut lasts) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::<jiff_sqlx::Timestamp>::new(), Vec::new());
    let (mut messages, mut threads, mut writers, mut keys, mut positions, mut bodies, mut sent) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::<i32>::new(), Vec::new(), Vec::<jiff_sqlx::Timestamp>::new());
    let domain = filling.tx.domain().clone();
    for visit in visits {
        let Some(talk) = visit.outcome.talk else { continue };
        let thread: ThreadId = filling.id(visit.began);
        let mut at = visit.began + SignedDuration::from_secs(50);
        let mut position = 0;
        for (writer, text) in talk {
            at += SignedDuration::from_secs(15 + i64::try_from(filling.seeded.below(60)).unwrap_or(0));
            position += 1;
            let id: MessageId = filling.id(at);
            messages.push(id.uuid());
            threads.push(thread.uuid());
            writers.push(match writer {
                Patient => visit.patient.user.uuid(),
                Doctor => visit.doctor.user.uuid(),
            });
            // The client key can be any unique number.
            keys.push(filling.id::<MessageId>(at).uuid());
            positions.push(position);
            bodies.push(visit.patient.key.encrypt(domain.randomness(), Column::Message, id, text));
            sent.push(at.to_sqlx());
        }
        ids.push(thread.uuid());
        patients.push(visit.patient.id.uuid());
        encounters.push(visit.encounter.uuid());
        began.push(visit.began.to_sqlx());
        lasts.push(position);
    }
    insert_threads(filling, &ids, &patients, &encounters, &began, &lasts).await?;
    sqlx::query!(
        "insert into messages (id, thread_id, sender_user_id, client_key, position, body_cipher, sent_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int4[], $6::bytea[], $7::timestamptz[])",
        &messages,
        &threads,
        &writers,
        &keys,
        &positions,
        &bodies,
        &sent as &[jiff_sqlx::Timestamp]
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

async fn insert_threads(
    filling: &mut Filling<'_>,
    ids: &[Uuid],
    patients: &[Uuid],
    encounters: &[Uuid],
    began: &[jiff_sqlx::Timestamp],
    lasts: &[i32],
) -> Result<()> {
    sqlx::query!(
        "insert into threads (id, patient_id, encounter_id, created_at, last)
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::int4[])",
        ids,
        patients,
        encounters,
        began as &[jiff_sqlx::Timestamp],
        lasts
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}
