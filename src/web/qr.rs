//! QR codes as one SVG path, drawn by `parts/qr`: no image to fetch, no address in a log.

use crate::documents::paper::Modules;
use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;
use std::fmt::Write;

/// A QR code for `parts/qr`. Units are modules; four of them stay white around it (ISO/IEC 18004).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qr {
    /// Width and height in modules, white border included.
    pub size: usize,
    /// One run of dark modules after another.
    pub path: String,
    /// What the code leads to, for people who cannot see it.
    pub label: String,
}

/// The code for `text` as a picture has it; none as for `qr`.
pub(crate) fn modules(text: &str) -> Option<Modules> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(Modules { width: code.width(), dark: code.to_colors().iter().map(|c| *c == Color::Dark).collect() })
}

/// The code for `text`; none when it is too long for any QR code (about 2,300 bytes).
#[must_use]
pub fn qr(text: &str, label: &str) -> Option<Qr> {
    const BORDER: usize = 4;
    let Modules { width, dark } = modules(text)?;
    let mut path = String::new();
    for (y, row) in dark.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + BORDER, y + BORDER, run.len(), run.len());
            }
            x += run.len();
        }
    }
    Some(Qr { size: width + 2 * BORDER, path, label: label.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_draws_every_dark_module_once() {
        let text = "https://ieum.example/r/12.abcdefghijklmnop";
        let drawn = qr(text, "접수 확인").unwrap();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = code.to_colors().iter().filter(|c| **c == Color::Dark).count();
        let runs: usize = drawn
            .path
            .split('h')
            .skip(1)
            .step_by(2)
            .map(|s| s.split('v').next().unwrap().parse::<usize>().unwrap())
            .sum();
        assert_eq!(runs, dark);
        assert_eq!(drawn.size, code.width() + 8);
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "the finder pattern's upper edge");
        assert_eq!(qr(&"x".repeat(4000), ""), None);
    }
}
