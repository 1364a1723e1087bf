//! Whether patients are present: a patient whose last page, at any copy of the server, has been gone for some time leaves the waiting room.

use super::{Hub, Open};
use crate::{
    copies,
    live::{
        handle::{Handle, SocketId},
        room::{Room, Steps},
    },
};
use domain::{copies::CopyId, visits};
use model::{ids::EncounterId, visits::views::Side};
use std::{sync::atomic::Ordering, time::Duration};

/// How soon to ask again whether an absent patient is at another copy, when that could not be asked.
const ASK_AGAIN: Duration = Duration::from_secs(5);
/// A copy that was heard so recently runs, whatever a beat says that began before.
const CERTAINLY_RUNS: Duration = Duration::from_secs(15);

impl Open {
    /// The patient's last page here is gone; returns the number of the absence.
    fn begin_absence(&mut self, visit: EncounterId) -> u64 {
        self.absences += 1;
        self.away.insert(visit, self.absences);
        self.absences
    }

    /// Ends an absence; whether it had not ended yet.
    fn end_absence(&mut self, visit: EncounterId, absence: u64) -> bool {
        self.away.get(&visit) == Some(&absence) && self.away.remove(&visit).is_some()
    }
}

impl Hub {
    /// Lets a participant follow a visit. The caller has already checked the participant's seat.
    pub(in crate::live) async fn follow(&self, visit: EncounterId, handle: &Handle, side: Side, epoch: u32) {
        let (steps, enters) = {
            let mut open = self.open();
            if side == Side::Patient {
                open.away.remove(&visit);
            }
            let room = open.rooms.entry(visit).or_insert_with(|| Room::new(visit));
            let enters = side == Side::Patient && !room.has(Side::Patient);
            (room.follow(handle, side, epoch), enters)
        };
        self.carry_out(steps);
        if enters && let Err(error) = self.copies().enter(visit).await {
            // The next beat says it again.
            tracing::warn!(%error, "the other copies do not know yet that a patient is present here");
        }
    }

    /// Ends following a visit. If this was the patient's last page at any copy, the patient leaves the waiting room after some time
    /// ([`Options::absence`](super::Options::absence)).
    pub(in crate::live) async fn leave_room(&self, visit: EncounterId, socket: SocketId) {
        let (steps, absence) = {
            let mut open = self.open();
            let Some(room) = open.rooms.get_mut(&visit) else { return };
            let (steps, side) = room.leave(socket);
            let away = side == Some(Side::Patient) && !room.has(Side::Patient);
            if room.is_empty() {
                open.rooms.remove(&visit);
            }
            (steps, away.then(|| open.begin_absence(visit)))
        };
        self.carry_out(steps);
        // What this copy has said about its patients then runs out, and another copy looks after them.
        let Some(absence) = absence.filter(|_| !self.inner.stopping.load(Ordering::SeqCst)) else { return };
        if let Err(error) = self.copies().leave(visit).await {
            tracing::warn!(%error, "the other copies do not know yet that a patient is not present here any more");
        }
        self.watch_absence(visit, absence);
    }

    /// Says to the other copies that this one runs and which patients are present at it, and looks after what it learns of them.
    ///
    /// # Errors
    /// When the others cannot be reached.
    pub(in crate::live) async fn beat(&self) -> Result<(), copies::Error> {
        let present: Vec<EncounterId> = {
            let open = self.open();
            open.rooms.iter().filter(|(_, room)| room.has(Side::Patient)).map(|(visit, _)| *visit).collect()
        };
        let beat = self.copies().beat(&present).await?;
        let steps: Vec<Steps> = {
            let mut open = self.open();
            open.heard.retain(|_, at| at.elapsed() < CERTAINLY_RUNS);
            let Open { rooms, heard, .. } = &mut *open;
            let runs = |copy: CopyId| beat.others.contains(&copy) || heard.contains_key(&copy);
            rooms.values_mut().map(|room| room.forget_all_but(runs)).collect()
        };
        steps.into_iter().for_each(|steps| self.carry_out(steps));
        for visit in beat.lapsed {
            let absence = {
                let mut open = self.open();
                let is_here = open.rooms.get(&visit).is_some_and(|room| room.has(Side::Patient));
                (!is_here).then(|| open.begin_absence(visit))
            };
            if let Some(absence) = absence {
                self.watch_absence(visit, absence);
            }
        }
        Ok(())
    }

    fn watch_absence(&self, visit: EncounterId, absence: u64) {
        let hub = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(hub.inner.options.absence).await;
            // The patient may have come back and left again; that later absence has its own timer.
            while hub.open().away.get(&visit) == Some(&absence) {
                match hub.copies().is_present(visit).await {
                    Ok(present) => {
                        let still_away = hub.open().end_absence(visit, absence);
                        if still_away && !present {
                            hub.leave_waiting_room(visit).await;
                        }
                        return;
                    }
                    Err(error) => {
                        tracing::warn!(%error, "whether an absent patient is at another copy cannot be asked; asking again");
                        tokio::time::sleep(ASK_AGAIN).await;
                    }
                }
            }
        });
    }

    async fn leave_waiting_room(&self, visit: EncounterId) {
        match domain::error::retry(|| visits::leave_absent(self.domain(), visit)).await {
            Ok(true) => tracing::debug!("a patient whose page is gone has left the waiting room"),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(error.code = %error, "a patient whose page is gone may still be in the waiting room")
            }
        }
    }
}
