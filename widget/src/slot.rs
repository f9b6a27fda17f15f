//! A value that views follow.
//!
//! Leptos' own signals are compiled anew for every type they hold, which comes to several kilobytes each for every
//! shopper; a plain cell beside a trigger shares all of that.

use std::cell::RefCell;

use leptos::prelude::{ArcTrigger, Notify, Track};

/// The value, and who is told when it changes.
pub(crate) struct Slot<T> {
    value: RefCell<T>,
    trigger: ArcTrigger,
}

impl<T: PartialEq + Clone> Slot<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: RefCell::new(value), trigger: ArcTrigger::new() }
    }

    /// The value; the present view is drawn again when it changes.
    pub(crate) fn get(&self) -> T {
        self.trigger.track();
        self.value.borrow().clone()
    }

    /// The value as it is now.
    pub(crate) fn peek(&self) -> T {
        self.value.borrow().clone()
    }

    /// Looks at the value; the present view is drawn again when it changes.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        self.trigger.track();
        look(&self.value.borrow())
    }

    /// Looks at the value as it is now.
    pub(crate) fn peek_with<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.borrow())
    }

    /// Sets the value; nobody is told of one that is the same. Returns whether it changed.
    pub(crate) fn set(&self, value: T) -> bool {
        let changed = *self.value.borrow() != value;
        if changed {
            self.value.replace(value);
            self.trigger.notify();
        }
        changed
    }
}
