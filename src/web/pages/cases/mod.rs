//! The staff's pages of a case. What a person sees is `casework::open`'s; what they can do is `Case::open_to`'s.
pub mod contacts;
pub mod diary;
pub mod done;
pub mod evidence;
pub mod list;
pub(crate) mod load;
pub mod log;
pub mod new;
pub mod noise;
pub mod packet;
pub mod papers;
pub mod parties;
pub mod show;
pub mod signing;
pub mod things;
pub mod visit;
