//! The page's copy of its visit, updated by messages from the server.

use super::call::{Call, Devices};
use super::elsewhere::is_elsewhere;
use super::functions::{AdmitPatient, EnterWaitingRoom, LeaveWaitingRoom, VisitValues, load_visit, return_to_waiting_room};
use kit::failure::Failure;
use kit::forms::{FormHandle, use_form};
use kit::live::use_live;
use kit::viewer::use_now;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use model::live::LiveKind;
use model::visits::views::{Side, VisitState, VisitView};
use uuid::Uuid;

/// The phases of a visit. Each has its own view, which is replaced only when the phase changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not open yet.
    Closed,
    /// Before the call: device check and waiting room.
    Lobby,
    /// The patient was admitted: the call.
    Call,
    /// The visit has ended.
    Ended,
    /// It did not take place.
    Over,
}

impl Phase {
    const fn of(state: VisitState) -> Self {
        match state {
            VisitState::Closed { .. } => Self::Closed,
            VisitState::Open | VisitState::Waiting { .. } => Self::Lobby,
            VisitState::Admitted => Self::Call,
            VisitState::Ended => Self::Ended,
            VisitState::Over => Self::Over,
        }
    }
}

/// The forms before the call. They are created with the page, before anything is awaited, so that server and browser number them alike.
#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub(super) enter: FormHandle,
    pub(super) leave: FormHandle,
    pub(super) admit: FormHandle,
}

impl Forms {
    pub(super) fn new() -> Self {
        Self {
            enter: use_form::<EnterWaitingRoom, VisitValues>(),
            leave: use_form::<LeaveWaitingRoom, VisitValues>(),
            admit: use_form::<AdmitPatient, VisitValues>(),
        }
    }

    /// Counts the successful submits of all the forms.
    fn done(self) -> u32 {
        self.enter.done().get() + self.leave.done().get() + self.admit.done().get()
    }
}

/// Numbers the loads of the visit in the order of the requests. A late answer must not replace a newer one, and a lost one must not block others.
#[derive(Debug, Clone, Copy, Default)]
struct Loads {
    asked: u32,
    shown: u32,
}

/// The visit of the page, with its forms, devices and call.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) visit: RwSignal<VisitView>,
    pub(super) phase: Memo<Phase>,
    pub(super) devices: Devices,
    pub(super) call: Call,
    pub(super) forms: Forms,
    /// Whether the user chose to leave the waiting room.
    pub(super) leaves: RwSignal<bool>,
    loads: StoredValue<Loads>,
}

/// Loads the visit whose id is in the address.
pub(super) fn use_visit() -> Resource<Result<VisitView, Failure>> {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").and_then(|id| id.parse::<Uuid>().ok()));
    Resource::new_blocking(id, |id| async move {
        match id {
            Some(id) => load_visit(id).await,
            None => Err(model::errors::Code::NotFound.into()),
        }
    })
}

impl Room {
    /// Starts with the visit that the page was loaded with, and keeps it up to date.
    pub(super) fn follow(first: VisitView, forms: Forms) -> Self {
        let (id, elsewhere) = (first.encounter, is_elsewhere(&first));
        let visit = RwSignal::new(first);
        let phase = Memo::new(move |_| Phase::of(visit.with(|visit| visit.state)));
        let devices = Devices::new();
        let (leaves, loads) = (RwSignal::new(false), StoredValue::new(Loads::default()));
        let room = Self { visit, phase, devices, call: Call::new(id, devices), forms, leaves, loads };
        use_live(LiveKind::Visit, move |changed| {
            if changed.is_none_or(|changed| changed == id.uuid()) {
                room.load();
            }
        });
        Effect::new(move |_| {
            if forms.done() > 0 {
                room.load();
            }
        });
        room.open_in_time();
        room.stay_in_waiting_room();
        let wants_devices = move || match phase.get() {
            _ if elsewhere => false,
            Phase::Lobby => true,
            Phase::Call => !room.call.is_away(),
            Phase::Closed | Phase::Ended | Phase::Over => false,
        };
        devices.run(id, Memo::new(move |_| wants_devices()));
        room
    }

    /// Loads the current state of the visit. If that fails, the page stays as it is.
    pub(super) fn load(self) {
        let Some(id) = self.visit.try_with_untracked(|visit| visit.encounter) else { return };
        let number = self.loads.try_update_value(|loads| {
            loads.asked += 1;
            loads.asked
        });
        let Some(number) = number else { return };
        spawn_local(async move {
            let Ok(now) = load_visit(id.uuid()).await else { return };
            let newer = self.loads.try_update_value(|loads| {
                let newer = number > loads.shown;
                loads.shown = loads.shown.max(number);
                newer
            });
            if newer == Some(true) {
                self.visit.try_set(now);
            }
        });
    }

    /// Reloads the visit when the opening time of the waiting room has come.
    fn open_in_time(self) {
        let now = use_now();
        Effect::new(move |_| {
            if let VisitState::Closed { opens_at } = self.visit.with(|visit| visit.state)
                && now.get() >= opens_at
            {
                self.load();
            }
        });
    }

    /// Brings a patient back who waited on this page and was removed from the waiting room because the connection broke.
    fn stay_in_waiting_room(self) {
        Effect::new(move |waited: Option<bool>| {
            let (state, side, id) = self.visit.with(|visit| (visit.state, visit.side, visit.encounter));
            let waits = matches!(state, VisitState::Waiting { .. });
            let leaves = self.leaves.get_untracked();
            if side == Side::Patient && waited == Some(true) && state == VisitState::Open && !leaves {
                spawn_local(async move {
                    if return_to_waiting_room(id).await.is_ok() {
                        self.load();
                    }
                });
            }
            waits
        });
    }
}
