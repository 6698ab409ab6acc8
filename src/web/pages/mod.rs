//! HTML pages: thin handlers over casework, one module per page, mirroring `templates/pages`.
pub mod apply;
pub mod party;
pub mod ward;
