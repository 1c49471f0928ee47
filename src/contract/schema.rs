//! The JSON Schemas of the files, as the binary carries them: the same texts that editors use.
//!
//! Knows which type has which. A test generates each anew from its type. Must not know how a file is held against one.

use std::borrow::Cow;

use super::definition::{ApiFile, CollectionFile, ErrorFile, RouteFile};
use super::scenario::Scenario;

/// A type that files are read into, with the schema that says how such a file looks.
pub trait Shaped: 'static {
    /// The schema, as JSON.
    fn schema() -> Cow<'static, str>;
}

macro_rules! shaped {
    ($($type:ty: $file:literal),* $(,)?) => {$(
        impl Shaped for $type {
            fn schema() -> Cow<'static, str> {
                Cow::Borrowed(include_str!(concat!("../../fixtures/schema/", $file, ".schema.json")))
            }
        }
    )*};
}

shaped! {
    ApiFile: "api",
    CollectionFile: "collection",
    ErrorFile: "errors",
    RouteFile: "routes",
    Scenario: "scenario",
}
