//! What the console's page about waits asks for: `GET /v1/console/insights?days=…` (supervisors).

use serde::{Deserialize, Serialize};

use crate::desk::insights::{GroupTimes, Hour, Staff};
use crate::time::Millis;

/// The hours of the days asked for, as far as they were counted, oldest first, and what the desk has learned of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Insights {
    /// The server's present.
    pub now: Millis,
    pub hours: Vec<Hour>,
    pub groups: Vec<GroupTimes>,
    #[serde(default)]
    pub staff: Staff,
}
