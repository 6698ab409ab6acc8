//! FLOOR 3: loops with a limit. `deliver` sends the outbox.
pub mod clock;
pub mod deliver;
pub mod preview;
pub mod reports;
