//! The large files beside the database, as lines of a backup: behind the tables, under a name that no table has. They are sealed
//! already; here they are only carried.
use super::{BackupError, Said};
use crate::store::StoreError;
use crate::store::shelf::{Draft, Shelf};
use serde::{Deserialize, Serialize};

/// What stands where a table's name does.
pub(super) const FILES: &str = "evidence/files";
/// The table whose rows name the files.
const NAMING: &str = "evidence";

/// One line of a file; none for a file that is named and was not there.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub file: String,
    pub line: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    file: Option<String>,
}

/// Hears the tables go by and keeps the names of the files.
#[derive(Default)]
pub(super) struct Names {
    inside: bool,
    pub all: Vec<String>,
}

impl Names {
    pub(super) fn hear(&mut self, said: Said<'_>) -> Result<(), BackupError> {
        match said {
            Said::Table(name) => self.inside = name == NAMING,
            Said::Row(row) if self.inside => {
                let named: Named = serde_json::from_str(row).map_err(std::io::Error::other)?;
                self.all.extend(named.file);
            }
            Said::Row(_) => {}
        }
        Ok(())
    }
}

/// Every line of these files, to be written.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn each(
    shelf: &Shelf,
    names: &[String],
    mut tell: impl FnMut(&Line) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    for name in names {
        let mut lines = match shelf.lines(name) {
            // Destroyed since the tables were read, or lost: the backup says so.
            Err(StoreError::NotFound) => {
                tell(&Line { file: name.clone(), line: None })?;
                continue;
            }
            lines => lines?,
        };
        while let Some(line) = lines.line()? {
            tell(&Line { file: name.clone(), line: Some(line) })?;
        }
    }
    Ok(())
}

/// Puts the files back as their lines come by.
pub(super) struct Back<'a> {
    shelf: &'a Shelf,
    inside: bool,
    open: Option<(String, Draft)>,
}

impl<'a> Back<'a> {
    pub(super) const fn onto(shelf: &'a Shelf) -> Self {
        Self { shelf, inside: false, open: None }
    }

    /// Whether this was ours to hear.
    pub(super) fn hear(&mut self, said: Said<'_>) -> Result<bool, StoreError> {
        match said {
            Said::Table(name) => self.inside = name == FILES,
            Said::Row(row) if self.inside => {
                let said: Line = serde_json::from_str(row).map_err(|e| StoreError::Other(e.to_string()))?;
                if let Some(line) = said.line {
                    self.line(said.file, &line)?;
                }
            }
            Said::Row(_) => {}
        }
        Ok(self.inside)
    }

    fn line(&mut self, file: String, line: &str) -> Result<(), StoreError> {
        if self.open.as_ref().is_none_or(|(name, _)| *name != file) {
            self.finish()?;
            let draft = self.shelf.begin_named(&file)?;
            self.open = Some((file, draft));
        }
        self.open.as_mut().map_or(Ok(()), |(_, draft)| draft.write(line))
    }

    /// The last line was heard.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        if let Some((_, draft)) = self.open.take() {
            draft.finish()?;
        }
        Ok(())
    }
}
