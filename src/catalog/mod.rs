//! Checked definitions.
