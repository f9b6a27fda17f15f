//! Our own line icons on a 24 × 24 grid.

pub(crate) use crate::view::drawing as icon;

macro_rules! face {
    ($mouth:literal) => {
        concat!("M12 2.8a9.2 9.2 0 1 0 0 18.4a9.2 9.2 0 1 0 0-18.4M9 9.6v.6M15 9.6v.6", $mouth)
    };
}

pub(crate) const CLOSE: &str = "M6.5 6.5l11 11M17.5 6.5l-11 11";
pub(crate) const GLOBE: &str =
    "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 1 0 0-17M3.8 12h16.4M12 3.5c5 5.2 5 11.8 0 17c-5-5.2-5-11.8 0-17";
pub(crate) const SEND: &str = "M12 19.5v-15M5.5 11l6.5-6.5l6.5 6.5";
pub(crate) const PERSON: &str = "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.5c.6-3.8 3.6-6 7.5-6s6.9 2.2 7.5 6";
pub(crate) const NEXT: &str = "M9.5 6l6 6l-6 6";
pub(crate) const BACK: &str = "M14.5 6l-6 6l6 6";
pub(crate) const DOWN: &str = "M12 5v14M6 13l6 6l6-6";
pub(crate) const CHECK: &str = "M5 12.5l4.5 4.5L19 7.5";
pub(crate) const UP_THUMB: &str = "M7.5 11v8.5h-3V11h3M7.5 11l3.6-7.2c1.5 0 2.4 1 2.2 2.4L12.8 9.5h5.1c1.2 0 2 1.1 1.7 2.2\
    l-1.7 6.3c-.2.9-1 1.5-1.9 1.5H7.5";
pub(crate) const DOWN_THUMB: &str = "M16.5 13V4.5h3V13h-3M16.5 13l-3.6 7.2c-1.5 0-2.4-1-2.2-2.4l.5-3.3H6.1c-1.2 0-2-1.1-1.7-2.2\
    l1.7-6.3c.2-.9 1-1.5 1.9-1.5h8.5";
pub(crate) const NOTE: &str = "M4.5 5.5h15v11H11l-4 3.5v-3.5H4.5ZM8.5 9.5h7M8.5 12.5h4.5";

/// The faces of a rating, worst first: only the mouth differs.
pub(crate) const FACES: [&str; 5] = [
    face!("M8 16.6q4-4.6 8 0"),
    face!("M8.2 15.8q3.8-2.4 7.6 0"),
    face!("M8.2 15.2h7.6"),
    face!("M8.2 14.4q3.8 2.6 7.6 0"),
    face!("M7.8 13.6q4.2 5.6 8.4 0"),
];
