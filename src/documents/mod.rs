//! FLOOR 1: papers. What a paper says (`paper`), and the file for 한글 made of it (`hwpx`). Plain data in, bytes out: no
//! database, no clock, nothing of the web.

pub(crate) mod hwpx;
pub(crate) mod paper;
