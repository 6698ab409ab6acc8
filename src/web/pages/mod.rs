//! The HTML pages: thin handlers over casework.
pub mod ward;
