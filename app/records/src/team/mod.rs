//! What the team of a clinic tells each other: the pages of tasks and of handover notes, for nurses, doctors and reception.

mod shift_form;
mod shift_notes;
mod task_form;
mod tasks;

pub use shift_form::{ShiftNoteValues, WriteShiftNote, write_shift_note};
pub use shift_notes::{DoctorShiftNotesPage, ListShiftNotes, SeeShiftNote, WardShiftNotesPage, list_shift_notes, see_shift_note};
pub use task_form::{AddTask, LoadTaskForm, TaskValues, add_task, load_task_form};
pub use tasks::{DeskTasksPage, DoctorTasksPage, LoadTasks, SettleTask, WardTasksPage, load_tasks, settle_task};

/// The page to which a button of a list returns: one of this site.
#[cfg(feature = "ssr")]
fn page_of(page: &str) -> &str {
    kit::address::local_path(page).unwrap_or("/")
}
