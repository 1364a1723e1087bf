//! The copy of the seals outside of the database: a file with one line of JSON for each seal. Every copy of the server has such a file with all seals,
//! whoever made them, so each file alone can show that the log was rewritten.

use super::{Error, Place, lines};
use async_trait::async_trait;
use domain::{Domain, audit::Anchor};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More than the longest line.
const TAIL_BYTES: u64 = 64 * 1024;

/// The file, and the number of its newest seal; `None` until the file was read.
#[derive(Debug)]
pub struct SealFile {
    path: PathBuf,
    newest: Mutex<Option<i64>>,
}

#[async_trait]
impl Place for SealFile {
    fn name(&self) -> &str {
        "file"
    }

    async fn newest(&self, _: &Domain) -> Result<i64, Error> {
        if let Some(newest) = *self.known() {
            return Ok(newest);
        }
        let newest = self.newest_in_file()?;
        *self.known() = Some(newest);
        Ok(newest)
    }

    async fn keep(&self, _: &Domain, seals: &[Anchor]) -> Result<(), Error> {
        // After an error the file may end anywhere, so it is read again.
        *self.known() = None;
        self.append(seals)?;
        *self.known() = seals.last().map(|seal| seal.number);
        Ok(())
    }
}

impl SealFile {
    /// The file at this path, which need not exist.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path, newest: Mutex::new(None) }
    }

    fn known(&self) -> MutexGuard<'_, Option<i64>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the last seal whose line is complete; 0 without a file.
    fn newest_in_file(&self) -> io::Result<i64> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            opened => opened?,
        };
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut tail = Vec::new();
        file.read_to_end(&mut tail)?;
        let lines = tail.rsplit(|byte| *byte == b'\n');
        Ok(lines.filter_map(|line| serde_json::from_slice::<Anchor>(line).ok()).map(|anchor| anchor.number).next().unwrap_or(0))
    }

    fn append(&self, seals: &[Anchor]) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&self.path)?;
        // A line that was cut off must not spoil the next one.
        if !ends_a_line(&mut file)? {
            file.write_all(b"\n")?;
        }
        file.write_all(&lines(seals))?;
        file.sync_data()
    }
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anchors::catch_up;
    use domain::audit;

    fn anchor(number: i64) -> Anchor {
        Anchor { number, merkle_root: "00".repeat(32), rows: 1, sealed_at: jiff::Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn a_file_with_a_cut_off_line_goes_on_after_its_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = SealFile::at(folder.path().join("audit/seals.jsonl"));
        assert_eq!(file.newest_in_file().unwrap(), 0);
        file.append(&[anchor(1), anchor(2)]).unwrap();
        assert_eq!(file.newest_in_file().unwrap(), 2);
        let text = fs::read_to_string(&file.path).unwrap();
        fs::write(&file.path, &text[..text.len() - 10]).unwrap();
        assert_eq!(file.newest_in_file().unwrap(), 1);
        file.append(&[anchor(2), anchor(3)]).unwrap();
        let text = fs::read_to_string(&file.path).unwrap();
        let numbers: Vec<i64> =
            text.lines().filter_map(|line| serde_json::from_str::<Anchor>(line).ok()).map(|anchor| anchor.number).collect();
        assert_eq!(numbers, [1, 2, 3]);
    }

    #[tokio::test]
    async fn what_could_not_be_written_is_written_later() {
        let clinic = testing::clinic().await;
        let folder = tempfile::tempdir().unwrap();
        // The folder cannot be made while a file has its name.
        fs::write(folder.path().join("audit"), "").unwrap();
        let file = SealFile::at(folder.path().join("audit/seals.jsonl"));
        for name in ["Amara Osei", "Jonas Weber"] {
            clinic.patient(name).await;
            clinic.settle().await;
            audit::seal_once(&clinic.domain).await.unwrap().unwrap();
            assert!(catch_up(&clinic.domain, &file).await.is_err());
        }
        fs::remove_file(folder.path().join("audit")).unwrap();
        catch_up(&clinic.domain, &file).await.unwrap();
        assert_eq!(file.newest_in_file().unwrap(), 2);
        // A second copy of the server, which made none of the seals, has them all.
        let second = SealFile::at(folder.path().join("second.jsonl"));
        catch_up(&clinic.domain, &second).await.unwrap();
        let texts = [&file, &second].map(|file| fs::read_to_string(&file.path).unwrap());
        assert_eq!(texts[0], texts[1]);
    }
}
