//! What the team of a clinic tells each other: tasks, and handover notes from one shift to the next.

mod shift_note;
mod task;

pub use shift_note::{Shift, ShiftLine, ShiftNoteReader, ShiftNoteView, ShiftNotes};
pub use task::{Assignee, NamedPatient, TaskDone, TaskFilter, TaskForm, TaskList, TaskView, TeamMember, TeamRole};
