//! What can be done to a resource. One declaration makes the policy's word, the text in the audit, and the type that a permit carries.

/// Declares the actions: what it is, its name, its text in the audit, and whether it changes the resource.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $text:literal $changes:ident,)+) => {
        /// An action on a resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ActionKind {
            $($(#[$doc])* $name,)+
        }

        impl ActionKind {
            /// All actions.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The action as it is written in the audit.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// Whether the facts must be locked, so that they still hold when the change is made.
            #[must_use]
            pub const fn changes(self) -> bool {
                match self {
                    $(Self::$name => actions!(@ $changes),)+
                }
            }
        }

        /// The actions as types.
        pub mod actions {
            use super::{Action, ActionKind};

            $(
                $(#[$doc])*
                #[derive(Debug, Clone, Copy)]
                pub struct $name;

                impl Action for $name {
                    const KIND: ActionKind = ActionKind::$name;
                }
            )+
        }
    };
    (@ changes) => { true };
    (@ reads) => { false };
}

/// An action on a resource. Each action is a type, so that a permit for one action cannot be used for another.
pub trait Action: Copy + Send {
    /// The action in the policy's terms.
    const KIND: ActionKind;
}

actions! {
    /// See it.
    Read "read" reads,
    /// See it while it is still being written: a draft, the notes of a visit that has not ended.
    Follow "follow" reads,
    /// Change its content.
    Write "write" changes,
    /// Create one for this subject.
    Create "create" changes,
    /// Cancel it.
    Cancel "cancel" changes,
    /// Enter the room.
    Join "join" reads,
    /// Enter or leave its waiting room.
    Arrive "arrive" changes,
    /// Note whether the patient came.
    Attend "attend" changes,
    /// Admit the patient.
    Admit "admit" changes,
    /// Finish it.
    End "end" changes,
    /// Sign it.
    Sign "sign" changes,
    /// Verify or refuse it.
    Decide "decide" changes,
    /// Suspend or restore it.
    Suspend "suspend" changes,
}
