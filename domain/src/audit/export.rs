//! The audit log as a file of comma-separated values (RFC 4180), for an auditor.
//!
//! - The file is UTF-8 with a byte order mark. Without the mark, Excel reads the file in the code page of the machine and spoils every name that is not
//!   English; programs that read CSV leave the mark out (`utf-8-sig` in Python).
//! - Every value is in quotes, so that a spreadsheet that separates columns by semicolons does not cut one of them.
//! - A value that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"): names are typed by strangers.

use super::{
    AuditAction,
    rows::{self, AuditFilter, AuditRow},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    db::lift,
};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use jiff::tz::TimeZone;
use model::audit::MOST_EXPORTED;
use std::borrow::Cow;

/// How many rows are read at once.
const AT_ONCE: usize = 1_000;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The columns. Programs read them by these names, so they never change.
const COLUMNS: [&str; 13] = [
    "time_utc",
    "action",
    "outcome",
    "by",
    "by_id",
    "role",
    "patients",
    "patient_ids",
    "about",
    "about_kind",
    "about_id",
    "sealed",
    "id",
];

/// Which rows to export.
#[derive(Debug, Clone)]
pub struct ExportLog {
    /// Which rows; `after` must not be set.
    pub filter: AuditFilter,
    /// The sentence that the last line has if more rows match than the file may have.
    pub note: String,
}

/// A file that is being made: the newest rows come first.
#[derive(Debug)]
pub struct AuditExport {
    domain: Domain,
    command: ExportLog,
    left: usize,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Heading,
    Rows,
    Done,
}

/// Begins to export the log. Exporting it is audited before the first row is read, so a download that is broken off is audited too.
///
/// # Errors
/// `access.forbidden` for callers who are not an admin of the whole organisation.
pub async fn export(domain: &Domain, access: &Access, command: ExportLog) -> Result<AuditExport> {
    access.scope(ResourceKind::AuditLog)?;
    let tx = domain.begin_reading("audit.export", access).await?;
    tx.commit(command.filter.recorded(AuditAction::AuditExported)).await?;
    Ok(AuditExport { domain: domain.clone(), command, left: MOST_EXPORTED, stage: Stage::Heading })
}

impl AuditExport {
    /// The name of the file, with the date in UTC: `audit-log-2026-11-24.csv`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("audit-log-{}.csv", self.domain.now().to_zoned(TimeZone::UTC).date())
    }

    /// The next part of the file, at most a thousand rows; `None` after the last. No connection to the database is held between two parts.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn next_part(&mut self) -> Result<Option<Vec<u8>>> {
        if self.stage == Stage::Done {
            return Ok(None);
        }
        let wanted = AT_ONCE.min(self.left);
        let mut rows = self.rows(wanted + 1).await?;
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        self.left -= rows.len();
        let mut writer = writer(if self.stage == Stage::Heading { BYTE_ORDER_MARK.to_vec() } else { Vec::new() });
        if self.stage == Stage::Heading {
            write(&mut writer, &COLUMNS)?;
        }
        for row in &rows {
            write(&mut writer, &fields(row))?;
        }
        if let Some(last) = rows.last() {
            self.command.filter.after = Some((last.at, last.id));
        }
        self.stage = if more && self.left > 0 { Stage::Rows } else { Stage::Done };
        if more && self.left == 0 {
            let mut line = [""; COLUMNS.len()];
            line[0] = &self.command.note;
            write(&mut writer, &line)?;
        }
        writer.into_inner().map(Some).map_err(|error| Error::internal(error.to_string()))
    }

    async fn rows(&self, limit: usize) -> Result<Vec<AuditRow>> {
        let mut transaction = self.domain.pool().begin().await?;
        // A rare filter over years takes longer than a page may.
        lift(&mut transaction).await?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = rows::matching(&mut transaction, &self.command.filter, limit).await?;
        transaction.rollback().await?;
        Ok(rows)
    }
}

fn writer(into: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(into)
}

fn write(writer: &mut Writer<Vec<u8>>, fields: &[impl AsRef<str>]) -> Result<()> {
    let fields = fields.iter().map(|field| harmless(field.as_ref()).into_owned());
    writer.write_record(fields).map_err(Error::internal)
}

/// The fields of a row, in the order of [`COLUMNS`]. Names in one field are separated by semicolons.
fn fields(row: &AuditRow) -> [String; COLUMNS.len()] {
    let (by, by_id) = row.actor.as_ref().map(|(id, name)| (name.clone(), id.to_string())).unwrap_or_default();
    let (kind, id) = row.resource.as_ref().map(|(kind, id)| (kind.clone(), id.to_string())).unwrap_or_default();
    let names: Vec<Cow<'_, str>> = row.patients.iter().map(|(_, name)| harmless(name)).collect();
    let ids: Vec<String> = row.patients.iter().map(|(id, _)| id.to_string()).collect();
    [
        row.at.to_string(),
        row.action.clone(),
        row.outcome.clone(),
        by,
        by_id,
        row.role.clone().unwrap_or_default(),
        names.join("; "),
        ids.join("; "),
        row.resource_name.clone().unwrap_or_default(),
        kind,
        id,
        (if row.sealed { "yes" } else { "no" }).to_owned(),
        row.id.to_string(),
    ]
}

/// The text with an apostrophe in front if a spreadsheet could take it for a formula. Blanks in front of a formula do not help.
fn harmless(text: &str) -> Cow<'_, str> {
    const FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    const BREAKS: [char; 3] = ['\t', '\r', '\n'];
    if text.trim_start().starts_with(FORMULAS) || text.starts_with(BREAKS) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\rx", "＝1"] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "Amara Osei", "O'Brien = me", "2026-11-24T09:00:00Z"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn quotes_commas_and_line_breaks_stay_in_their_field() {
        let mut writer = writer(Vec::new());
        write(&mut writer, &["a \"b\", c\nd", "é"]).expect("a record");
        let bytes = writer.into_inner().expect("the bytes");
        assert_eq!(String::from_utf8(bytes).expect("UTF-8"), "\"a \"\"b\"\", c\nd\",\"é\"\r\n");
    }
}
