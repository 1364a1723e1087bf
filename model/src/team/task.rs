//! A task of a clinic's team.

use crate::{
    access::Role,
    errors::FieldFault,
    ids::{PatientId, TaskId, UserId},
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

words! {
    /// Which tasks a list shows.
    TaskFilter {
        /// Those that are not done.
        Open = "open",
        /// Those that are not done although their day is over.
        Overdue = "overdue",
        /// Those that are done.
        Done = "done",
    }
}

words! {
    /// A part of the team to which a task can be given as a whole.
    TeamRole {
        /// The nurses.
        Nurse = "nurse",
        /// The doctors.
        Doctor = "doctor",
        /// The reception.
        Receptionist = "receptionist",
    }
}

impl TeamRole {
    /// The role of those who belong to it.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Nurse => Role::Nurse,
            Self::Doctor => Role::Doctor,
            Self::Receptionist => Role::Receptionist,
        }
    }
}

/// To whom a task is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// To one person.
    Person(UserId),
    /// To everybody with a role: whoever does it first.
    Role(TeamRole),
}

impl Assignee {
    /// Parses what [`fmt::Display`] writes: a role, or the id of a user.
    ///
    /// # Errors
    /// `Missing` for an empty text; `UnknownChoice`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::Missing);
        }
        match (TeamRole::parse(text), text.parse::<Uuid>()) {
            (Ok(role), _) => Ok(Self::Role(role)),
            (Err(_), Ok(user)) => Ok(Self::Person(user.into())),
            (Err(fault), Err(_)) => Err(fault),
        }
    }
}

impl fmt::Display for Assignee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(user) => user.fmt(f),
            Self::Role(role) => role.fmt(f),
        }
    }
}

/// A patient, by name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPatient {
    /// The patient.
    pub id: PatientId,
    /// The patient's name.
    pub name: String,
}

/// Somebody who works in the team.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// As what they work.
    pub role: TeamRole,
}

/// That a task is done.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDone {
    /// The name of who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A task.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    /// Its id.
    pub id: TaskId,
    /// What is to be done.
    pub text: String,
    /// The patient whom it is about; none if it is about none.
    pub patient: Option<NamedPatient>,
    /// The day on which it is due, where the clinic is.
    pub due: Option<Date>,
    /// Whether it is not done and its day is over.
    pub is_overdue: bool,
    /// To whom it is given.
    pub assignee: Assignee,
    /// The name of the person to whom it is given; none if it is given to a role.
    pub assignee_name: Option<String>,
    /// The name of who gave it.
    pub given_by: String,
    /// When.
    pub given_at: Timestamp,
    /// Who has done it, and when; none while it is open.
    pub done: Option<TaskDone>,
    /// Grows when it is done or opened again.
    pub version: i32,
}

/// Tasks of the team.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskList {
    /// The tasks: open ones by the day on which they are due, done ones with the newest first.
    pub items: Vec<TaskView>,
    /// Whether there are more than are shown.
    pub is_cut: bool,
}

/// What the form for a new task offers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskForm {
    /// The patient whom the task will be about; none if it will be about none.
    pub patient: Option<NamedPatient>,
    /// Those to whom it can be given, by role and name.
    pub members: Vec<TeamMember>,
}

redacted!(NamedPatient);
redacted!(TaskView);
redacted!(TaskList);
redacted!(TaskForm);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignee_is_a_role_or_a_person() {
        let person = Assignee::Person(Uuid::from_u128(7).into());
        for assignee in [person, Assignee::Role(TeamRole::Nurse), Assignee::Role(TeamRole::Receptionist)] {
            assert_eq!(Assignee::parse(&assignee.to_string()), Ok(assignee));
        }
        assert_eq!(Assignee::parse(" "), Err(FieldFault::Missing));
        assert_eq!(Assignee::parse("admin"), Err(FieldFault::UnknownChoice));
    }
}
