//! What becomes of an uploaded file.

use crate::wire::words;

words! {
    /// The state of a file.
    FileState {
        /// Its parts are being sent. Nobody can read it.
        Uploading = "uploading",
        /// All parts are there, and it is being checked. Nobody can read it.
        Checking = "checking",
        /// It was checked, and can be read by those who may.
        Ready = "ready",
        /// It is not what it may be; its trouble says why. Its content is deleted.
        Refused = "refused",
        /// The virus scanner has found something. Its content is deleted.
        Infected = "infected",
    }
}

words! {
    /// Why a file was refused.
    FileTrouble {
        /// Its content is of no type that files of its purpose may have.
        KindNotTaken = "kind_not_taken",
        /// Its content is of another type than its sender said.
        KindDiffers = "kind_differs",
        /// It cannot be read: it is cut off or damaged.
        Damaged = "damaged",
        /// It is protected by a password, so nobody can check it.
        Protected = "protected",
        /// It has a script, or starts a program.
        Script = "script",
        /// A picture with more pixels than we take.
        TooManyPixels = "too_many_pixels",
        /// It is larger than the virus scanner takes.
        TooLargeToScan = "too_large_to_scan",
        /// Its content is not the one whose checksum its sender said.
        ChecksumDiffers = "checksum_differs",
    }
}

words! {
    /// What the virus scanner has said of a file.
    Scan {
        /// No scanner is configured, or it has not been asked yet.
        NotScanned = "not_scanned",
        /// Nothing was found.
        Clean = "clean",
    }
}

impl FileState {
    /// Whether a file in this state can get into another one.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Uploading, Self::Checking) | (Self::Checking, Self::Ready | Self::Refused | Self::Infected) => true,
            (Self::Uploading | Self::Checking | Self::Ready | Self::Refused | Self::Infected, _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_checked_once_and_never_comes_back() {
        assert!(FileState::Uploading.may_become(FileState::Checking));
        for end in [FileState::Ready, FileState::Refused, FileState::Infected] {
            assert!(FileState::Checking.may_become(end) && !FileState::Uploading.may_become(end), "{end}");
            assert!(FileState::ALL.iter().all(|next| !end.may_become(*next)), "{end}");
        }
    }
}
