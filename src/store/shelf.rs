//! The folder beside the database for what is too large for a row: sealed pieces, a line each. A file gets its name only when it
//! is whole and on the disk, and its row after that; what has no row is swept later. Its key is in its row: whoever destroys
//! the row has destroyed the file, whenever the file itself goes.
use super::StoreError;
use chrono::{DateTime, Duration, Utc};
use rand::RngCore;
use std::collections::HashSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// How a whole file's name ends, and one that is being written.
const WHOLE: &str = ".sealed";
const PART: &str = ".part";
/// Bytes of a line at most: a sealed piece is shorter.
const LINE: u64 = 128 * 1024;
/// A file without a row is left so long: its row may be on its way.
const WAITS: Duration = Duration::hours(1);

/// Where the files are; by default nowhere, and then everything stays in the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    folder: Option<PathBuf>,
}

impl From<std::io::Error> for StoreError {
    fn from(e: std::io::Error) -> Self {
        if e.kind() == std::io::ErrorKind::NotFound { Self::NotFound } else { Self::Other(e.to_string()) }
    }
}

/// A file that is being written; dropped before its end it is taken away.
#[derive(Debug)]
pub struct Draft {
    out: BufWriter<File>,
    part: PathBuf,
    name: String,
    whole: bool,
}

/// The lines of a file, one after another.
pub struct Lines(BufReader<File>);

impl Shelf {
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()) }
    }

    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    fn path(&self, name: &str) -> Result<PathBuf, StoreError> {
        let folder = self.folder.as_ref().filter(|_| is_ours(name, WHOLE)).ok_or(StoreError::NotFound)?;
        Ok(folder.join(name))
    }

    /// Begins a new file.
    ///
    /// # Errors
    /// When there is no folder, or it cannot be written.
    pub fn begin(&self) -> Result<Draft, StoreError> {
        let mut random = [0u8; 16];
        rand::rngs::OsRng.fill_bytes(&mut random);
        let name: String = random.iter().map(|b| format!("{b:02x}")).collect();
        self.begin_named(&format!("{name}{WHOLE}"))
    }

    /// Begins the file of this name anew, as a backup has it.
    ///
    /// # Errors
    /// As `begin`; `NotFound` for a name that is none of ours.
    pub fn begin_named(&self, name: &str) -> Result<Draft, StoreError> {
        let whole = self.path(name)?;
        if let Some(folder) = whole.parent().filter(|folder| !folder.is_dir()) {
            let mut builder = DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        let part = whole.with_extension(PART.trim_start_matches('.'));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = BufWriter::new(options.open(&part)?);
        Ok(Draft { out, part, name: name.to_owned(), whole: false })
    }

    /// Opens a file.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub fn lines(&self, name: &str) -> Result<Lines, StoreError> {
        Ok(Lines(BufReader::new(File::open(self.path(name)?)?)))
    }

    /// Takes a file away; that it is gone already is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        match std::fs::remove_file(self.path(name)?) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Our own files, whole and begun, that are older than an hour: names alone. What else lies there is not ours.
    ///
    /// # Errors
    /// When the folder cannot be read; none there is an empty one.
    pub fn old(&self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let Some(folder) = self.folder.as_deref().filter(|folder| folder.is_dir()) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = is_ours(&name, WHOLE) || is_ours(&name, PART);
            let since = entry.metadata().and_then(|m| m.modified()).map(DateTime::<Utc>::from);
            if ours && since.is_ok_and(|since| since + WAITS <= now) {
                found.push(name);
            }
        }
        Ok(found)
    }

    /// Takes away those of these files that `known` does not name. One that cannot be removed is told and does not stop the
    /// others. Returns how many went.
    pub fn sweep(&self, old: &[String], known: &HashSet<String>) -> usize {
        let Some(folder) = &self.folder else { return 0 };
        let orphans = old.iter().filter(|name| !known.contains(*name));
        let gone = orphans.filter(|name| match std::fs::remove_file(folder.join(name)) {
            Ok(()) => true,
            Err(e) => {
                tracing::warn!(%e, "a file without a row could not be removed");
                false
            }
        });
        gone.count()
    }
}

/// 32 hexadecimal digits and this ending.
fn is_ours(name: &str, ending: &str) -> bool {
    name.strip_suffix(ending)
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
}

impl Draft {
    /// Adds one line.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn write(&mut self, line: &str) -> Result<(), StoreError> {
        self.out.write_all(line.as_bytes())?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// Brings the file to the disk and gives it its name.
    ///
    /// # Errors
    /// When the disk does not take it; what is left then has no row and is swept.
    pub fn finish(mut self) -> Result<String, StoreError> {
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        std::fs::rename(&self.part, self.part.with_extension(WHOLE.trim_start_matches('.')))?;
        self.whole = true;
        // The name itself is on the disk only with its folder.
        #[cfg(unix)]
        if let Some(folder) = self.part.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.name.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.whole {
            // What cannot be taken away now is swept later.
            drop(std::fs::remove_file(&self.part));
        }
    }
}

impl Lines {
    /// The next line; none at the end.
    ///
    /// # Errors
    /// When the file cannot be read or is none of ours.
    pub fn line(&mut self) -> Result<Option<String>, StoreError> {
        use std::io::Read;
        let mut line = String::new();
        (&mut self.0).take(LINE).read_line(&mut line)?;
        Ok(Some(line.trim_end_matches('\n').to_owned()).filter(|line| !line.is_empty()))
    }
}
