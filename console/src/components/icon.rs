//! Line icons, drawn on a grid of 24.

use leptos::prelude::*;

/// The drawings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Back,
    Bag,
    Bell,
    Book,
    Bot,
    Chart,
    Check,
    CheckTwice,
    Clock,
    Close,
    Copy,
    Down,
    End,
    External,
    Eye,
    Flag,
    Flask,
    Fork,
    Forth,
    Globe,
    Inbox,
    Info,
    Leave,
    Link,
    Lock,
    Mail,
    Note,
    Plus,
    Question,
    Reply,
    Return,
    Search,
    Send,
    Settings,
    Star,
    Take,
    ThumbDown,
    ThumbUp,
    Trash,
    Up,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => {
                "M12 8.5v4.2M12 16.2v.1M10.4 4.4 3 17.3A1.8 1.8 0 0 0 4.6 20h14.8a1.8 1.8 0 0 0 1.6-2.7L13.6 4.4a1.8 1.8 0 0 0-3.2 0Z"
            }
            Self::Back => "M14.5 6 8.5 12l6 6",
            Self::Bag => "M6 8h12l1 11.5a1 1 0 0 1-1 1.1H6a1 1 0 0 1-1-1.1L6 8Zm3 2.5V7a3 3 0 0 1 6 0v3.5",
            Self::Chart => "M4.5 20h15M7 16.500v-4M12 16.500V6M17 16.500V9.500",
            Self::Bell => "M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4",
            Self::Book => {
                "M12 6.5C10.4 5.200 8 4.500 4.500 4.500v13c3.500 0 5.900.700 7.500 2 1.600-1.300 4-2 7.500-2v-13c-3.500 0-5.900.700-7.500 2Zm0 0v13"
            }
            Self::Flask => {
                "M9.500 4h5M10.500 4v5.500L5.200 18a1.500 1.500 0 0 0 1.300 2.300h11a1.500 1.500 0 0 0 1.300-2.300L13.500 9.500V4M8 14.500h8"
            }
            Self::Plus => "M12 5.500v13M5.500 12h13",
            Self::Question => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.600 9.600a2.500 2.500 0 1 1 3.600 2.300c-.8.400-1.200.900-1.200 1.800M12 16.600v.1"
            }
            Self::Search => "M11 17.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.800 15.800 20 20",
            Self::Trash => {
                "M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12a1 1 0 0 0 1 1h7.400a1 1 0 0 0 1-1l.8-12M10 11v5M14 11v5"
            }
            Self::Bot => {
                "M12 4.2v3M6.5 7.2h11A2.5 2.5 0 0 1 20 9.7v7a2.5 2.5 0 0 1-2.5 2.5h-11A2.5 2.5 0 0 1 4 16.7v-7a2.5 2.5 0 0 1 2.5-2.5ZM9 12v1.6M15 12v1.6"
            }
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::CheckTwice => "m2.5 12.8 4.2 4.2 8.6-9M11.5 15.2l1.8 1.8 8.2-9",
            Self::Clock => "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
            Self::Close => "m6.5 6.5 11 11M17.5 6.5l-11 11",
            Self::Copy => {
                "M9 9h9.5a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1ZM5.5 15.5h-1a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1H14a1 1 0 0 1 1 1v1"
            }
            Self::Down => "m6 9.5 6 6 6-6",
            Self::Fork => {
                "M4 12h5c4.500 0 3-6.500 8-6.500h2.500M9 12c4.500 0 3 6.500 8 6.500h2.500M17 3l2.500 2.500L17 8M17 16l2.500 2.500L17 21"
            }
            Self::Forth => "M5 12h13.500M13 6.500l5.500 5.500-5.500 5.500",
            Self::Up => "m6 14.500 6-6 6 6",
            Self::End => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.4 12.3l2.4 2.4 4.8-5",
            Self::External => {
                "M10 6H6a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-4M14 5h5v5M18.6 5.4 11.5 12.5"
            }
            Self::Eye => {
                "M2.8 12S6 5.8 12 5.8 21.2 12 21.2 12 18 18.2 12 18.2 2.8 12 2.8 12ZM12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2Z"
            }
            Self::Flag => "M6 21V4.5M6 5h11.5l-2.2 4 2.2 4H6",
            Self::Globe => {
                "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.3 12h17.4M12 3.2c2.4 2.4 3.6 5.4 3.6 8.8s-1.2 6.4-3.6 8.8c-2.4-2.4-3.6-5.4-3.6-8.8S9.6 5.6 12 3.2Z"
            }
            Self::Inbox => {
                "M4 13.5 6.4 6a1.5 1.5 0 0 1 1.4-1h8.4a1.5 1.5 0 0 1 1.4 1l2.4 7.5v4A1.5 1.5 0 0 1 18.5 19h-13A1.5 1.5 0 0 1 4 17.5v-4Zm0 0h4.5a3.5 3.5 0 0 0 7 0H20"
            }
            Self::Info => {
                "M5.5 4.5h13a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM14.5 4.5v15"
            }
            Self::Leave => "M10 4.5H6a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1h4M15 8l4 4-4 4M18.5 12H10",
            Self::Link => {
                "M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1.200 1.200M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1.200-1.200"
            }
            Self::Lock => {
                "M6.5 10.5h11a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM8.5 10V8a3.5 3.5 0 0 1 7 0v2"
            }
            Self::Mail => {
                "M4.5 5.5h15a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM4 7l8 6 8-6"
            }
            Self::Note => {
                "M6 4h12a1 1 0 0 1 1 1v9.5L13.5 20H6a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM19 14.5h-4.5a1 1 0 0 0-1 1V20M8.5 8.5h7M8.5 12h4"
            }
            Self::Reply => "M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6v.5",
            Self::Return => "M8.5 5 4 9.5 8.5 14M4.5 9.5H15a5 5 0 0 1 0 10h-3",
            Self::Send => "M20.5 3.5 10.5 13.5M20.5 3.5 14 20.5l-3.5-7-7-3.5 17-6.5Z",
            Self::Settings => {
                "M4 7.5h9M17.5 7.5H20M4 16.5h2.5M11 16.5h9M15.2 9.700a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400ZM8.8 18.700a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400Z"
            }
            Self::Star => "m12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 3.800Z",
            Self::Take => "M12 4v10M7.5 10l4.5 4.5 4.5-4.5M4.5 16v2.5a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1V16",
            Self::ThumbDown => {
                "M7.5 4.5v9M7.5 13.5l3.5 7a2 2 0 0 0 2-2v-4h5a1.8 1.8 0 0 0 1.8-2.100l-1.1-6.400a1.8 1.8 0 0 0-1.8-1.5H4.5v9h3"
            }
            Self::ThumbUp => {
                "M7.5 19.5v-9M7.5 10.5l3.5-7a2 2 0 0 1 2 2v4h5a1.8 1.8 0 0 1 1.8 2.100l-1.1 6.400a1.8 1.8 0 0 1-1.8 1.5H4.5v-9h3"
            }
        }
    }
}

/// An icon beside a text, or in a button with a label: itself silent to readers of the screen.
#[must_use]
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
