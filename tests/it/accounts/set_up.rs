//! What the operator sets up, and what they never see.
